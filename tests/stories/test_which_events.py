"""Which webhooks start a review, and which do not."""

import pytest

from tests.sandbox.github import Repository
from tests.stories import changes
from tests.stories.town import Town

ONE = changes.parts(1)
PLACES = [(ONE.paths[0], changes.LINE)]


@pytest.fixture
def repo(town: Town) -> Repository:
    """A repository without a pull request."""
    return town.github.create_repo("octo/shop", files=ONE.base)


def nothing_happened(town: Town, repo: Repository) -> bool:
    """Whether nobody was asked and nothing was posted."""
    town.settle()
    return not town.github.count() and not town.claude.count() and not repo.state.check_runs


@pytest.mark.parametrize("action", ["opened", "reopened", "ready_for_review", "synchronize"])
def test_something_new_to_read_starts_a_review(town: Town, repo: Repository, action: str) -> None:
    """A pull request that is opened, reopened, no longer a draft, or pushed to is reviewed."""
    repo.open_pull(files=ONE.head)
    town.open(repo, 1, action)
    assert town.placed(repo, 1) == PLACES


def test_other_actions_start_nothing(town: Town, repo: Repository) -> None:
    """What changes no code is accepted and left at that; so are actions that GitHub may yet invent."""
    repo.open_pull(files=ONE.head)
    for action in ("closed", "edited", "assigned", "converted_to_draft", "an_action_of_2027"):
        town.deliver(action=action, repo=repo, number=1)
    assert nothing_happened(town, repo)


def test_a_draft_is_read_once_it_is_ready(town: Town, repo: Repository) -> None:
    """A draft's author is still at work: its check run says that it waits; once ready it is read, at the same commit."""
    repo.open_pull(files=ONE.head, draft=True)
    check = town.open(repo, 1)
    assert (check["conclusion"], check["output"]["title"]) == ("skipped", "Not reviewed: the pull request is a draft")
    assert not town.claude.count()
    repo.ready(1)
    town.deliver(action="ready_for_review", repo=repo, number=1)
    assert [run["conclusion"] for run in town.checks(repo, 1)] == ["skipped", "neutral"]
    assert town.placed(repo, 1) == PLACES


def test_a_pull_request_from_a_fork(town: Town, repo: Repository) -> None:
    """Its head lives in another repository; it is reviewed like any other, with its check run on the head."""
    repo.open_pull(files=ONE.head, fork=True, author="mallory")
    check = town.open(repo, 1)
    assert town.placed(repo, 1) == PLACES
    assert check["output"]["title"] == "1 finding in 2 hunks"


def test_other_events_start_nothing(town: Town, repo: Repository) -> None:
    """Deliveries that are not about code are accepted, as GitHub would call a refusal a failure."""
    repo.open_pull(files=ONE.head)
    comment = repo.comment(1, "Nice!")
    town.deliver("ping")
    town.deliver("issue_comment", action="created", repo=repo, number=1, comment_id=comment.id)
    town.deliver("installation", action="created")
    town.deliver("installation_repositories", action="added")
    assert nothing_happened(town, repo)


def test_an_event_that_nobody_knows(town: Town, repo: Repository) -> None:
    """An event that the App never asked for is accepted and starts nothing."""
    repo.open_pull(files=ONE.head)
    headers, body = town.github.webhook("pull_request", action="opened", repo=repo, number=1)
    assert town.post(headers | {"X-GitHub-Event": "moon_phase"}, body).status_code == 202
    assert nothing_happened(town, repo)
