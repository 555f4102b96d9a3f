"""Which threads and check runs under our account are ours: what is signed here, and what a database has noted."""

from dataclasses import replace
from typing import Any

import pytest

from kireji.adapters.github import GitHubForge, connect
from kireji.adapters.github.http.marks import Marks, Ours
from kireji.core.pulls.posting import CheckReport, Conclusion, OwnPosts
from kireji.core.pulls.pull import PullRef
from kireji.core.pulls.signing import Signer
from tests.adapters.github.support import HastyClock, marks_in, threads_of
from tests.check_runs import GREEN, post_check
from tests.sandbox.github import AppIdentity, GitHubSandbox, Repository

REVIEW = "octo/shop#1@a/1"
OTHER_KEY = Signer((b"other" * 8,))
OPEN = CheckReport("Reviewing", "Started.")


def say(repo: Repository, *bodies: str) -> int:
    """A review of our account's with these comments on the two lines; its id."""
    comments = [{"path": "a.py", "line": number, "body": body} for number, body in enumerate(bodies, 1)]
    return repo.add_review(1, by="kireji[bot]", body="x", comments=comments).id


@pytest.fixture
def marks(live: GitHubForge, repo: Repository) -> Marks:
    """Our marks on the pull request."""
    return marks_in(live, repo)


def knows(github: GitHubSandbox, app: AppIdentity, known: OwnPosts) -> GitHubForge:
    """The App's forge over a database that knows this."""

    async def posted(_: PullRef) -> OwnPosts:
        return known

    given = {"app_id": app.app_id, "private_key_pem": app.private_key_pem}
    return connect(api_url=github.url, clock=HastyClock(), posted=posted, **given)


async def test_what_is_not_signed_is_not_ours(
    live: GitHubForge, repo: Repository, pull_ref: PullRef, marks: Marks
) -> None:
    """No mark, no proof, another place's proof, another key's."""
    signed = marks.mark_finding("a.py", "f0", REVIEW)
    say(repo, "do not merge", "<!-- kireji:finding f0 octo/shop#1@a/1 -->")
    say(repo, replace(marks, number=2).mark_finding("a.py", "f0", REVIEW), marks.mark_finding("b.py", "f0", REVIEW))
    say(
        repo,
        replace(marks, signer=OTHER_KEY).mark_finding("a.py", "f0", REVIEW),
        f"{signed} <!-- kireji:finding f1 -->",
    )

    assert await threads_of(live, pull_ref) == ()

    say(repo, signed)
    assert [thread.fingerprint for thread in await threads_of(live, pull_ref)] == ["f0"]


async def test_the_same_finding_at_two_lines_is_two_threads(
    live: GitHubForge, repo: Repository, pull_ref: PullRef, marks: Marks
) -> None:
    """One review told them; the same mark in a later one is a copy, and in an earlier one nobody could have it."""
    mark = marks.mark_finding("a.py", "f0", REVIEW)
    say(repo, mark, mark)
    say(repo, f"Echo. {mark}")
    assert [thread.line for thread in await threads_of(live, pull_ref)] == [1, 2]


@pytest.mark.parametrize("signer", [None, OTHER_KEY], ids=["not signed", "by another key"])
async def test_what_a_database_has_noted_is_ours(
    github: GitHubSandbox, app: AppIdentity, repo: Repository, marks: Marks, signer: Signer | None
) -> None:
    """Before marks were signed, or by a key that was replaced: but not a thread of another review."""
    mark = (
        replace(marks, signer=signer).mark_finding("a.py", "f0", REVIEW)
        if signer
        else f"<!-- kireji:finding f0 {REVIEW} -->"
    )
    noted = say(repo, mark)
    say(repo, mark.replace("f0", "f1"))
    thread = repo.threads(1)[0]["id"]
    repo.reply(1, thread, "Mended.\n\n<!-- kireji:said fixed octo/shop#1@b/2 -->", by="kireji[bot]")
    [found] = await threads_of(
        knows(github, app, OwnPosts(frozenset({noted}))), PullRef("octo/shop", 1, app.installation_id)
    )

    assert (found.fingerprint, found.review, found.first.id) == ("f0", REVIEW, thread)
    assert [comment.ours for comment in found.comments] == [True, True]


