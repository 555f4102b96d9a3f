"""Stacked pull requests: each goes into the branch of the one below it, and counts as going into the stack's base."""

import pytest

from tests.sandbox.github import Repository
from tests.stories import changes
from tests.stories.town import Town

TWO = changes.parts(2)
LOWER, UPPER = TWO.paths
HELD_BACK = "Not reviewed: its base branch `auth` is not one that the policy names"


def repository(town: Town, branches: str) -> Repository:
    """A pull request of `auth` into main, and one of `routes` into `auth`; a policy that names some branches."""
    policy = f"triggers:\n  base_branches: [{branches}]\n"
    repo = town.github.create_repo("octo/shop", files=TWO.base | {".github/kireji.yml": policy})
    repo.open_pull(title="Auth", branch="auth", files={LOWER: TWO.head[LOWER]})
    repo.open_pull(title="Routes", branch="routes", base="auth", files={UPPER: TWO.head[UPPER]})
    return repo


@pytest.fixture
def repo(town: Town) -> Repository:
    """Only pull requests into main are reviewed."""
    return repository(town, "main")


def titles(town: Town, repo: Repository) -> list[str]:
    """What the check runs of the upper one's head say, oldest first."""
    return [run["output"]["title"] for run in town.checks(repo, 2)]


def test_a_stack_is_made_of_pull_requests_that_are_open(town: Town, repo: Repository) -> None:
    """When the upper one is opened it is in no stack, and held back; once it is added to one, it is read."""
    town.open(repo, 2)
    assert titles(town, repo) == [HELD_BACK]
    repo.stack(1, 2)
    town.deliver(action="stacked", repo=repo, number=2)
    assert titles(town, repo) == [HELD_BACK, "1 finding in 2 hunks"]


def test_a_push_to_a_stacked_pull_request_is_read(town: Town, repo: Repository) -> None:
    """Whatever its deliveries tell: GitHub is asked for the stack."""
    repo.stack(1, 2)
    check = town.push(repo, 2, {"more.py": "more = 1\n"})
    assert check["output"]["title"] == "1 finding in 3 hunks"


def test_what_was_reviewed_is_not_read_again(town: Town, repo: Repository) -> None:
    """Its review may see the stack before the delivery that tells of it."""
    repo.stack(1, 2)
    town.open(repo, 2)
    town.deliver(action="stacked", repo=repo, number=2)
    assert titles(town, repo) == ["1 finding in 2 hunks"]


def test_the_lowest_one_is_as_before(town: Town, repo: Repository) -> None:
    """Its own base is the stack's."""
    town.open(repo, 1)
    repo.stack(1, 2)
    town.deliver(action="stacked", repo=repo, number=1)
    assert [run["output"]["title"] for run in town.checks(repo, 1)] == ["1 finding in 2 hunks"]


def test_a_stack_on_a_branch_that_the_policy_leaves_out(town: Town) -> None:
    """The stack's base counts, also where the pull request's own would do."""
    repo = repository(town, "auth")
    repo.stack(1, 2)
    check = town.push(repo, 2, {"more.py": "more = 1\n"})
    assert check["output"]["title"] == "Not reviewed: its stack's base branch `main` is not one that the policy names"


def test_without_such_a_policy_github_is_not_asked(town: Town) -> None:
    """Most policies name no branch; the request is theirs who do."""
    repo = repository(town, '"*"')
    town.open(repo, 2)
    assert town.github.count("GET */pulls/2") == 1  # the diff
    repo.stack(1, 2)
    town.deliver(action="stacked", repo=repo, number=2)
    assert titles(town, repo) == ["1 finding in 2 hunks"]
