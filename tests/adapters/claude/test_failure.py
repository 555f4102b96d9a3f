"""Sorting what goes wrong."""

from datetime import UTC, datetime

import anthropic
import httpx2
import pytest

from kireji.adapters.claude.failure import FailedRequest, Failure, failure_of, too_long, wait_named

NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
KEY = "sk-ant-secret"
ABOUT = FailedRequest("claude-haiku-4-5", "KIREJI_MODEL", keys=(KEY,))
REQUEST = httpx2.Request("POST", "http://127.0.0.1/v1/messages")


def status_error(
    status: int, kind: str | None = None, code: str | None = None, headers: dict[str, str] | None = None
) -> anthropic.APIStatusError:
    """An error as the SDK raises it, with a message in which a key stands that must not reach anyone."""
    response = httpx2.Response(status, headers=headers, request=REQUEST)
    body = {"type": "error", "error": {"type": kind, "message": f"no: {KEY}", "details": {"error_code": code}}}
    return anthropic.APIStatusError(f"no: {KEY}", response=response, body=body)


@pytest.mark.parametrize(
    ("status", "passing", "common", "words"),
    [
        (400, False, False, "refused the request as invalid (400)"),
        (401, False, True, "Claude refused the API key (401): check ANTHROPIC_API_KEY"),
        (402, False, True, "billing"),
        (403, False, True, "permissions"),
        (404, False, True, "check KIREJI_MODEL"),
        (408, True, False, "took too long (408)"),
        (409, True, False, "(409)"),
        (413, False, False, "too large for Claude (413)"),
        (418, False, False, "unforeseen status (418)"),
        (422, False, False, "unforeseen status (422)"),
        (429, True, False, "rate limit was reached (429)"),
        (500, True, False, "internal error (500)"),
        (503, True, False, "internal error (503)"),
        (504, True, False, "took too long (504)"),
        (529, True, False, "Claude was overloaded (529)"),
    ],
)
def test_statuses(*, status: int, passing: bool, common: bool, words: str) -> None:
    """Each status has its phrase; what may pass is told from what may not, and the key is in neither."""
    failure = failure_of(status_error(status), NOW, ABOUT)
    assert (failure.passing, failure.common) == (passing, common)
    assert words in failure.reason
    assert "secret" not in failure.reason + failure.said
    assert failure.said == "no: …"


def test_an_unknown_model_is_told_by_what_it_was_named_with() -> None:
    """As by an option of the command line."""
    by_option = failure_of(status_error(404), NOW, FailedRequest("claude-haiku-4-5", "--model"))
    assert "(404): check --model and ANTHROPIC_BASE_URL" in by_option.reason


@pytest.mark.parametrize(
    ("kind", "passing", "words"),
    [
        ("overloaded_error", True, "overloaded (529)"),
        ("api_error", True, "internal error (500)"),
        ("rate_limit_error", True, "(429)"),
        ("timeout_error", True, "(504)"),
        ("invalid_request_error", False, "(400)"),
        ("authentication_error", False, "(401)"),
        ("something_new", True, "internal error (500)"),
        (None, True, "internal error (500)"),
    ],
)
def test_error_events_of_a_stream(*, kind: str | None, passing: bool, words: str) -> None:
    """An error event comes under status 200: its type stands for the status."""
    failure = failure_of(status_error(200, kind), NOW)
    assert failure.passing is passing
    assert words in failure.reason


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (429, "enforced_spend_limit_reached"),
        (429, "contract_spend_limit_reached"),
        (402, "linked_organization_spend_limit_reached"),
        (200, "enforced_spend_limit_reached"),
    ],
)
def test_spend_limits_end_it(status: int, code: str) -> None:
    """A spend limit does not pass, whatever the status and whatever wait comes with it."""
    failure = failure_of(status_error(status, "rate_limit_error", code, {"retry-after": "5"}), NOW)
    assert (failure.passing, failure.common, failure.wait) == (False, True, None)
    assert "spend limit" in failure.reason


def test_an_organization_on_hold_concerns_every_call() -> None:
    """This one comes as a 400, yet it is not about the request."""
    assert failure_of(status_error(400, "invalid_request_error", "organization_on_hold"), NOW).common


@pytest.mark.parametrize(("status", "word", "passing"), [(529, "false", False), (400, "true", True)])
def test_the_services_own_word_counts(*, status: int, word: str, passing: bool) -> None:
    """`x-should-retry` goes before the status, as in the SDK."""
    assert failure_of(status_error(status, headers={"x-should-retry": word}), NOW).passing is passing


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (anthropic.APITimeoutError(request=REQUEST), "took too long"),
        (httpx2.ReadTimeout("", request=REQUEST), "took too long"),
        (TimeoutError(), "took too long"),
        (anthropic.APIConnectionError(request=REQUEST), "could not be reached"),
        (httpx2.RemoteProtocolError("", request=REQUEST), "broke off"),
        (httpx2.ReadError("", request=REQUEST), "broke off"),
        (ValueError("not JSON"), "cannot be read"),
    ],
)
def test_failures_of_the_connection_pass(error: Exception, words: str) -> None:
    """Nothing that befalls the connection is final."""
    failure = failure_of(error, NOW)
    assert failure.passing
    assert words in failure.reason


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after-ms": "250", "retry-after": "7"}, 0.25),
        ({"retry-after-ms": "soon", "retry-after": "7"}, 7.0),
        ({"retry-after": "Mon, 02 Nov 2026 09:01:30 GMT"}, 90.0),
        ({"retry-after": "Mon, 02 Nov 2026 08:00:00 GMT"}, None),
        ({"retry-after": "Mon, 02 Nov 2026 09:01:30"}, None),
        ({"retry-after": "0"}, None),
        ({"retry-after": "-1"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "soon"}, None),
    ],
)
def test_named_waits(headers: dict[str, str], seconds: float | None) -> None:
    """Milliseconds, seconds or a date; nonsense and what is past count as no wait named."""
    assert wait_named(httpx2.Headers(headers), NOW) == seconds


@pytest.mark.parametrize(
    ("wait", "told"), [(61, "61 s"), (720, "12 minutes"), (3600, "1 hour"), (7200, "2 hours"), (86_400, "24 hours")]
)
def test_too_long_a_wait_ends_it_and_is_told(wait: float, told: str) -> None:
    """Beyond the limit the call ends, and every other would meet the same."""
    failure = too_long(Failure("Claude's rate limit was reached (429)", passing=True, wait=wait), 60)
    assert (failure.passing, failure.common) == (False, True)
    assert failure.reason == f"Claude's rate limit was reached (429) and asks to wait {told}"


@pytest.mark.parametrize("wait", [None, 1.0, 60.0])
def test_an_acceptable_wait_changes_nothing(wait: float | None) -> None:
    """Up to the limit, the limit included."""
    failure = Failure("busy", passing=True, wait=wait)
    assert too_long(failure, 60) == failure
