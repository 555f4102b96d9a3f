"""Commits are pushed while a pull request is being read, or before."""

import threading
from typing import Any

import pytest

from tests.sandbox.github import Fault, Repository
from tests.stories import changes
from tests.stories.town import PATIENCE, Town, eventually

TWO = changes.parts(2)
MENDED = {path: text.replace("yaml.load", "yaml.safe_load") for path, text in TWO.head.items()}


@pytest.fixture
def repo(town: Town) -> Repository:
    """A repository whose first pull request has two mistakes."""
    repo = town.github.create_repo("octo/shop", files=TWO.base)
    repo.open_pull(title="Two parts", files=TWO.head)
    return repo


def test_a_push_while_claude_reads(town: Town, repo: Repository) -> None:
    """Nothing is posted for the old head, whose check run is cancelled and names the new one; the new head is reviewed."""
    old = repo.pull(1).head_sha
    reading, pushed = threading.Event(), threading.Event()

    def wait_for_the_push(_: dict[str, Any]) -> None:
        reading.set()
        assert pushed.wait(PATIENCE)

    town.claude.script(wait_for_the_push)
    town.deliver(action="opened", repo=repo, number=1)
    assert reading.wait(PATIENCE)
    new = repo.push(1, {TWO.paths[0]: MENDED[TWO.paths[0]]})
    pushed.set()
    abandoned = town.check(repo, 1, head=old)
    assert abandoned["conclusion"] == "cancelled"
    assert abandoned["output"]["title"] == f"Abandoned: the head moved to {new[:7]}"
    assert f"See the check run of `{new[:7]}`." in abandoned["output"]["summary"]
    assert not repo.reviews(1)

    check = town.open(repo, 1, "synchronize")
    assert (check["head_sha"], check["conclusion"]) == (new, "neutral")
    assert town.placed(repo, 1) == [(TWO.paths[1], changes.LINE)]
    assert [review["commit_id"] for review in repo.reviews(1)] == [new]


def test_a_push_before_the_delivery_is_taken_up(town: Town, repo: Repository) -> None:
    """A delivery that comes late, about a head that is no longer there, costs no call to Claude."""
    old = repo.pull(1).head_sha
    late = town.github.webhook("pull_request", action="opened", repo=repo, number=1)
    new = repo.push(1, MENDED)
    assert town.post(*late).status_code == 202
    abandoned = town.check(repo, 1, head=old)
    assert (abandoned["conclusion"], abandoned["output"]["title"]) == (
        "cancelled",
        f"Abandoned: the head moved to {new[:7]}",
    )
    assert not town.claude.count()
    assert not repo.reviews(1)


def test_a_push_between_two_answers(town: Town, repo: Repository) -> None:
    """The pull request is asked for when its diff is there: the new head with the old diff is not posted either."""
    old, pushed = repo.pull(1).head_sha, threading.Event()
    town.github.faults.add(Fault("POST /graphql", until=pushed))
    town.deliver(action="opened", repo=repo, number=1)
    eventually(lambda: town.github.count("GET /repos/octo/shop/pulls/1"))
    new = repo.push(1, {TWO.paths[0]: MENDED[TWO.paths[0]]})
    pushed.set()
    abandoned = town.check(repo, 1, head=old)
    assert abandoned["output"]["title"] == f"Abandoned: the head moved to {new[:7]}"
    assert not repo.reviews(1)


def test_two_pushes_at_once(town: Town, repo: Repository) -> None:
    """Of two deliveries that arrive together only the one for the present head posts."""
    old = repo.pull(1).head_sha
    first = town.github.webhook("pull_request", action="opened", repo=repo, number=1)
    new = repo.push(1, {TWO.paths[0]: MENDED[TWO.paths[0]]})
    second = town.github.webhook("pull_request", action="synchronize", repo=repo, number=1)
    assert [town.post(*delivery).status_code for delivery in (first, second)] == [202, 202]
    assert town.check(repo, 1, head=new)["conclusion"] == "neutral"
    assert {run["conclusion"] for run in repo.check_runs(old)} <= {"cancelled"}
    assert town.placed(repo, 1) == [(TWO.paths[1], changes.LINE)]
