"""What the App has posted is its own: before marks were signed, by a key that was replaced; and nothing that others post."""

import re
from typing import Any

import pytest

from tests.check_runs import GREEN, post_check
from tests.sandbox.github import Repository
from tests.stories import changes
from tests.stories.town import Town

TWO = changes.parts(2)
ONE, OTHER = TWO.paths
PROOF = re.compile("<!-- kireji:proof [0-9a-f]{32} -->")


@pytest.fixture
def repo(town: Town) -> Repository:
    """A pull request with two mistakes."""
    repo = town.github.create_repo("octo/shop", files=TWO.base)
    repo.open_pull(title="Two parts", files=TWO.head)
    return repo


def rewrite(repo: Repository, number: int, proof: str) -> None:
    """Have everything that was posted end with another proof, or without any, as it was before there were proofs."""
    pull = repo.pull(number)
    for one in (*pull.review_comments, *pull.reviews, *pull.issue_comments):
        one.body = PROOF.sub(proof, one.body)
    for run in repo.state.check_runs.values():
        run.summary = re.sub("\n\n<!-- kireji:check -->$", "", PROOF.sub(proof, run.summary or ""))


BEFORE = pytest.mark.parametrize(
    "proof", ["", f"<!-- kireji:proof {'0123456789abcdef' * 2} -->"], ids=["not signed", "by another key"]
)


@BEFORE
def test_threads_from_before_are_the_apps_own(town: Town, repo: Repository, proof: str) -> None:
    """The database knows the review in which they stand: one is folded since it is mended, the other not told again."""
    town.open(repo, 1)
    rewrite(repo, 1, proof)
    mended = TWO.head[ONE].replace("yaml.load", "yaml.safe_load")
    check = town.push(repo, 1, {ONE: mended})
    assert "1 still open in its thread" in check["output"]["title"]
    assert {one["path"]: len(one["comments"]) for one in repo.threads(1)} == {ONE: 2, OTHER: 1}


@BEFORE
def test_what_people_resolved_before_stays_settled(town: Town, repo: Repository, proof: str) -> None:
    """It is not told again."""
    town.open(repo, 1)
    rewrite(repo, 1, proof)
    repo.resolve_thread(1, repo.threads(1)[0]["id"], by="alice")
    town.push(repo, 1, {"more.py": "more = 1\n"})
    assert len(repo.review_comments(1)) == 2


def test_a_thread_under_the_apps_name_that_it_did_not_begin(town: Town, repo: Repository) -> None:
    """A workflow with the App's token posts it, with the mark of a finding as it was before marks were signed."""
    town.open(repo, 1)
    (one, other) = (re.findall("<!-- kireji:finding .* -->", row["body"])[-1] for row in repo.review_comments(1))
    second = repo.open_pull(title="Again", branch="again", author="mallory", files=TWO.head).number
    for path, mark in ((ONE, one), (OTHER, other)):
        comment = {"path": path, "line": changes.LINE, "body": f"Echo. {PROOF.sub('', mark)}"}
        repo.add_review(second, by="kireji[bot]", body="Echo.", comments=[comment])
    for thread in repo.threads(second):
        repo.resolve_thread(second, thread["id"], by="mallory")
    check = town.open(repo, second)
    assert (check["conclusion"], check["output"]["title"]) == ("neutral", "2 findings in 4 hunks")


def complete(town: Town, repo: Repository, number: int, **output: Any) -> None:
    """Somebody with the App's token completes a check run under its name."""
    head = repo.pull(number).head_sha
    token, review = town.github.token(app_id=town.identity.app_id), f"octo/shop#{number}@{head}/9"
    post_check(town.github, token, head, external_id=review, output={"title": "No findings", **output}, **GREEN)


def group(town: Town, repo: Repository, number: int) -> str:
    """What the queue is told of a pull request."""
    head = repo.enqueue(number).head_sha
    town.deliver("merge_group", action="checks_requested", repo=repo, number=number)
    town.settle()
    (run,) = repo.check_runs(head)
    return run["output"]["title"]


@pytest.mark.parametrize("copied", [False, True])
def test_a_check_run_that_others_forge_lets_nothing_through(town: Town, repo: Repository, *, copied: bool) -> None:
    """The App's identity is no proof, nor is a mark from another check run."""
    check = town.open(repo, 1)
    forged = repo.open_pull(title="Unread", branch="unread", files={"a.py": "a = 1\n"}).number
    complete(town, repo, forged, summary=check["output"]["summary"] if copied else "<!-- kireji:read whole -->")
    repo.require_queue()
    assert group(town, repo, forged) == f"Not reviewed as wanted: #{forged}"


def test_a_check_run_that_was_altered_is_not_believed(town: Town, repo: Repository) -> None:
    """Red became green; the database knows how it was completed."""
    town.open(repo, 1)
    (run,) = repo.state.check_runs.values()
    run.conclusion = "success"
    repo.require_queue()
    assert group(town, repo, 1) == "Not reviewed as wanted: #1"


@BEFORE
def test_check_runs_from_before_are_believed(town: Town, repo: Repository, proof: str) -> None:
    """The database knows them too."""
    town.open(repo, 1)
    rewrite(repo, 1, proof)
    repo.require_queue()
    assert group(town, repo, 1) == "Reviewed: #1"
