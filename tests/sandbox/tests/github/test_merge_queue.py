"""The loopback GitHub's merge queue is as strict as the original: who may enter, what it waits for, who is thrown out."""

import json
from collections.abc import Callable

import pytest
import requests

from tests.sandbox.github import AppIdentity, GitHubSandbox, Repository
from tests.sandbox.github.models import QueueEntry

Check = Callable[[str, str], None]


@pytest.fixture
def check(rest: requests.Session) -> Check:
    """Ends the check "ci" of a commit."""

    def end(sha: str, conclusion: str) -> None:
        body = {"name": "ci", "head_sha": sha, "status": "completed", "conclusion": conclusion}
        assert rest.post("/repos/octo/shop/check-runs", json=body).status_code == 201

    return end


@pytest.fixture
def queue(shop: Repository, check: Check) -> Repository:
    """Three pull requests with a file each, and a queue that wants "ci"."""
    for number in (1, 2, 3):
        shop.open_pull(branch=f"b{number}", files={f"{number}.py": f"{number}\n"})
        check(shop.pull(number).head_sha, "success")
    shop.require_queue("ci")
    return shop


def waiting(repo: Repository) -> list[int]:
    """The pull requests in the queue."""
    return [entry.number for entry in repo.queued()]


def files(repo: Repository, sha: str) -> set[str]:
    """What is in a commit's root, of the pull requests' files."""
    return {item.path for item in repo.state.store.tree(sha)} & {"1.py", "2.py", "3.py"}


def test_a_group_holds_what_is_ahead_of_it(queue: Repository) -> None:
    """Each is a merge commit on a branch of its own, on top of the group ahead."""
    first = queue.enqueue(1)
    second = queue.enqueue(2)
    assert (first.base_sha, second.base_sha) == (queue.state.store.resolve_commit("refs/heads/main"), first.head_sha)
    assert (files(queue, first.head_sha), files(queue, second.head_sha)) == ({"1.py"}, {"1.py", "2.py"})
    assert second.ref == f"refs/heads/gh-readonly-queue/main/pr-2-{first.head_sha}"
    assert queue.state.store.resolve(second.ref) == second.head_sha
    (commit,) = queue.state.store.commits(second.head_sha, limit=1)
    assert list(commit.parents) == [first.head_sha, queue.pull(2).head_sha]


def test_who_may_not_enter(queue: Repository, check: Check) -> None:
    """A required check that is missing or red, a draft, one that is in it already."""
    queue.push(1, {"1.py": "one\n"})
    with pytest.raises(ValueError, match='"ci" is expected'):
        queue.enqueue(1)

    check(queue.pull(1).head_sha, "action_required")

    with pytest.raises(ValueError, match='"ci" is failing'):
        queue.enqueue(1)

    queue.pull(2).draft = True
    with pytest.raises(ValueError, match="a draft"):
        queue.enqueue(2)

    queue.enqueue(3)

    with pytest.raises(ValueError, match="already in the queue"):
        queue.enqueue(3)


@pytest.mark.parametrize("conclusion", ["success", "neutral", "skipped"])
def test_green_and_grey_are_merged(queue: Repository, check: Check, conclusion: str) -> None:
    """The front's commit is the branch's new tip, and its temporary branch is gone."""
    entry = queue.enqueue(1)
    check(entry.head_sha, conclusion)
    assert queue.advance_queue() == []
    assert queue.state.store.resolve_commit("refs/heads/main") == entry.head_sha
    assert (queue.pull(1).merged, waiting(queue), queue.state.store.resolve(entry.ref)) == (True, [], None)


def test_without_an_answer_it_stalls_until_its_time_is_over(
    github: GitHubSandbox, queue: Repository, check: Check
) -> None:
    """One behind it waits too, however green; after an hour the front is thrown out, and what is behind is built anew."""
    queue.enqueue(1)
    check(queue.enqueue(2).head_sha, "success")
    assert (queue.advance_queue(), waiting(queue)) == ([], [1, 2])
    github.advance(3_601)
    (anew,) = queue.advance_queue()
    assert (anew.number, waiting(queue), files(queue, anew.head_sha)) == (2, [2], {"2.py"})


