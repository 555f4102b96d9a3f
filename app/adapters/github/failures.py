"""What GitHub's failures mean: the one place that reads statuses, headers and messages of refused requests."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import Enum, auto
from typing import Any

from github import GithubException
from requests import RequestException

from app.adapters.github.limits import PATIENCE
from app.errors import DefectError, KirejiError, TransientError, UserError
from app.ports import Clock

Failure = GithubException | RequestException | TransientError

SECONDARY_PAUSE = 60.0  # seconds; GitHub's advice where a secondary limit names no time


class Refusal(Enum):
    """Why GitHub answered 422 to a review."""

    POSITION = auto()
    PENDING = auto()
    TOO_FAST = auto()
    COMMIT = auto()
    BODY = auto()


# GitHub's words, seen in public issues; a 422 with other words is taken to be about a comment's position.
_REFUSALS = (
    ("pending review", Refusal.PENDING),
    ("submitted too quickly", Refusal.TOO_FAST),
    ("no commit found", Refusal.COMMIT),
    ("commit_id is not part", Refusal.COMMIT),
    ("commit is not part", Refusal.COMMIT),
    ("body is too long", Refusal.BODY),
    ("body can't be blank", Refusal.BODY),
)


def refusal(error: GithubException) -> Refusal:
    """Sort a 422 answer to a review."""
    said = f"{error.message} {error.data}".lower()
    return next((meaning for words, meaning in _REFUSALS if words in said), Refusal.POSITION)


def status_of(error: Failure) -> int:
    """The HTTP status, 0 where no answer came."""
    return error.status if isinstance(error, GithubException) else 0


def lost(error: Failure) -> bool:
    """Whether the outcome is unknown: GitHub may have done what was asked though it did not say so."""
    return not isinstance(error, GithubException) or error.status >= 500


def forbidden(error: Failure) -> bool:
    """Whether a right is missing, which no waiting mends."""
    if not isinstance(error, GithubException):
        return False
    return (error.status == 403 and not _limited(error)) or "FORBIDDEN" in _graphql_kinds(error)


def gone(error: Failure) -> bool:
    """Whether GitHub shows nothing there."""
    return isinstance(error, GithubException) and (error.status in {404, 410} or "NOT_FOUND" in _graphql_kinds(error))


def pause(error: Failure) -> float | None:
    """Seconds to wait before a harmless request is sent again, 0 for no given time; None where that is no use."""
    if isinstance(error, TransientError):
        wait = error.retry_after
    elif isinstance(error, GithubException):
        if error.status not in {502, 503, 504} and not _limited(error):
            return None
        wait = _seconds(error, "retry-after")
        if wait is None and _limited(error):
            return None
    else:
        wait = None
    if wait is not None and wait > PATIENCE:
        return None
    return wait or 0.0


def limit_pause(error: Failure, now: datetime) -> float | None:
    """Seconds that a rate limit asks us to pause; None where no limit refused the request."""
    if not isinstance(error, GithubException):
        return None
    kinds = _graphql_kinds(error)
    too_fast = error.status == 422 and refusal(error) is Refusal.TOO_FAST
    if not (too_fast or _limited(error) or "RATE_LIMITED" in kinds or "RATE_LIMIT" in kinds):
        return None
    return _until(error, now)


@contextmanager
def explained(doing: str, clock: Clock, needs: str) -> Iterator[None]:
    """Turn whatever GitHub's failures come out of the block into ours. `doing` ends "... while", as "reading o/r#1".

    `needs` lists the permissions for it, for a 403 that names none.
    """
    try:
        yield
    except (GithubException, RequestException) as error:
        raise explain(error, doing, clock.now(), needs) from error
    except (LookupError, TypeError, ValueError) as error:
        raise DefectError(f"GitHub's answer has not the shape it should have, while {doing}") from error


def explain(error: GithubException | RequestException, doing: str, now: datetime, needs: str) -> KirejiError:
    """The error to raise for a failure of GitHub's."""
    if isinstance(error, RequestException):
        return TransientError(f"GitHub could not be reached, or broke off, while {doing}")
    kinds = _graphql_kinds(error)
    if "RATE_LIMITED" in kinds or "RATE_LIMIT" in kinds or _limited(error):
        return TransientError(f"GitHub's rate limit was reached while {doing}", _until(error, now))
    if error.status == 401:
        return UserError(
            f"GitHub refused the bot's credentials while {doing}.",
            "Check the App's id and private key, or the token, in the bot's settings.",
        )
    if forbidden(error):
        return _forbidden(error, doing, needs)
    if gone(error):
        return UserError(
            f"GitHub has nothing to show the bot while {doing}.",
            "Install the App on this repository, or give a token that may read it, unless the repository or the pull "
            "request is gone.",
        )
    if error.status >= 500 or "" in kinds:
        return TransientError(f"GitHub answered {error.status} while {doing}", _seconds(error, "retry-after"))
    return DefectError(f"GitHub answered {error.status} while {doing}: {said(error)}")


def said(error: GithubException) -> str:
    """GitHub's own words, cut to one line."""
    data = error.data if isinstance(error.data, dict) else {}
    words = [str(data.get("message") or error.message or ""), *(_words(item) for item in data.get("errors") or ())]
    return " ".join("; ".join(word for word in words if word).split())[:300]


def _words(item: Any) -> str:
    return str(item.get("message") or item.get("code") or "") if isinstance(item, dict) else str(item)


def _forbidden(error: GithubException, doing: str, needs: str) -> UserError:
    """GitHub names the permissions that would do in `X-Accepted-GitHub-Permissions` (source: its REST documentation)."""
    wanted = (error.headers or {}).get("x-accepted-github-permissions", "")
    named = wanted.replace("=", ": ").replace("; ", ", or ").replace("_", " ") or needs
    return UserError(
        f"GitHub forbids the bot this while {doing}: {said(error) or 'no reason given'}.",
        f"Grant it {named}, and accept the change on the App's installation page.",
    )


def _limited(error: GithubException) -> bool:
    if error.status == 429:
        return True
    headers = error.headers or {}
    spent = headers.get("x-ratelimit-remaining") == "0" or "retry-after" in headers
    return error.status == 403 and (spent or "rate limit" in said(error).lower())


def _until(error: GithubException, now: datetime) -> float:
    wait = _seconds(error, "retry-after")
    if wait is not None:
        return wait
    reset = _seconds(error, "x-ratelimit-reset")
    if reset is not None and (error.headers or {}).get("x-ratelimit-remaining") == "0":
        return max(reset - now.timestamp(), 1.0)
    return SECONDARY_PAUSE


def _seconds(error: GithubException, header: str) -> float | None:
    value = (error.headers or {}).get(header, "")
    return float(value) if value.isdecimal() else None


def _graphql_kinds(error: GithubException) -> set[str]:
    """The type or code of each GraphQL error; "" where a query broke off without one. Empty for other failures."""
    data = error.data if isinstance(error.data, dict) else {}
    errors = data.get("errors")
    if error.status != 400 or not isinstance(errors, list) or "message" in data:
        return set()
    return {_kind(item) for item in errors if isinstance(item, dict)}


def _kind(item: dict[str, Any]) -> str:
    extensions = item.get("extensions")
    return str(item.get("type") or (extensions.get("code") if isinstance(extensions, dict) else None) or "")
