"""A merge queue's entries, and our check runs of a commit."""

import pytest

from kireji.adapters.github import GitHubForge, connect
from kireji.core.operations.merge_queue import PostedCheck, QueueEntry
from kireji.core.pulls.posting import READ_WHOLE, CheckReport, Conclusion
from kireji.core.pulls.pull import PullRef
from tests.adapters.github.support import HastyClock
from tests.sandbox.github import Fault, GitHubSandbox, Repository


@pytest.fixture
def queue(repo: Repository) -> Repository:
    """Two pull requests that wait; no check is required."""
    repo.open_pull(branch="second", files={"b.py": "b = 1\n"})
    repo.require_queue()
    for number in (1, 2):
        repo.enqueue(number)
    return repo


async def test_what_waits(live: GitHubForge, queue: Repository, pull_ref: PullRef) -> None:
    """With the commits of each group, and the heads of the pull requests."""
    first, second = queue.queued()
    assert await live.queued("octo/shop", pull_ref.installation, "main") == (
        QueueEntry(1, queue.pull(1).head_sha, first.base_sha, first.head_sha),
        QueueEntry(2, queue.pull(2).head_sha, first.head_sha, second.head_sha),
    )
    assert await live.queued("octo/shop", pull_ref.installation, "other") == ()


async def test_a_queue_that_is_not_shown(github: GitHubSandbox, queue: Repository) -> None:
    """A workflow's token may not have the right; that is no failure."""
    token = github.token(permissions={"pull_requests": "read", "contents": "read"})
    forge = connect(api_url=github.url, token=token, clock=HastyClock())
    assert await forge.queued("octo/shop", None, "main") == ()
    assert len(queue.queued()) == 2


async def test_an_app_without_the_right(
    live: GitHubForge, github: GitHubSandbox, queue: Repository, pull_ref: PullRef
) -> None:
    """It was installed before there was such a permission: the token is one without it, and all else goes on."""
    (app,) = github.world.apps.values()
    del app.permissions["merge_queues"]
    assert await live.queued("octo/shop", pull_ref.installation, "main") == ()
    assert await live.checks_of(pull_ref, queue.pull(1).head_sha) == ()


async def test_an_entry_whose_commit_is_not_made_yet(
    live: GitHubForge, github: GitHubSandbox, queue: Repository, pull_ref: PullRef
) -> None:
    """It is left out; GitHub may hide nodes, too."""
    (first, _) = queue.queued()
    made = {
        "baseCommit": {"oid": first.base_sha},
        "headCommit": {"oid": first.head_sha},
        "pullRequest": {"number": 1, "headRefOid": "h"},
    }
    nodes = [made, made | {"headCommit": None}, None]
    entries = {"pageInfo": {"hasNextPage": False, "endCursor": None}, "nodes": nodes}
    answer = {"data": {"repository": {"mergeQueue": {"entries": entries}}}}
    github.faults.add(Fault("POST /graphql", 200, body=answer))
    found = await live.queued("octo/shop", pull_ref.installation, "main")

    assert found == (QueueEntry(1, "h", first.base_sha, first.head_sha),)


async def test_our_check_runs_of_a_commit(live: GitHubForge, repo: Repository, pull_ref: PullRef) -> None:
    """Under our name: what each is called, says and concludes, and whether its review read all."""
    head = repo.pull(1).head_sha
    first = await live.open_check(pull_ref, head, "review-1", CheckReport("Reading", "…"))
    summary = f"{READ_WHOLE}\n\nTwo."
    await live.update_check(pull_ref, first, CheckReport("2 findings", summary, conclusion=Conclusion.NEUTRAL))
    forged = CheckReport("Reading", f"| `{READ_WHOLE}` |")  # somebody's words: a file may be called so
    second = await live.open_check(pull_ref, head, "review-2", forged)

    assert sorted(await live.checks_of(pull_ref, head), key=lambda run: run.id) == [
        PostedCheck(first, "review-1", "2 findings", Conclusion.NEUTRAL, whole=True),
        PostedCheck(second, "review-2", "Reading", None),
    ]
