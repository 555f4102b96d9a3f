"""What is to become of a review that nobody works on any more."""

from dataclasses import dataclass
from enum import StrEnum

from kireji.core.operations.lifecycle import ReviewRecord, ReviewState
from kireji.core.wording import check_words


class Fate(StrEnum):
    """How the work on a review ended although the review did not; `missing`: there is no such work."""

    MISSING = "missing"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Stray:
    """An open review, and what became of the work on it."""

    review: ReviewRecord
    fate: Fate


@dataclass(frozen=True, slots=True)
class PullHead:
    """What GitHub says now: the pull request's head, and whether it is open. Drafts are: the policy says what of them.

    `stack_base` is the base branch of the stack that it belongs to, "" for none.
    """

    sha: str
    open: bool
    stack_base: str = ""


def ending(fate: Fate) -> tuple[ReviewState, str] | None:
    """The state and note with which the review ends; None if it is to be queued again."""
    match fate:
        case Fate.MISSING:
            return None
        case Fate.DONE:
            return ReviewState.DONE, ""
        case Fate.CANCELLED:
            return ReviewState.CANCELLED, ""
        case Fate.FAILED:
            return ReviewState.FAILED, check_words.ENDED_BY_ERROR
        case Fate.DEAD:
            return ReviewState.FAILED, check_words.ENDED_TOO_OFTEN
