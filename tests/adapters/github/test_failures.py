"""What each of GitHub's failures becomes."""

from typing import Any

import pytest
import requests
from github import GithubException

from kireji.adapters.github.http.denials import denial, denied
from kireji.adapters.github.http.failures import ReviewRefusal, explain, lost, pause, review_refusal
from kireji.core.pulls.denial import DenialKind, Home, Runtime
from kireji.core.pulls.pull import site
from kireji.errors import DefectError, KirejiError, TransientError, UserError
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
        (answer(404, "Not Found"), UserError, "found nothing"),
        (answer(410, "Gone"), UserError, "found nothing"),
        (answer(GRAPHQL, errors=[{"type": "NOT_FOUND"}, {"type": "NOT_FOUND"}]), UserError, "found nothing"),
        (answer(GRAPHQL, errors=[{"type": "FORBIDDEN", "message": "no"}]), UserError, "refused this"),
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
        (["Line could not be resolved"], ReviewRefusal.POSITION),
        (["Path could not be resolved"], ReviewRefusal.POSITION),
        (["User can only have one pending review per pull request"], ReviewRefusal.PENDING),
        (["was submitted too quickly"], ReviewRefusal.TOO_FAST),
        (["body is too long (maximum is 65536 characters)"], ReviewRefusal.BODY),
        (["The commit_id is not part of the pull request"], ReviewRefusal.COMMIT),
    ],
)
def test_a_422_to_a_review_is_sorted_by_its_words(errors: list[str], meaning: ReviewRefusal) -> None:
    """What is not known is taken to be about a position."""
    assert review_refusal(answer(422, "Unprocessable Entity", errors=errors)) is meaning


SAML = "Resource protected by organization SAML enforcement. You must grant your Personal Access token access to this organization."
IP = "Although you appear to have the correct authorization credentials, the `octo` organization has an IP allow list enabled"
SSO = "https://github.com/orgs/octo/sso?authorization_request=AZSCKtL4U8yX1H3sCQ"


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (answer(403, "Unable to create comment because issue is locked."), DenialKind.LOCKED),
        (answer(422, "Unprocessable Entity", errors=["lock prevents review"]), DenialKind.LOCKED),
        (answer(403, SAML), DenialKind.SAML),
        (answer(403, "odd", {"x-github-sso": f"required; url={SSO}"}), DenialKind.SAML),
        (
            answer(GRAPHQL, errors=[{"type": "FORBIDDEN", "message": "no", "extensions": {"saml_failure": True}}]),
            DenialKind.SAML,
        ),
        (answer(403, IP), DenialKind.IP_LIST),
        (answer(GRAPHQL, errors=[{"type": "FORBIDDEN", "message": IP}]), DenialKind.IP_LIST),
        (answer(403, "Repository was archived so is read-only."), DenialKind.ARCHIVED),
        (
            answer(GRAPHQL, errors=[{"type": "UNPROCESSABLE", "message": "Repository was archived so is read-only"}]),
            DenialKind.ARCHIVED,
        ),
        (answer(451, "Repository access blocked"), DenialKind.BLOCKED),
        (answer(403, "Repository access blocked"), DenialKind.BLOCKED),
        (answer(401, "Bad credentials"), DenialKind.CREDENTIALS),
        (answer(403, "This installation has been suspended"), DenialKind.SUSPENDED),
        (answer(403, "Sorry. Your account was suspended."), DenialKind.ACCOUNT_SUSPENDED),
        (answer(403, "User is blocked"), DenialKind.ACCOUNT_BLOCKED),
        (answer(403, "`octo` forbids access via a personal access token (classic)."), DenialKind.TOKEN_KIND),
        (
            answer(403, "The 'octo' organization forbids access via a fine-grained personal access tokens if"),
            DenialKind.TOKEN_KIND,
        ),
        (answer(403, "Resource not accessible by integration"), DenialKind.PERMISSION),
        (answer(403, "Resource not accessible by personal access token"), DenialKind.PERMISSION),
        (answer(GRAPHQL, errors=[{"type": "FORBIDDEN", "message": "no"}]), DenialKind.PERMISSION),
        (
            answer(403, "Invalid app_id `9` - check run can only be modified by the GitHub App that created it."),
            DenialKind.FOREIGN_CHECK,
        ),
        (
            answer(404, "Not Found", {"x-oauth-scopes": "gist", "x-accepted-oauth-scopes": "repo"}),
            DenialKind.PERMISSION,
        ),
        (answer(404, "Not Found", {"x-oauth-scopes": "repo", "x-accepted-oauth-scopes": "repo"}), None),
        (answer(404, "Not Found"), None),
        (answer(422, "Unprocessable Entity", errors=["Line could not be resolved"]), None),
        (answer(403, "You have exceeded a secondary rate limit"), None),
        (answer(403, "You have triggered an abuse detection mechanism and have been temporarily blocked"), None),
        (answer(429, "User is blocked"), None),
        (answer(500, "issue is locked"), None),
        (requests.ConnectionError("issue is locked"), None),
    ],
)
def test_a_refusal_is_known_by_its_words_and_headers(error: Any, kind: DenialKind | None) -> None:
    """What passes, and what is about one line, is none."""
    assert denied(error) is kind


@pytest.mark.parametrize(
    ("header", "shown"),
    [
        (f"required; url={SSO}", True),
        ("required; url=http://github.com/orgs/octo/sso", False),
        ("required; url=https://github.com.evil.example/orgs/octo/sso", False),
        ("required; url=https://github.com@evil.example/", False),
        ("required; url=https://evil.example/?https://github.com/", False),
        ("required; url=https://github.com/orgs/octo/sso) [x](https://evil.example", False),
        (f"required; url={SSO}{'x' * 1000}", False),
        ("partial-results; organizations=21955855,20582480", False),
        ("required", False),
    ],
)
def test_only_an_address_of_this_github_is_shown(header: str, shown: bool) -> None:
    """Where the token is authorized, by https; else the place in the settings is named."""
    told = denial(answer(403, SAML, {"x-github-sso": header}), Home(Runtime.COMMAND, "https://github.com"), "")
    assert told is not None
    assert (SSO in told.remedy) is shown
    assert ("Configure SSO" in told.remedy) is not shown
    assert "evil" not in told.remedy


def test_an_address_of_an_enterprise_server() -> None:
    """The host that is configured counts, and no other, GitHub's own included."""
    home = Home(Runtime.COMMAND, site("https://ghe.example/api/v3"))
    for host, shown in (("ghe.example", True), ("github.com", False)):
        told = denial(answer(403, SAML, {"x-github-sso": f"required; url=https://{host}/orgs/o/sso"}), home, "")
        assert told is not None
        assert (f"https://{host}/" in told.remedy) is shown


def test_what_the_whole_operation_needs_counts() -> None:
    """GitHub names what would do for one request, such as a look for a check run before it is opened."""
    error = answer(403, "Resource not accessible", {"x-accepted-github-permissions": "checks=read"})
    told = denial(error, HOME, "checks: write")
    assert told is not None
    assert "Grant it checks: write" in told.remedy
