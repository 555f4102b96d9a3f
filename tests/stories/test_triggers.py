"""What else begins a review, or ends one: buttons, re-runs, labels, another base, a pull request that is closed."""

import threading
from typing import Any

import pytest

from tests.sandbox.github import Repository
from tests.stories import changes
from tests.stories.town import PATIENCE, Town, eventually

TWO = changes.parts(2)


@pytest.fixture
def repo(town: Town) -> Repository:
    """A repository with a policy that names labels, and a pull request with two mistakes."""
    policy = "triggers:\n  labels:\n    ignore: [no-review]\n"
    repo = town.github.create_repo("octo/shop", files=TWO.base | {".github/kireji.yml": policy})
    repo.open_pull(title="Two parts", files=TWO.head)
    return repo


def titles(town: Town, repo: Repository) -> list[str]:
    """What the head's check runs say, oldest first."""
    return [run["output"]["title"] for run in town.checks(repo, 1)]


def test_the_buttons_of_a_check_run(town: Town, repo: Repository) -> None:
    """Three of them; each does what it says, in a check run of its own or in a comment."""
    check = town.open(repo, 1)
    assert [action["label"] for action in check["actions"]] == ["Review again", "Deep review", "Pause"]
    asked = town.claude.count()
    town.press(repo, 1, "review")
    assert town.claude.count() == asked  # all of it was paid for
    town.press(repo, 1, "deep")
    assert town.claude.calls[asked].model == "claude-sonnet-5-5"  # which plans what is to be looked at
    assert titles(town, repo)[1:] == ["No new findings, 2 still open in their threads"] * 2
    town.press(repo, 1, "pause")
    assert town.push(repo, 1, {"more.txt": "more\n"})["output"]["title"].startswith(
        "Not reviewed: the reviews are paused"
    )
    assert town.answers(repo, 1) == [
        "Paused by `maria`: pushes are not reviewed until somebody writes `/review resume`."
    ]


def test_github_s_own_re_run(town: Town, repo: Repository) -> None:
    """Of the check run, and of all checks."""
    check = town.open(repo, 1)
    town.press(repo, 1, None)
    town.deliver("check_suite", action="rerequested", repo=repo, number=1, check_run_id=check["id"], sender="maria")
    assert len(titles(town, repo)) == 3


def test_a_fork_s_pull_request_is_found_by_its_head(town: Town) -> None:
    """GitHub names no pull request in a fork's deliveries: opened, commanded, re-run from both buttons."""
    repo = town.github.create_repo("octo/shop", files=TWO.base)
    repo.grant("maria", "write")
    repo.open_pull(files=TWO.head, fork=True, author="mallory")
    check = town.open(repo, 1)
    town.say(repo, 1, "/review full")
    town.press(repo, 1, "review")
    town.press(repo, 1, None)
    town.deliver("check_suite", action="rerequested", repo=repo, number=1, check_run_id=check["id"], sender="maria")
    assert len(titles(town, repo)) == 5
    assert len(repo.review_comments(1)) == 2


def test_a_label_that_the_policy_names(town: Town, repo: Repository) -> None:
    """It holds reviews back, and says so; taken off, the head is read."""
    repo.add_label(1, "no-review")
    assert town.open(repo, 1)["output"]["title"] == "Not reviewed: it has the label `no-review`"
    repo.remove_label(1, "no-review")
    town.deliver(action="unlabeled", repo=repo, number=1, label="no-review")
    assert titles(town, repo)[-1] == "2 findings in 4 hunks"


def test_a_label_that_nobody_named(town: Town, repo: Repository) -> None:
    """Nothing happens."""
    town.open(repo, 1)
    repo.add_label(1, "nice")
    town.deliver(action="labeled", repo=repo, number=1, label="nice")
    assert len(titles(town, repo)) == 1


def test_another_base_branch(town: Town, repo: Repository) -> None:
    """The same head against another base is another change: it is read again."""
    town.open(repo, 1)
    repo.commit("release", {"other.txt": "other\n"})
    repo.change_base(1, "release")
    town.deliver(action="edited", repo=repo, number=1)
    assert len(titles(town, repo)) == 2


def test_closing_cancels_the_review(town: Town, repo: Repository) -> None:
    """While Claude reads, the pull request is closed: nothing is posted. Opened again, it is read."""
    reading, closed = threading.Event(), threading.Event()

    def wait_for_the_end(_: dict[str, Any]) -> None:
        reading.set()
        assert closed.wait(PATIENCE)

    town.claude.script(wait_for_the_end)
    town.deliver(action="opened", repo=repo, number=1)
    assert reading.wait(PATIENCE)
    repo.close(1)
    town.deliver(action="closed", repo=repo, number=1)
    closed.set()
    assert titles(town, repo) == ["Cancelled: the pull request was closed"]
    assert not repo.reviews(1)
    repo.reopen(1)
    town.deliver(action="reopened", repo=repo, number=1)
    assert titles(town, repo)[-1] == "2 findings in 4 hunks"


def test_cancelled_in_a_comment(town: Town, repo: Repository) -> None:
    """The check run says by what, and how to have it done after all."""
    repo.grant("maria", "write")
    reading, cancelled = threading.Event(), threading.Event()

    def wait_for_the_end(_: dict[str, Any]) -> None:
        reading.set()
        assert cancelled.wait(PATIENCE)

    town.claude.script(wait_for_the_end)
    town.deliver(action="opened", repo=repo, number=1)
    assert reading.wait(PATIENCE)
    comment = repo.comment(1, "/review cancel", by="maria")
    town.deliver("issue_comment", action="created", repo=repo, number=1, comment_id=comment.id, sender="maria")
    eventually_cancelled(repo)
    cancelled.set()
    assert titles(town, repo) == ["Cancelled in a comment"]
    assert not repo.reviews(1)


def eventually_cancelled(repo: Repository) -> None:
    """Wait until the App has reacted to the last comment."""
    eventually(lambda: repo.reactions(repo.issue_comments(1)[-1]["id"]))


def test_a_button_of_a_closed_pull_request(town: Town, repo: Repository) -> None:
    """Nothing is read: the new check run says why, and what to do."""
    town.open(repo, 1)
    repo.close(1)
    town.deliver(action="closed", repo=repo, number=1)
    asked = town.claude.count()
    town.press(repo, 1, "deep")
    check = town.checks(repo, 1)[-1]
    assert check["output"]["title"] == "Not reviewed: the pull request is closed"
    assert "Reopen it to have it reviewed." in check["output"]["summary"]
    assert town.claude.count() == asked


def test_another_bot_presses_nothing(town: Town, repo: Repository) -> None:
    """A bot that re-runs checks in a loop costs nothing."""
    town.open(repo, 1)
    town.press(repo, 1, None, by="renovate[bot]")
    assert len(titles(town, repo)) == 1