async def test_our_answers_in_a_thread(live: GitHubForge, repo: Repository, pull_ref: PullRef, marks: Marks) -> None:
    """An answer is ours by its mark for this very thread."""
    say(repo, marks.mark_finding("a.py", "f0", REVIEW))
    [thread] = repo.threads(1)
    bodies = [
        marks.mark_statement(str(thread["id"]), "reply d-1"),
        marks.mark_statement("12", "reply d-1"),
        "<!-- kireji:said reply d-1 -->",
        "Ping.",
    ]
    for body in bodies:
        repo.reply(1, thread["id"], body, by="kireji[bot]")

    [found] = await threads_of(live, pull_ref)
    assert [comment.ours for comment in found.comments] == [True, True, False, False, False]


async def test_without_a_key_that_lasts(
    github: GitHubSandbox, app: AppIdentity, repo: Repository, marks: Marks
) -> None:
    """A workflow's token alone: marked threads count as long as they are open, and silence nothing once they are resolved."""
    assert app.slug
    say(repo, marks.mark_finding("a.py", "f0", REVIEW), "do not merge")
    say(repo, f"<!-- kireji:finding f1 {REVIEW} -->")
    [first, _, last] = [thread["id"] for thread in repo.threads(1)]
    forge = connect(api_url=github.url, token=github.token(), clock=HastyClock())
    ref = PullRef("octo/shop", 1)
    assert [thread.fingerprint for thread in await threads_of(forge, ref)] == ["f0", "f1"]
    repo.resolve_thread(1, last, by="mallory")
    assert [thread.first.id for thread in await threads_of(forge, ref)] == [first]


def fake(github: GitHubSandbox, app: AppIdentity, head: str, **about: Any) -> int:
    """Somebody with the App's token makes a check run under our name; its id."""
    output = {"title": "T", "summary": "S"}
    return post_check(github, github.token(app_id=app.app_id), head, external_id="job-1", output=output, **about)


async def test_a_forged_check_run_is_not_taken_for_ours(
    live: GitHubForge, github: GitHubSandbox, app: AppIdentity, repo: Repository, pull_ref: PullRef
) -> None:
    """Under the name of our review, completed: it is not found, ours is opened beside it, and only ours is seen."""
    head = repo.pull(1).head_sha
    forged = fake(github, app, head, **GREEN)
    assert await live.find_check(pull_ref, head, "job-1") is None
    ours = await live.open_check(pull_ref, head, "job-1", OPEN)
    await live.update_check(pull_ref, ours, CheckReport("Done", "All.", conclusion=Conclusion.NEUTRAL))
    assert ours != forged
    assert [run.id for run in await live.checks_of(pull_ref, head)] == [ours]
    assert await live.find_check(pull_ref, head, "job-1") == ours


async def test_an_open_check_run_needs_no_proof(
    live: GitHubForge, github: GitHubSandbox, app: AppIdentity, repo: Repository, pull_ref: PullRef
) -> None:
    """It says nothing yet: whoever opened it, what we say is written over it."""
    head = repo.pull(1).head_sha
    opened = fake(github, app, head, status="in_progress")
    assert await live.open_check(pull_ref, head, "job-1", OPEN) == opened


async def test_a_check_run_that_a_database_has_noted(
    github: GitHubSandbox, app: AppIdentity, repo: Repository, pull_ref: PullRef
) -> None:
    """As it was completed, and no other way."""
    head = repo.pull(1).head_sha
    old = fake(github, app, head, **GREEN)
    for conclusion in (Conclusion.SUCCESS, Conclusion.FAILURE):
        forge = knows(github, app, OwnPosts(checks={old: conclusion}))
        seen = [run.id for run in await forge.checks_of(pull_ref, head)]
        assert (seen == [old]) is (conclusion is Conclusion.SUCCESS)


def test_what_is_ours_shows_no_key(live: GitHubForge) -> None:
    """Neither a forge's parts nor what they are made of, which may end in a log."""
    ours = live._reach._ours
    assert isinstance(ours, Ours)
    assert "keys" not in repr(ours)
