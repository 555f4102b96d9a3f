"""What the ledger adds up to, for whoever pays."""

from dataclasses import dataclass
from enum import StrEnum

from kireji.core.money.ledger import NANO


class CostGroup(StrEnum):
    """What costs can be summed by."""

    REPOSITORY = "repository"
    DEPTH = "depth"
    MODEL = "model"
    OUTCOME = "outcome"
    PURPOSE = "purpose"


@dataclass(frozen=True, slots=True)
class CostRow:
    """The calls of one repository, depth, model, outcome or purpose; `name` is None where that is not known.

    Tokens `sent` count all, those `cached` read from the cache among them.
    """

    name: str | None
    calls: int
    attempts: int
    sent: int
    cached: int
    written: int
    nanodollars: int


def as_json(row: CostRow) -> dict[str, object]:
    """A row for scripts; its names stay as they are."""
    return {
        "name": row.name,
        "calls": row.calls,
        "attempts": row.attempts,
        "tokens_in": row.sent,
        "tokens_cached": row.cached,
        "tokens_out": row.written,
        "dollars": float(row.nanodollars / NANO),
    }
