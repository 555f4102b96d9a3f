"""What GitHub's failures mean: whose they are, whether they pass, and how long to wait. Refusals are read in `denials`."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from enum import Enum, auto

from github import GithubException
from requests import RequestException

from kireji.adapters.github.http.answers import graphql_kinds, header, is_limit, said
from kireji.adapters.github.http.denials import denial
from kireji.adapters.github.http.limits import PATIENCE
from kireji.core.pulls.denial import Home
from kireji.core.wording import denial_words
from kireji.errors import DefectError, KirejiError, TransientError, UserError
from kireji.ports import Clock

Failure = GithubException | RequestException | TransientError

SECONDARY_PAUSE = 60.0  # seconds; GitHub's advice where a secondary limit names no time


class ReviewRefusal(Enum):
    """Why GitHub answered 422 to a review."""

    POSITION = auto()  # a comment stands where GitHub shows no line
    PENDING = auto()  # the account has a review that is not submitted
    TOO_FAST = auto()  # a rate limit for content
    COMMIT = auto()  # the commit is no longer one of the pull request's
    BODY = auto()  # the text is too long, or empty


# GitHub's words, seen in public issues; a 422 with other words is taken to be about a comment's position.
_REFUSALS = (
    ("pending review", ReviewRefusal.PENDING),
    ("submitted too quickly", ReviewRefusal.TOO_FAST),
    ("no commit found", ReviewRefusal.COMMIT),
    ("commit_id is not part", ReviewRefusal.COMMIT),
    ("commit is not part", ReviewRefusal.COMMIT),
    ("body is too long", ReviewRefusal.BODY),
    ("body can't be blank", ReviewRefusal.BODY),
)


def review_refusal(error: GithubException) -> ReviewRefusal:
    """Which of the reasons a 422 answer to a review has."""
    said = f"{error.message} {error.data}".lower()
    return next((meaning for words, meaning in _REFUSALS if words in said), ReviewRefusal.POSITION)


def status_of(error: Failure) -> int:
    """The HTTP status, 0 where no answer came."""
    return error.status if isinstance(error, GithubException) else 0


def lost(error: Failure) -> bool:
    """Whether the outcome is unknown: GitHub may have done what was asked though it did not say so."""
    return not isinstance(error, GithubException) or error.status >= 500


def gone(error: Failure) -> bool:
    """Whether GitHub shows nothing there."""
    return isinstance(error, GithubException) and (error.status in {404, 410} or "NOT_FOUND" in graphql_kinds(error))


def pause(error: Failure) -> float | None:
    """Seconds to wait before a harmless request is sent again, 0 for no given time; None where that is no use."""
    if isinstance(error, TransientError):
        wait = error.retry_after
    elif isinstance(error, GithubException):
        if error.status not in {502, 503, 504} and not is_limit(error):
            return None
        wait = _seconds(error, "retry-after")
        if wait is None and is_limit(error):
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
    kinds = graphql_kinds(error)
    too_fast = error.status == 422 and review_refusal(error) is ReviewRefusal.TOO_FAST
    if not (too_fast or is_limit(error) or "RATE_LIMITED" in kinds or "RATE_LIMIT" in kinds):
        return None
    return _until(error, now)


@contextmanager
def explained(doing: str, clock: Clock, needs: str, home: Home) -> Iterator[None]:
    """Turn whatever GitHub's failures come out of the block into ours. `doing` ends "... while", as "reading o/r#1".

    `needs` lists the permissions for it, for a 403 that names none; `home` decides how a remedy is worded.
    """
    try:
        yield
    except (GithubException, RequestException) as error:
        raise explain(error, doing, clock.now(), needs, home) from error
    except (LookupError, TypeError, ValueError) as error:
        raise DefectError(f"GitHub's answer has not the shape it should have, while {doing}") from error


def explain(
    error: GithubException | RequestException, doing: str, now: datetime, needs: str, home: Home
) -> KirejiError:
    """The error to raise for a failure of GitHub's."""
    if isinstance(error, RequestException):
        return TransientError(f"GitHub could not be reached, or broke off, while {doing}")

    kinds = graphql_kinds(error)
    if "RATE_LIMITED" in kinds or "RATE_LIMIT" in kinds or is_limit(error):
        return TransientError(f"GitHub's rate limit was reached while {doing}", _until(error, now))

    refused = denial(error, home, needs)
    if refused is not None:
        return UserError(denial_words.message(refused, doing), refused.remedy)

    if gone(error):
        return UserError(f"GitHub found nothing while {doing}.", denial_words.unseen(home.runtime))
    if error.status >= 500 or "" in kinds:
        return TransientError(f"GitHub answered {error.status} while {doing}", _seconds(error, "retry-after"))
    return DefectError(f"GitHub answered {error.status} while {doing}: {said(error)}")


def _until(error: GithubException, now: datetime) -> float:
    wait = _seconds(error, "retry-after")
    if wait is not None:
        return wait
    reset = _seconds(error, "x-ratelimit-reset")
    if reset is not None and header(error, "x-ratelimit-remaining") == "0":
        return max(reset - now.timestamp(), 1.0)
    return SECONDARY_PAUSE


def _seconds(error: GithubException, name: str) -> float | None:
    value = header(error, name) or ""
    return float(value) if value.isdecimal() else None
