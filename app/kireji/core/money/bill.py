"""What a review cost, as its check run shows it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from kireji.core.models.catalogue import ModelSpec, Usage, cache_is_dead
from kireji.core.money.ledger import NANO, CallTotals


@dataclass(frozen=True, slots=True)
class Bill:
    """What the review cost. `calls` are questions asked, `attempts` the requests they took; `seconds` is wall time."""

    model: str
    calls: int = 0
    attempts: int = 0
    usage: Usage = field(default_factory=Usage)
    dollars: Decimal = Decimal(0)
    seconds: float = 0.0
    cache_dead: bool = False


def bill(model: ModelSpec, spent: CallTotals, usages: Sequence[Usage], seconds: float, prefix_tokens: int) -> Bill:
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
