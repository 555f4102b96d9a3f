"""Threads that are over: said once, then resolved or folded."""

import pytest

from kireji.adapters.github import GitHubForge, connect
from kireji.core.pulls.denial import Denial
from kireji.core.pulls.pull import PullRef
from kireji.core.pulls.thread import Thread
from kireji.errors import TransientError
from tests.adapters.github.support import HastyClock, marks_in, threads_of
from tests.sandbox.github import AppIdentity, Fault, GitHubSandbox, Repository

STRONG = {"contents": "write", "pull_requests": "write", "issues": "write", "checks": "write"}
WHY = "Mended in the last push."


@pytest.fixture
def repo(github: GitHubSandbox) -> Repository:
    """A shop with a pull request on which somebody has commented."""
    repo = github.create_repo("octo/shop")
    repo.open_pull(files={"a.py": "one\ntwo\n"})
    repo.add_review(1, by="bob", body="x", comments=[{"path": "a.py", "line": 2, "body": "Mine."}])
    return repo


@pytest.fixture
def thread(live: GitHubForge, repo: Repository) -> int:
    """A thread of ours on it: its first comment's id."""
    body = f"Hm.\n{marks_in(live, repo).mark_finding('a.py', 'f00', 'octo/shop#1@a/1')}"
    repo.add_review(1, by="kireji[bot]", body="x", comments=[{"path": "a.py", "line": 1, "body": body}])
    return repo.review_comments(1)[-1]["id"]


@pytest.fixture
def strong(github: GitHubSandbox, app: AppIdentity) -> GitHubForge:
    """The forge of an App that may resolve: with a token that has the right."""
    github.world.apps[app.app_id].permissions |= STRONG
    given = {"app_id": app.app_id, "private_key_pem": app.private_key_pem}
    return connect(api_url=github.url, token=github.token(), clock=HastyClock(), **given)


REF = PullRef("octo/shop", 1)


async def close(forge: GitHubForge, ref: PullRef = REF, thread: Thread | None = None) -> bool | Denial:
    """Close the one thread of ours."""
    [found] = await threads_of(forge, ref) if thread is None else [thread]
    return await forge.resolve_thread(ref, found, WHY, "octo/shop#1@abc/2 close")


def said(repo: Repository, thread: int) -> list[str]:
    """What stands in our thread, without the markers."""
    [found] = [row for row in repo.threads(1) if row["id"] == thread]
    return [comment["body"].split("\n")[0] for comment in found["comments"]]


async def test_it_is_said_and_resolved(strong: GitHubForge, repo: Repository, thread: int) -> None:
    """Three requests, and another for nothing the second time; people's threads stay as they are."""
    [before] = await threads_of(strong, REF)
    sent = strong.requests
    assert await close(strong, thread=before) is True
    assert strong.requests - sent == 3
    assert said(repo, thread) == ["Hm.", WHY]
    assert repo.resolved(1) == {thread}
    assert await close(strong, thread=before) is True
    assert strong.requests - sent == 4
    assert said(repo, thread) == ["Hm.", WHY]


async def test_what_people_resolved_is_left_alone(strong: GitHubForge, repo: Repository, thread: int) -> None:
    """Not a word more, also where it happened since the threads were read."""
    [before] = await threads_of(strong, REF)
    repo.resolve_thread(1, thread, by="bob")
    assert await close(strong, thread=before) is True
    assert said(repo, thread) == ["Hm."]
    assert [thread["resolved_by"] for thread in repo.threads(1)] == [None, "bob"]


async def test_without_the_right_it_is_folded(
    live: GitHubForge, repo: Repository, app: AppIdentity, thread: int
) -> None:
    """The reply stands and our comment is minimised, which counts as resolved from then on; twice changes nothing."""
    ref = PullRef("octo/shop", 1, app.installation_id)
    [before] = await threads_of(live, ref)
    for _ in range(2):
        assert await close(live, ref, before) is False
        assert said(repo, thread) == ["Hm.", WHY]

    assert [(thread["resolved"], thread["minimized"]) for thread in repo.threads(1)] == [
        (False, None),
        (False, "RESOLVED"),
    ]
    assert [thread.resolved for thread in await threads_of(live, ref)] == [True]


async def test_a_thread_that_is_gone_is_closed(strong: GitHubForge, repo: Repository, thread: int) -> None:
    """Somebody deleted our comment."""
    [before] = await threads_of(strong, REF)
    repo.delete_comment(thread)
    assert await close(strong, thread=before) is True
    assert len(repo.review_comments(1)) == 1


@pytest.mark.parametrize(
    "fault",
    [
        Fault(match="POST */replies", drop="after"),
        Fault(match="POST */replies", drop="before"),
        Fault(match="POST */replies", status=502, drop="after"),
        Fault(match="POST */replies", status=502),
        Fault(match="POST /graphql", status=502),
        Fault(match="POST /graphql", holding="resolveReviewThread", drop="after"),
    ],
)
async def test_said_once_whatever_fails(
    strong: GitHubForge, github: GitHubSandbox, repo: Repository, thread: int, fault: Fault
) -> None:
    """A lost answer is looked for before it is sent again."""
    [before] = await threads_of(strong, REF)
    github.faults.add(fault)
    assert await close(strong, thread=before) is True
    assert len(github.faults.hits) == 1
    assert said(repo, thread) == ["Hm.", WHY]
    assert repo.resolved(1) == {thread}


async def test_a_crash_between_the_two(
    strong: GitHubForge, github: GitHubSandbox, repo: Repository, thread: int
) -> None:
    """The reply arrived, nothing after it: the next run resolves and says nothing again."""
    [before] = await threads_of(strong, REF)
    github.faults.add(Fault(match="POST /graphql", holding="resolveReviewThread", status=502, times=99))
    with pytest.raises(TransientError):
        await close(strong, thread=before)
    github.faults.clear()
    assert (said(repo, thread), repo.resolved(1)) == (["Hm.", WHY], set())
    assert await close(strong, thread=before) is True
    assert (said(repo, thread), repo.resolved(1)) == (["Hm.", WHY], {thread})
