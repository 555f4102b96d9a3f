"""What went wrong with a request, in words for people, and whether another try can help.

Sources: the SDK's exception classes (anthropic 2.12), Anthropic's pages on errors and rate limits; the stream's three
ways to fail were seen by driving the SDK against a loopback server.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import parsedate_to_datetime

import anthropic
import httpx2

from kireji.core.secrets import refusal

# A stream's `error` event arrives under status 200; its type says which status it would have had.
STATUS_OF_TYPE: Mapping[str, int] = {
    "invalid_request_error": 400,
    "authentication_error": 401,
    "billing_error": 402,
    "permission_error": 403,
    "not_found_error": 404,
    "conflict_error": 409,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "api_error": 500,
    "timeout_error": 504,
    "overloaded_error": 529,
}
PHRASES: Mapping[int, str] = {
    400: "Claude refused the request as invalid (400)",
    401: "Claude refused the API key (401): check ANTHROPIC_API_KEY",
    402: "Claude could not bill the account (402): check billing in the Claude Console",
    403: "Claude does not allow this API key to use the model (403): check the key's workspace and permissions",
    404: "Claude does not know the model or the address (404): check {setting} and ANTHROPIC_BASE_URL",
    408: "Claude took too long (408)",
    409: "Claude was busy with a conflicting request (409)",
    413: "The request is too large for Claude (413): review a smaller part at once",
    429: "Claude's rate limit was reached (429)",
    504: "Claude took too long (504)",
    529: "Claude was overloaded (529)",
}
SPEND_CAPS: Mapping[str, str] = {
    "enforced_spend_limit_reached": "Claude's monthly spend limit is reached: raise it in the Claude Console",
    "contract_spend_limit_reached": "The spend limit of the Anthropic contract is reached: ask Anthropic to raise it",
    "linked_organization_spend_limit_reached": "The linked organization's spend limit is reached: raise it there",
}
TELLING = frozenset({400, 403, 404, 413, 422})  # whose words tell people what to mend
MAX_WORDS = 140  # characters of those words where people read them; the log has all that may be shown
TOO_LONG = "prompt is too long"  # begins what the service says of a prompt that its model cannot hold
PASSING = frozenset({408, 409, 429})
COMMON = frozenset({401, 402, 403, 404})  # about the key, the account or the model: every other call would meet them


@dataclass(frozen=True, slots=True)
class Failure:
    """A try that gave no answer."""

    reason: str
    """For people: it holds neither the key nor any text of the request."""
    passing: bool = False
    """Whether another try may help."""
    common: bool = False
    """Whether every other call would fail the same way."""
    wait: float | None = None
    """How many seconds the service asked for, None if it named none."""
    limited: bool = False
    """Whether a rate limit refused the request before it cost anything."""
    overlong: bool = False
    """Whether the model cannot hold the prompt."""
    said: str = ""
    """What the service says of it, for the log, as it may be shown."""


@dataclass(frozen=True, slots=True)
class FailedRequest:
    """What a request that failed was about, and what of it must not be shown."""

    model: str
    setting: str
    """What an operator names the model with."""
    sent: str = ""
    """What of the request others wrote."""
    keys: tuple[str, ...] = ()
    """Credentials."""

    def redacted(self, words: str) -> str:
        """The service's words, as far as they may be shown."""
        for key in self.keys:
            words = words.replace(key, refusal.GAP)
        return refusal.told(words, self.sent)


UNKNOWN_REQUEST = FailedRequest("", "")
CUT_SHORT = Failure("Claude's answer broke off before its end", passing=True)
UNKNOWN_STOP = Failure("Claude stopped for a reason that Kireji does not know: it may need an update")


def failure_of(error: Exception, now: datetime, request: FailedRequest = UNKNOWN_REQUEST) -> Failure:
    """Sort an error of the SDK or of its transport. `now` is needed for a Retry-After that is a date."""
    match error:
        case anthropic.APIStatusError():
            return _of_status(error, now, request)
        case anthropic.APITimeoutError() | httpx2.TimeoutException() | TimeoutError():
            return Failure("Claude took too long to answer", passing=True)
        case anthropic.APIConnectionError():
            return Failure("Claude could not be reached", passing=True)
        case httpx2.RequestError():
            return Failure("The connection to Claude broke off", passing=True)
        case _:
            return Failure("Claude sent something that cannot be read", passing=True)


