"""The App's installation lacks a permission, or the App is not where it should be."""

import pytest

from tests.stories import changes
from tests.stories.town import Town

ONE = changes.parts(1)
FULL = {"contents": "read", "pull_requests": "write", "issues": "write", "checks": "write"}


def lacking(**fewer: str) -> pytest.MarkDecorator:
    """The installation was granted less."""
    return pytest.mark.permissions(**(FULL | fewer))


@lacking(checks="read")
def test_checks_may_not_be_written(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    """Without check runs there is no place to tell it: the operator's log names the permission and what to do."""
    repo = town.github.create_repo("octo/shop", files=ONE.base)
    repo.open_pull(files=ONE.head)
    town.deliver(action="opened", repo=repo, number=1)
    town.settle()
    assert "did not happen: GitHub refused this while opening a check run on octo/shop#1" in caplog.text
    assert "Grant it checks: write" in caplog.text
    assert not repo.reviews(1)
    assert town.send("ping").status_code == 202


@lacking(pull_requests="read")
def test_reviews_may_not_be_written(town: Town) -> None:
    """The check run asks for the permission, action required, and tells the finding: what was read is not lost."""
    repo = town.github.create_repo("octo/shop", files=ONE.base)
    repo.open_pull(files=ONE.head)
    check = town.open(repo, 1)
    assert check["conclusion"] == "action_required"
    assert check["output"]["title"] == "1 finding in 2 hunks"
    assert "**A permission is missing**, so the finding is in this report" in check["output"]["summary"]
    assert "Grant it pull requests: write" in check["output"]["summary"]
    assert [note["path"] for note in check["annotations"]] == [ONE.paths[0]]
    assert not repo.reviews(1)


@lacking(contents="none")
def test_code_may_not_be_read(town: Town) -> None:
    """The check run asks for the permission, even though reading failed while the check run was still being opened."""
    repo = town.github.create_repo("octo/shop", files=ONE.base)
    repo.open_pull(files=ONE.head)
    check = town.open(repo, 1)
    assert check["conclusion"] == "action_required"
    assert check["output"]["title"].startswith("Not reviewed: GitHub refused this while reading pull request")
    assert "Grant it contents: read" in check["output"]["summary"]
    assert not town.claude.count()


def test_the_repository_is_not_the_apps(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    """A delivery about a repository that was taken away from the App: told in the log, and the service goes on."""
    repo = town.github.create_repo("octo/shop", files=ONE.base)
    repo.open_pull(files=ONE.head)
    late = town.github.webhook("pull_request", action="opened", repo=repo, number=1)
    town.github.world.apps[4711].account = "somebody-else"
    assert town.post(*late).status_code == 202
    town.settle()
    assert "did not happen: GitHub gives Kireji no token for octo/shop" in caplog.text
    assert "Install the App on this repository" in caplog.text
    assert town.send("ping").status_code == 202