@pytest.mark.parametrize("conclusion", ["failure", "cancelled", "timed_out", "action_required"])
def test_red_is_thrown_out(queue: Repository, check: Check, conclusion: str) -> None:
    """What was built on it is built anew, without it."""
    first = queue.enqueue(1)
    second = queue.enqueue(2)
    check(first.head_sha, conclusion)
    (anew,) = queue.advance_queue()
    assert anew.head_sha != second.head_sha
    assert (waiting(queue), queue.pull(1).state) == ([2], "open")


def test_a_push_takes_a_pull_request_out(queue: Repository) -> None:
    """And has what is behind it built anew."""
    queue.enqueue(1)
    before = queue.enqueue(2)
    queue.push(1, {"1.py": "one\n"})
    assert waiting(queue) == [2]
    assert queue.queued()[0].head_sha != before.head_sha


def payload(github: GitHubSandbox, action: str, repo: Repository, number: int) -> dict[str, object]:
    """What a webhook says."""
    return json.loads(github.webhook("merge_group", action=action, repo=repo, number=number)[1])


def group_of(entry: QueueEntry) -> dict[str, str]:
    """What tells it."""
    refs = {"head_ref": entry.ref, "base_ref": "refs/heads/main"}
    return {"head_sha": entry.head_sha, "base_sha": entry.base_sha, **refs}


def test_the_webhooks(github: GitHubSandbox, queue: Repository, check: Check) -> None:
    """While it waits its checks are wanted; afterwards it is destroyed, for one of three reasons."""
    first = queue.enqueue(1)
    second = queue.enqueue(2)
    asked = payload(github, "checks_requested", queue, 2)
    assert isinstance(asked["merge_group"], dict)
    assert asked["merge_group"].items() >= group_of(second).items()
    check(first.head_sha, "failure")
    queue.advance_queue()
    assert payload(github, "destroyed", queue, 1)["reason"] == "dequeued"
    assert payload(github, "destroyed", queue, 2)["reason"] == "invalidated"
    check(queue.queued()[0].head_sha, "success")
    queue.advance_queue()
    assert payload(github, "destroyed", queue, 2)["reason"] == "merged"

    with pytest.raises(ValueError, match="a queued number"):
        payload(github, "checks_requested", queue, 2)


def test_an_app_without_the_permission_is_told_nothing(github: GitHubSandbox, queue: Repository) -> None:
    """Nor may its token read the queue."""
    queue.enqueue(1)
    (app,) = github.world.apps.values()
    del app.permissions["merge_queues"]
    with pytest.raises(ValueError, match="sends this App no merge_group"):
        payload(github, "checks_requested", queue, 1)


QUERY = """{ repository(owner: "octo", name: "shop") { mergeQueue(branch: "main") { entries(first: 9) {
  nodes { position state baseCommit { oid } headCommit { oid } pullRequest { number headRefOid } } } } } }"""


def test_graphql_shows_it(
    github: GitHubSandbox, app: AppIdentity, queue: Repository, sign_in: Callable[[str | None], requests.Session]
) -> None:
    """In order, with the commits of each group; for a token that has the right."""
    assert app.installation_id

    first = queue.enqueue(1)
    second = queue.enqueue(2)
    may = sign_in(github.token(permissions={"merge_queues": "read", "pull_requests": "read"}))
    shown = may.post("/graphql", json={"query": QUERY}).json()["data"]["repository"]["mergeQueue"]["entries"]["nodes"]

    assert [(row["position"], row["pullRequest"]["number"], row["headCommit"]["oid"]) for row in shown] == [
        (1, 1, first.head_sha),
        (2, 2, second.head_sha),
    ]
    assert shown[1]["baseCommit"]["oid"] == first.head_sha

    may_not = sign_in(github.token(permissions={"pull_requests": "read"}))
    refused = may_not.post("/graphql", json={"query": QUERY}).json()

    assert (refused["data"]["repository"]["mergeQueue"], refused["errors"][0]["type"]) == (None, "FORBIDDEN")
