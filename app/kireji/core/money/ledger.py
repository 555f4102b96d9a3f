"""What was paid for model calls, and the answers that need not be paid for again."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import assert_never

from kireji.core.chunks.depth import Depth
from kireji.core.models.answer import Answer, Outcome, Stop, Unanswered
from kireji.core.models.catalogue import Usage, total

NANO = Decimal(1_000_000_000)


class CallOutcome(StrEnum):
    """What became of a model call. Of one that was cancelled, the tokens are in part an estimate."""

    ANSWERED = "answered"
    CUT = "cut"
    REFUSED = "refused"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Purpose(StrEnum):
    """What a model call is for: reading a chunk, planning what readers look at, reading all files together, verifying findings,
    threads, people."""

    READ = "read"
    PLAN = "plan"
    ACROSS = "across"
    VERIFY = "verify"
    THREADS = "threads"
    TALK = "talk"


_OF_STOP = {
    Stop.END: CallOutcome.ANSWERED,
    Stop.CUT: CallOutcome.CUT,
    Stop.FULL: CallOutcome.CUT,
    Stop.REFUSAL: CallOutcome.REFUSED,
}


def outcome_of(outcome: Outcome) -> CallOutcome:
    """The ledger's word for what came back."""
    match outcome:
        case Unanswered():
            return CallOutcome.FAILED
        case Answer(stop=stop):
            return _OF_STOP[stop]
        case _:
            assert_never(outcome)


def nanodollars(dollars: Decimal) -> int:
    """Dollars as whole billionths: exact for every price in `money.MODELS`, and sums without rounding."""
    return int((dollars * NANO).to_integral_value())


@dataclass(frozen=True, slots=True)
class ModelCall:
    """One call in the ledger. `id` is unique for each call; `key` names its prompt and model, as the memo does.

    `at` is epoch seconds, the end of the call; `seconds` and `attempts` count its failed attempts too. `depth` is its
    review's, None where it belongs to no review or was entered by an older Kireji; so with the other two.
    """

    id: str
    review_id: str
    repo: str
    key: str
    model: str
    usage: Usage
    nanodollars: int
    seconds: float
    attempts: int
    outcome: CallOutcome
    at: float
    installation: int | None = None
    depth: Depth | None = None
    purpose: Purpose | None = None


@dataclass(frozen=True, slots=True)
class RememberedAnswer:
    """An answer that has been paid for. `usage` is what it cost then, `review_id` the review that paid."""

    key: str
    model: str
    text: str
    stop: Stop
    usage: Usage
    review_id: str
    created_at: float


@dataclass(frozen=True, slots=True)
class CallTotals:
    """The sum of some model calls."""

    calls: int = 0
    attempts: int = 0
    usage: Usage = Usage()  # noqa: RUF009 - frozen
    nanodollars: int = 0


def total_calls(calls: Iterable[ModelCall]) -> CallTotals:
    """Add calls up."""
    calls = tuple(calls)
    attempts = sum(call.attempts for call in calls)
    return CallTotals(
        len(calls), attempts, total(call.usage for call in calls), sum(call.nanodollars for call in calls)
    )
