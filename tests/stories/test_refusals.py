"""GitHub refuses for good: each reason is told with its own remedy, and costs nothing but what was refused."""

from collections.abc import Callable
from typing import Any

import pytest

from kireji.core.pulls.denial import DenialKind
from kireji.core.wording.denial_words import BECAUSE
from tests.sandbox.github import Fault, Repository
from tests.stories import changes
from tests.stories.town import Town

ONE = changes.parts(1)
PATH = ONE.paths[0]
FIXED = {PATH: ONE.head[PATH].replace("yaml.load", "yaml.safe_load")}


@pytest.fixture
def repo(town: Town) -> Repository:
    """A pull request with one mistake; maria may write."""
    repo = town.github.create_repo("octo/shop", files=ONE.base)
    repo.grant("maria", "write")
    repo.open_pull(files=ONE.head)
    return repo


def test_a_locked_conversation_costs_the_comments_only(town: Town, repo: Repository) -> None:
    """The finding stands in the check run, which says why; the colour is what it would be."""
    repo.lock(1)
    check = town.open(repo, 1)
    summary = check["output"]["summary"]
    assert (check["output"]["title"], check["conclusion"]) == ("1 finding in 2 hunks", "neutral")
    assert "**The conversation is locked**, so the finding is in this report instead of a comment." in summary
    assert "Unlock the conversation and press Re-run" in summary
    assert "Not a comment because the conversation is locked." in check["output"]["text"]
    assert [note["path"] for note in check["annotations"]] == [PATH]
    assert "Grant it" not in summary
    assert not repo.reviews(1)
    assert town.github.count("POST */reviews") == 1  # no search for a bad comment


def test_once_it_is_unlocked_the_comments_come(town: Town, repo: Repository) -> None:
    """What nobody could be told at its line does not count as told: the next round does so, and pays nothing."""
    repo.lock(1)
    town.open(repo, 1)
    calls = town.claude.count()
    repo.unlock(1)
    town.press(repo, 1, None)
    assert town.placed(repo, 1) == [(PATH, changes.LINE)]
    assert town.claude.count() == calls


def test_a_fixed_thread_in_a_locked_conversation(town: Town, repo: Repository) -> None:
    """Nothing can be said in it, nor is it folded: it stays open, the check run says so, and the review is whole."""
    town.open(repo, 1)
    repo.lock(1)
    check = town.push(repo, 1, FIXED)
    assert (check["output"]["title"], check["conclusion"]) == ("No findings in 2 hunks", "success")
    assert "A thread whose finding is fixed stays open: the conversation is locked." in check["output"]["summary"]
    assert "closed: what" not in check["output"]["summary"]
    assert [(one["minimized"], len(one["comments"])) for one in repo.threads(1)] == [(None, 1)]


@pytest.mark.permissions(contents="write", pull_requests="write", issues="write", checks="write")
def test_who_may_resolve_closes_it_without_a_word(town: Town, repo: Repository) -> None:
    """To resolve a thread is no comment."""
    town.open(repo, 1)
    repo.lock(1)
    check = town.push(repo, 1, FIXED)
    assert len(repo.resolved(1)) == 1
    assert "1 thread closed" in check["output"]["summary"]


def test_a_command_in_a_locked_conversation_is_carried_out(town: Town, repo: Repository) -> None:
    """A maintainer may still write there. Neither a reaction nor an answer can be given, and the review is done."""
    repo.lock(1)
    town.say(repo, 1, "/review")
    assert [check["output"]["title"] for check in town.checks(repo, 1)] == ["1 finding in 2 hunks"]
    assert town.answers(repo, 1) == []


def test_the_one_comment_that_a_policy_asks_for(town: Town) -> None:
    """It cannot be written, which the check run says."""
    repo = town.github.create_repo("octo/shop", files={**ONE.base, ".github/kireji.yml": "summary_comment: true\n"})
    repo.open_pull(files=ONE.head)
    repo.lock(1)
    check = town.open(repo, 1)
    assert "The summary comment that the policy asks for could not be written" in check["output"]["summary"]


