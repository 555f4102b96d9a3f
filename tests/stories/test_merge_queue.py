"""A merge queue waits for Kireji's check on commits of its own: each gets its answer, and none stalls."""

from typing import Any

import pytest

from tests.check_runs import GREEN, post_check
from tests.sandbox.github import Fault, Repository
from tests.stories import changes
from tests.stories.town import Town

THREE = changes.parts(3)
PARTLY = "GitHub does not show all of this group in the queue"


@pytest.fixture
def repo(town: Town) -> Repository:
    """Three reviewed pull requests into main, whose queue wants Kireji's check."""
    repo = town.github.create_repo("octo/shop", files=THREE.base)
    repo.grant("maria", "write")
    for number, path in enumerate(THREE.paths, 1):
        repo.open_pull(title=path, branch=f"part-{number}", files={path: THREE.head[path]})
        town.open(repo, number)
    repo.require_queue("Kireji")
    return repo


def enqueue(town: Town, repo: Repository, number: int) -> str:
    """Put a pull request in the queue, tell the App; the group's commit."""
    head = repo.enqueue(number).head_sha
    ask(town, repo, number)
    return head


def ask(town: Town, repo: Repository, number: int, **about: Any) -> None:
    """The queue wants the checks of a pull request's group."""
    town.deliver("merge_group", action="checks_requested", repo=repo, number=number, **about)
    town.settle()


def answer(repo: Repository, head: str) -> tuple[str, str]:
    """The conclusion and title of the one check run of a group's commit."""
    (run,) = (one for one in repo.check_runs(head) if one["name"] == "Kireji")
    return run["conclusion"], run["output"]["title"]


def test_three_are_queued_one_is_thrown_out_and_none_stalls(town: Town, repo: Repository) -> None:
    """Another check fails for the second: it leaves, the third is built anew without it, and is answered anew."""
    ci = town.github.install_app(slug="ci")
    repo.require_queue("Kireji", "ci")

    def tests_end(head: str, conclusion: str) -> None:
        token = town.github.token(app_id=ci.app_id)
        post_check(town.github, token, head, name="ci", status="completed", conclusion=conclusion)

    for number in (1, 2, 3):
        tests_end(repo.pull(number).head_sha, "success")
    asked = town.claude.count()
    heads = [enqueue(town, repo, number) for number in (1, 2, 3)]
    assert [answer(repo, head) for head in heads] == [("success", f"Reviewed: #{number}") for number in (1, 2, 3)]
    assert repo.advance_queue() == []  # the tests run still

    for head, conclusion in zip(heads, ("success", "failure"), strict=False):
        tests_end(head, conclusion)
    (anew,) = repo.advance_queue()
    town.deliver("merge_group", action="destroyed", repo=repo, number=2)
    ask(town, repo, 3)
    assert answer(repo, anew.head_sha) == ("success", "Reviewed: #3")
    tests_end(anew.head_sha, "success")
    assert repo.advance_queue() == []

    assert [(repo.pull(number).state, repo.pull(number).merged) for number in (1, 2, 3)] == [
        ("closed", True),
        ("open", False),
        ("closed", True),
    ]
    assert repo.queued() == []
    assert town.claude.count() == asked


def test_without_an_answer_the_queue_would_stall(town: Town, repo: Repository) -> None:
    """What this is for: a required check that answers pull requests only holds every queue up."""
    repo.enqueue(1)
    assert (repo.advance_queue(), len(repo.queued())) == ([], 1)
    ask(town, repo, 1)
    assert (repo.advance_queue(), repo.queued()) == ([], [])
    assert repo.pull(1).merged


def test_however_often_it_is_asked_there_is_one_check_run(town: Town, repo: Repository) -> None:
    """The same delivery twice, and another that asks for the same."""
    head = repo.enqueue(1).head_sha
    hook = town.github.webhook("merge_group", action="checks_requested", repo=repo, number=1)
    for _ in range(2):
        assert town.post(*hook).status_code == 202
        town.settle()
    ask(town, repo, 1)
    assert answer(repo, head) == ("success", "Reviewed: #1")


def test_a_group_of_several(town: Town, repo: Repository) -> None:
    """Where the queue builds them together, each is named."""
    first, second = repo.enqueue(1), repo.enqueue(2)
    group = {
        "head_sha": second.head_sha,
        "head_ref": second.ref,
        "base_sha": first.base_sha,
        "base_ref": "refs/heads/main",
    }
    ask(town, repo, 2, extra={"merge_group": group})
    assert answer(repo, second.head_sha) == ("success", "Reviewed: #1, #2")