def _of_status(error: anthropic.APIStatusError, now: datetime, request: FailedRequest) -> Failure:
    said = request.redacted(words_of(error))
    cap = SPEND_CAPS.get(error.error_code or "")
    if cap is not None:
        return Failure(cap, common=True, said=said)

    status = status_of(error)
    passing = status in PASSING or status >= 500
    match error.response.headers.get("x-should-retry"):  # the service's own word, which the SDK obeys too
        case "true":
            passing = True
        case "false":
            passing = False
        case _:
            pass

    common = not passing and (status in COMMON or error.error_code == "organization_on_hold")
    wait = wait_named(error.response.headers, now) if passing else None
    limited = passing and status == 429
    failure = Failure(_phrase(status, request), passing, common, wait, limited=limited, said=said)
    if passing or status not in TELLING:
        return failure

    reason = _with_words(failure.reason, said, request)
    return replace(failure, reason=reason, overlong=said.startswith(TOO_LONG))


def status_of(error: anthropic.APIStatusError) -> int:
    """Of an error event in a stream, the status that it would have had; of one without a type we know, the service's own."""
    return STATUS_OF_TYPE.get(str(error.type), 500) if error.status_code == 200 else error.status_code


def words_of(error: anthropic.APIStatusError) -> str:
    """What the service says of it, "" where that is no text. It may quote the request."""
    body = error.body
    inner = body.get("error") if isinstance(body, dict) else None
    words = inner.get("message") if isinstance(inner, dict) else None
    return words if isinstance(words, str) else ""


def _with_words(reason: str, said: str, request: FailedRequest) -> str:
    """The reason with a few of the service's own words, the model's name, and which setting names another one."""
    few = said if len(said) <= MAX_WORDS else f"{said[: MAX_WORDS - 1]}{refusal.GAP}"
    words = f"{reason}, saying: {few.rstrip('.')}" if few else reason
    if not request.model:
        return words
    return f"{words}. The model was {request.model}: change {request.setting} if this stays"


def _phrase(status: int, request: FailedRequest) -> str:
    if status >= 500:
        return PHRASES.get(status, f"Claude had an internal error ({status})")
    phrase = PHRASES.get(status, f"Claude answered with an unforeseen status ({status})")
    return phrase.format(setting=request.setting or "KIREJI_MODEL")


def wait_named(headers: Mapping[str, str], now: datetime) -> float | None:
    """How many seconds the service asks to wait: `retry-after-ms` first, then `retry-after` (seconds or a date)."""
    for name, unit in (("retry-after-ms", 1000.0), ("retry-after", 1.0)):
        try:
            seconds = float(headers.get(name, "")) / unit
        except ValueError:
            continue
        return seconds if 0 < seconds < float("inf") else None

    try:
        seconds = (parsedate_to_datetime(headers.get("retry-after", "")) - now).total_seconds()
    except (TypeError, ValueError):  # no date; or one without a zone, which cannot be compared
        return None

    return seconds if seconds > 0 else None


def too_long(failure: Failure, limit: float) -> Failure:
    """The failure as it is if the wait that it names is acceptable, else one that ends the call and tells the wait.

    A limit that asks for a wait this long is the account's, not the request's, so it is common.
    """
    if failure.wait is None or failure.wait <= limit:
        return failure
    return Failure(f"{failure.reason} and asks to wait {_duration(failure.wait)}", common=True, wait=failure.wait)


def _duration(seconds: float) -> str:
    """Seconds as people say them: 90 s, 12 minutes, 1 hour."""
    if seconds < 120:
        return f"{seconds:.0f} s"
    if seconds < 3600:
        return f"{seconds / 60:.0f} minutes"
    hours = round(seconds / 3600)
    return "1 hour" if hours == 1 else f"{hours} hours"
