"""What is old goes, a small batch a transaction, so that nobody waits long for the write lock.

Pull requests stay: their generation must not begin again.
"""

from dataclasses import dataclass

from sqlalchemy import Column, ColumnElement, Engine, and_, delete, select

from kireji.adapters.store import persons
from kireji.adapters.store.engine import writing
from kireji.adapters.store.tables import bodies, deliveries, governors, memo, model_calls, perils, reviews
from kireji.core.operations.lifecycle import OPEN_STATES

DAY = 86_400


@dataclass(frozen=True, slots=True)
class RetentionDays:
    """How many days each is kept. GitHub delivers again for 3 days (Enterprise Server: 7); deliveries must stay longer."""

    deliveries: float = 30
    reviews: float = 90
    memo: float = 30
    model_calls: float = 400
    bodies: float = 400
    perils: float = 7


@dataclass(frozen=True, slots=True)
class PurgedRows:
    """How many rows went. A review takes its postings along."""

    deliveries: int
    reviews: int
    memo: int
    model_calls: int
    bodies: int
    perils: int


def purge(engine: Engine, now: float, keep: RetentionDays, batch: int = 500) -> PurgedRows:
    """Delete what is older; of reviews only those that have ended."""

    def old(key: Column[str], at: Column[float], days: float, *conditions: ColumnElement[bool]) -> int:
        return _delete(engine, key, and_(at < now - days * DAY, *conditions), batch)

    _delete(engine, governors.c.name, persons.unchanged_since(now - 2 * DAY), batch, in_order=True)
    return PurgedRows(
        deliveries=old(deliveries.c.id, deliveries.c.received_at, keep.deliveries),
        reviews=old(reviews.c.id, reviews.c.created_at, keep.reviews, reviews.c.state.not_in(OPEN_STATES)),
        memo=old(memo.c.key, memo.c.created_at, keep.memo),
        model_calls=old(model_calls.c.id, model_calls.c.at, keep.model_calls),
        bodies=old(bodies.c.digest, bodies.c.at, keep.bodies),
        perils=old(perils.c.id, perils.c.at, keep.perils),
    )


def _delete(
    engine: Engine, key: Column[str], condition: ColumnElement[bool], batch: int, *, in_order: bool = False
) -> int:
    chosen = select(key).where(condition).limit(batch)
    if in_order:  # of a table without a better index
        chosen = chosen.order_by(key)

    total = 0
    while True:
        with writing(engine) as conn:
            gone = len(conn.scalars(delete(key.table).where(key.in_(chosen)).returning(key)).all())
        total += gone
        if gone < batch:
            return total
