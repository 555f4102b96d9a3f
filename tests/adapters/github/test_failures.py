"""What each of GitHub's failures becomes."""

from typing import Any

import pytest
import requests
from github import GithubException

from app.adapters.github.failures import Refusal, explain, lost, pause, refusal
from app.core.denial import Home, Runtime
from app.errors import DefectError, KirejiError, TransientError, UserError
from tests.fakes.clock import START

RESET = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(START.timestamp()) + 90)}
GRAPHQL = 400
HOME = Home(Runtime.APP, "https://github.com")


def answer(
    status: int, message: str = "", headers: dict[str, str] | None = None, errors: Any = None
) -> GithubException:
    """What PyGithub raises."""
    data: dict[str, Any] = {"message": message} if message else {}
    return GithubException(status, data | ({"errors": errors} if errors else {}), headers or {})


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (answer(401, "Bad credentials"), UserError, "credentials"),
        (answer(403, "Resource not accessible by integration"), UserError, "Resource not accessible"),
        (answer(403, "Repository was archived so is read-only."), UserError, "archived"),
        (answer(404, "Not Found"), UserError, "nothing to show"),
        (answer(410, "Gone"), UserError, "nothing to show"),
        (answer(GRAPHQL, errors=[{"type": "NOT_FOUND"}, {"type": "NOT_FOUND"}]), UserError, "nothing to show"),
        (answer(GRAPHQL, errors=[{"type": "FORBIDDEN", "message": "no"}]), UserError, "forbids"),
        (answer(GRAPHQL, errors=[{"type": "RATE_LIMITED"}]), TransientError, "rate limit"),
        (answer(GRAPHQL, errors=[{"message": "Something went wrong"}]), TransientError, "400"),
        (answer(GRAPHQL, errors=[{"extensions": {"code": "undefinedField"}}]), DefectError, "400"),
        (answer(500), TransientError, "500"),
        (answer(502), TransientError, "502"),
        (answer(422, "Validation Failed", errors=[{"message": "odd"}]), DefectError, "Validation Failed; odd"),
        (requests.ReadTimeout("x"), TransientError, "could not be reached"),
        (requests.ConnectionError("x"), TransientError, "could not be reached"),
    ],
)
def test_failures_are_sorted_by_whose_they_are(error: Any, kind: type[KirejiError], words: str) -> None:
    """Every message says what the bot was doing."""
    explained = explain(error, "reading o/r#1", START, "checks: write", HOME)
    assert type(explained) is kind
    assert words in str(explained)
    assert "reading o/r#1" in str(explained)


def test_the_missing_permission_is_named() -> None:
    """GitHub lists in a header what would have sufficed."""
    error = answer(
        403, "Resource not accessible", {"x-accepted-github-permissions": "pull_requests=write; checks=write"}
    )
    explained = explain(error, "x", START, "checks: write", HOME)
    assert isinstance(explained, UserError)
    assert "pull requests: write, or checks: write" in explained.remedy


def test_without_that_header_the_operations_needs_are_named() -> None:
    """Some tokens get none."""
    explained = explain(answer(403, "Resource not accessible"), "x", START, "checks: write", HOME)
    assert isinstance(explained, UserError)
    assert "Grant it checks: write" in explained.remedy


@pytest.mark.parametrize(
    ("error", "seconds"),
    [
        (answer(403, "API rate limit exceeded for installation", RESET), 90.0),
        (answer(429, "", {"retry-after": "7"}), 7.0),
        (answer(403, "You have exceeded a secondary rate limit"), 60.0),
        (answer(403, "", {"retry-after": "30"}), 30.0),
        (answer(429, "too many"), 60.0),
    ],
)
def test_rate_limits_say_when_to_come_back(error: GithubException, seconds: float) -> None:
    """From Retry-After, else from the reset, else GitHub's advice of a minute."""
    explained = explain(error, "x", START, "checks: write", HOME)
    assert isinstance(explained, TransientError)
    assert explained.retry_after == seconds


@pytest.mark.parametrize(
    ("error", "wait"),
    [
        (answer(502), 0.0),
        (answer(503, headers={"retry-after": "20"}), 20.0),
        (answer(503, headers={"retry-after": "21"}), None),
        (answer(429), None),
        (answer(429, headers={"retry-after": "5"}), 5.0),
        (answer(403, "Resource not accessible"), None),
        (answer(404), None),
        (requests.ConnectionError(), 0.0),
        (TransientError("mint", 4), 4.0),
        (TransientError("mint", 400), None),
    ],
)
def test_what_is_worth_another_try_at_once(error: Any, wait: float | None) -> None:
    """Passing failures, for as long as twenty seconds."""
    assert pause(error) == wait


@pytest.mark.parametrize(
    ("error", "unknown"),
    [(answer(502), True), (requests.ConnectionError(), True), (answer(422), False), (answer(403), False)],
)
def test_which_answers_leave_the_outcome_open(error: Any, unknown: bool) -> None:
    """A 5xx or none at all; a refusal is certain."""
    assert lost(error) is unknown


@pytest.mark.parametrize(
    ("errors", "meaning"),
    [
        (["Line could not be resolved"], Refusal.POSITION),
        (["Path could not be resolved"], Refusal.POSITION),
        (["User can only have one pending review per pull request"], Refusal.PENDING),
        (["was submitted too quickly"], Refusal.TOO_FAST),
        (["body is too long (maximum is 65536 characters)"], Refusal.BODY),
        (["The commit_id is not part of the pull request"], Refusal.COMMIT),
    ],
)
def test_a_422_to_a_review_is_sorted_by_its_words(errors: list[str], meaning: Refusal) -> None:
    """What is not known is taken to be about a position."""
    assert refusal(answer(422, "Unprocessable Entity", errors=errors)) is meaning