def _archived(repo: Repository) -> None:
    repo.state.guard.archived = True


def _saml(repo: Repository) -> None:
    repo.state.guard.saml = True


def _ip_list(repo: Repository) -> None:
    repo.state.guard.ip_list = True


def _blocked(repo: Repository) -> None:
    repo.state.guard.blocked = "dmca"


@pytest.mark.parametrize(
    ("close", "words"),
    [
        (_archived, "unarchive it in the repository's settings"),
        (_saml, "An owner of the organization must approve the App: open https://127.0.0.1:"),
        (_ip_list, "must add the address of Kireji's server to the allow list"),
        (_blocked, "the repository's owner must settle it with GitHub"),
    ],
)
def test_a_repository_that_is_closed_to_the_app(
    town: Town, repo: Repository, caplog: pytest.LogCaptureFixture, close: Callable[[Repository], None], words: str
) -> None:
    """There is no check run to tell it in, so the log does, with the remedy; and the service goes on."""
    close(repo)
    town.deliver(action="opened", repo=repo, number=1)
    town.settle()
    assert "did not happen: GitHub refused this" in caplog.text
    assert words in caplog.text
    assert "Grant it" not in caplog.text
    assert town.send("ping").status_code == 202


def test_a_suspended_installation(town: Town, repo: Repository, caplog: pytest.LogCaptureFixture) -> None:
    """There is no token to be had: it is to be unsuspended, not granted anything."""
    town.github.world.apps[town.identity.app_id].suspended = True
    town.deliver(action="opened", repo=repo, number=1)
    town.settle()
    assert "Unsuspend it on the page of installed GitHub Apps" in caplog.text
    assert "Grant it" not in caplog.text


REFUSALS: dict[DenialKind, dict[str, Any]] = {
    DenialKind.LOCKED: {"message": "Unable to create comment because issue is locked."},
    DenialKind.SAML: {"message": "Resource protected by organization SAML enforcement."},
    DenialKind.IP_LIST: {"message": "the `octo` organization has an IP allow list enabled, and your IP address is not"},
    DenialKind.ARCHIVED: {"message": "Repository was archived so is read-only."},
    DenialKind.ACCOUNT_BLOCKED: {"message": "User is blocked"},
    DenialKind.PERMISSION: {"message": "Resource not accessible by integration"},
}


@pytest.mark.parametrize("kind", REFUSALS)
def test_a_refused_review_is_told_in_the_check_run(town: Town, repo: Repository, kind: DenialKind) -> None:
    """Whatever the reason is: the finding is told, the reason is, and only a lock asks nobody for anything."""
    town.github.faults.add(Fault("POST */reviews", 403, times=9, body=REFUSALS[kind]))
    check = town.open(repo, 1)
    assert check["output"]["title"] == "1 finding in 2 hunks"
    assert check["conclusion"] == ("neutral" if kind is DenialKind.LOCKED else "action_required")
    assert BECAUSE[kind][1:] in check["output"]["summary"]
    assert ("Grant it" in check["output"]["summary"]) is (kind is DenialKind.PERMISSION)


def test_a_check_run_that_can_no_longer_be_written(
    town: Town, repo: Repository, caplog: pytest.LogCaptureFixture
) -> None:
    """The permission is withdrawn in mid-review: the comments are posted, and the log says what is missing."""
    refused = {"message": "Resource not accessible by integration"}
    town.github.faults.add(Fault("PATCH */check-runs/*", 403, times=9, body=refused))
    town.deliver(action="opened", repo=repo, number=1)
    town.settle()
    assert town.placed(repo, 1) == [(PATH, changes.LINE)]
    assert "goes on without its check run" in caplog.text
    assert "Grant it checks: write" in caplog.text