def test_one_that_was_never_reviewed(town: Town, repo: Repository) -> None:
    """Its check is not required here: the queue goes on, grey, and the check run names it."""
    repo.require_queue()
    repo.open_pull(branch="unheard", files={"more.py": "more = 1\n"})
    head = enqueue(town, repo, 4)
    assert answer(repo, head) == ("neutral", "Not reviewed as wanted: #4")
    assert repo.advance_queue() == []
    assert repo.pull(4).merged


def test_a_check_run_that_bears_our_name(town: Town, repo: Repository) -> None:
    """A workflow may write check runs too: what it says in our name, under a name like ours, is not what we said."""
    head = repo.push(1, {THREE.paths[0]: THREE.head[THREE.paths[0]] + "# more\n"})
    other = town.github.install_app(slug="workflow")
    token = town.github.token(app_id=other.app_id)
    post_check(town.github, token, head, external_id=f"octo/shop#1@{head}/9", **GREEN)

    queued = enqueue(town, repo, 1)
    conclusion, title = answer(repo, queued)
    assert conclusion == "neutral", title


def test_one_that_was_read_in_part(town: Town, repo: Repository) -> None:
    """Somebody asked for some of its files only, which is no review of the pull request."""
    repo.push(1, {"more.py": "more = 1\n"})
    town.say(repo, 1, "/review more.py")
    assert answer(repo, enqueue(town, repo, 1)) == ("neutral", "Not reviewed as wanted: #1")


def test_one_that_is_paused_and_one_that_the_policy_leaves_out(town: Town, repo: Repository) -> None:
    """A pause is a person's, a label the policy's: only the first is missing something."""
    town.say(repo, 1, "/review pause")
    town.push(repo, 1, {"more.py": "more = 1\n"})
    repo.add_label(2, "no-review")
    town.push(repo, 2, {"other.py": "other = 1\n"})
    assert answer(repo, enqueue(town, repo, 1)) == ("neutral", "Not reviewed as wanted: #1")
    assert answer(repo, enqueue(town, repo, 2)) == ("skipped", "Left out on purpose: #2")


def test_one_that_fails_while_it_waits(town: Town, repo: Repository) -> None:
    """A review of the same head finds what the policy, as it is by now, fails on: the queue throws it out."""
    head = repo.enqueue(1).head_sha
    repo.commit("main", {".github/kireji.yml": "conclusion:\n  fail_on: high\n"})
    town.say(repo, 1, "/review full")
    assert town.checks(repo, 1)[-1]["conclusion"] == "failure"
    ask(town, repo, 1)
    assert answer(repo, head) == ("failure", "Failing: #1")
    assert repo.advance_queue() == []
    assert (repo.pull(1).merged, repo.queued()) == (False, [])


def test_where_the_queue_is_not_shown(town: Town, repo: Repository) -> None:
    """Its branch names a pull request, which is told, and that there may be more."""
    head = repo.enqueue(1).head_sha
    hidden: dict[str, object] = {"repository": {"mergeQueue": None}}
    refused = {"data": hidden, "errors": [_forbidden("repository", "mergeQueue")]}
    town.github.faults.add(Fault("POST /graphql", 200, body=refused))
    ask(town, repo, 1)
    assert answer(repo, head) == ("success", "Reviewed: #1")
    assert PARTLY in repo.check_runs(head)[0]["output"]["summary"]


def test_a_failure_in_passing_delays_and_one_for_good_is_told(town: Town, repo: Repository) -> None:
    """In the end there is an answer, if GitHub takes one at all."""
    head = repo.enqueue(1).head_sha
    town.github.faults.add(Fault("GET */commits/*/check-runs*", 502, times=5))
    ask(town, repo, 1)
    assert answer(repo, head) == ("success", "Reviewed: #1")
    second = repo.enqueue(2).head_sha
    town.github.faults.add(Fault(f"GET */commits/{repo.pull(2).head_sha}/check-runs*", 502, times=99))
    ask(town, repo, 2)
    assert answer(repo, second) == ("neutral", "It is not known which pull requests this group contains")


def _forbidden(*path: str) -> dict[str, Any]:
    return {"type": "FORBIDDEN", "path": list(path), "message": "Resource not accessible by integration"}
