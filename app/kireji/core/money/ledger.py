"""What was paid for model calls, the answers that need not be paid for again, and a review's bill."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias, assert_never

from kireji.core.chunks.depth import Depth
from kireji.core.models.answer import Answer, Outcome, Stop, Unanswered
from kireji.core.models.catalogue import ModelSpec, Usage, cache_is_dead, total

NANO = Decimal(1_000_000_000)

Nanodollars: TypeAlias = int
"""Billionths of a dollar, in which all money is counted: whole for every price in `catalogue.MODELS`."""


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


def to_nanodollars(dollars: Decimal) -> Nanodollars:
    """Dollars as whole billionths: exact for every price in the table of models, and sums without rounding."""
    return int((dollars * NANO).to_integral_value())


@dataclass(frozen=True, slots=True)
class ModelCall:
    """One call in the ledger. What it cost and how long it took counts its failed attempts too."""

    id: str
    """Unique for each call."""

    review_id: str
    repo: str

    key: str
    """Names its prompt and model, as the memo does."""

    model: str
    usage: Usage
    nanodollars: Nanodollars
    seconds: float
    attempts: int
    outcome: CallOutcome

    at: float
    """The end of the call, in epoch seconds."""

    # None in what an older Kireji entered.
    installation: int | None = None

    depth: Depth | None = None
    """Its review's; None as well where it belongs to no review."""

    purpose: Purpose | None = None


@dataclass(frozen=True, slots=True)
class RememberedAnswer:
    """An answer that has been paid for."""

    key: str
    model: str
    text: str
    stop: Stop

    usage: Usage
    """What it took then."""

    review_id: str
    """The review that paid."""

    created_at: float


@dataclass(frozen=True, slots=True)
class CallTotals:
    """The sum of some model calls."""

    calls: int = 0
    attempts: int = 0
    usage: Usage = Usage()  # noqa: RUF009 - frozen
    nanodollars: Nanodollars = 0


def total_calls(calls: Iterable[ModelCall]) -> CallTotals:
    """Add calls up."""
    calls = tuple(calls)
    return CallTotals(
        calls=len(calls),
        attempts=sum(call.attempts for call in calls),
        usage=total(call.usage for call in calls),
        nanodollars=sum(call.nanodollars for call in calls),
    )


@dataclass(frozen=True, slots=True)
class Bill:
    """What a review cost, as its check run shows it."""

    model: str

    calls: int = 0
    """Questions asked."""

    attempts: int = 0
    """The requests that they took."""

    usage: Usage = field(default_factory=Usage)
    dollars: Decimal = Decimal(0)

    seconds: float = 0.0
    """Wall time."""

    cache_dead: bool = False
    """Whether the prompt cache should have served, and did not."""


def make_bill(model: ModelSpec, spent: CallTotals, usages: Sequence[Usage], seconds: float, prefix_tokens: int) -> Bill:
    """What the ledger says that the review has cost, in this process and in those before it.

    `usages` are its answers'; `prefix_tokens` is the estimate below which no cache is expected.
    """
    return Bill(
        model=model.name,
        calls=spent.calls,
        attempts=spent.attempts,
        usage=spent.usage,
        dollars=Decimal(spent.nanodollars) / NANO,
        seconds=seconds,
        cache_dead=cache_is_dead(usages, prefix_tokens, model),
    )
