"""A review's states, and what the store says of a review and of a pull request's wish for one."""

from dataclasses import dataclass, field
from enum import StrEnum

from kireji.core.events.job import ReviewRequest
from kireji.core.money.ledger import CallTotals, ModelCall
from kireji.core.pulls.posting import Conclusion
from kireji.core.pulls.pull import PullRef


class ReviewState(StrEnum):
    """Where a review stands. `waiting` was queued and is held back (its note says by what); the last five are ends.

    `skipped`: its pull request is not to be reviewed (its note says why).
    """

    QUEUED = "queued"
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    SKIPPED = "skipped"
    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"
    FAILED = "failed"


OPEN_STATES = frozenset({ReviewState.QUEUED, ReviewState.WAITING, ReviewState.RUNNING})


class Admission(StrEnum):
    """May a review start? `full`: its repository has as many running as it may, so wait; `over`: it has ended."""

    STARTED = "started"
    FULL = "full"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class PushResult:
    """What a push did to its pull request."""

    generation: int  # the one now wanted
    new: bool  # False where this head was wanted already
    superseded: str | None  # the open review that it made stale
    first_unreviewed_at: float | None
    """The oldest push that no review has answered yet (epoch seconds), None where there is none. It bounds the debounce."""


@dataclass(frozen=True, slots=True)
class NewReview:
    """A review to be. `id` names its workflow, its check run's `external_id` and the marker of what it posts.

    `cause` is the errand that asked for it.
    """

    id: str
    ref: PullRef
    head_sha: str
    generation: int
    attempt: int = 1
    ask: ReviewRequest = field(default_factory=ReviewRequest)
    cause: str | None = None


@dataclass(frozen=True, slots=True)
class ReviewRecord:
    """A review as the store knows it. Times are epoch seconds; `worker` is the slot that ran it last; `writing_at` when
    it last began to write on GitHub.

    `check_run_id` without a `conclusion` means that the check run on GitHub is still open. So it may be without either,
    if the review was begun.
    """

    id: str
    ref: PullRef
    head_sha: str
    generation: int
    attempt: int
    state: ReviewState
    note: str
    check_run_id: int | None
    conclusion: Conclusion | None
    created_at: float
    started_at: float | None
    finished_at: float | None
    worker: str | None
    writing_at: float | None = None
    ask: ReviewRequest = field(default_factory=ReviewRequest)
    cause: str | None = None


@dataclass(frozen=True, slots=True)
class ReviewCalls:
    """A review with its model calls, oldest first, and their sum."""

    review: ReviewRecord
    calls: tuple[ModelCall, ...]
    spent: CallTotals
