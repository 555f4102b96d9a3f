"""The ledger: each call to the model, what it cost and what became of it; and the sums that budgets ask for."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, func, select

from kireji.adapters.store.engine import insert_new, reading, writing
from kireji.adapters.store.tables import model_calls
from kireji.core.models.catalogue import Usage
from kireji.core.money.ledger import ModelCall, Spent

_COUNTERS = ("input_tokens", "output_tokens", "cache_write_tokens", "cache_read_tokens")


def record_call(engine: Engine, call: ModelCall) -> None:
    """Enter a call that brought no answer (`remember` enters the others). Entering it again changes nothing."""
    with writing(engine) as conn:
        enter(conn, call)


def enter(conn: Connection, call: ModelCall) -> None:
    """Enter a call within the caller's transaction. Its id makes that safe to repeat after a lost connection."""
    values = asdict(call)
    counters = values.pop("usage")
    key = values.pop("key")
    insert_new(conn, model_calls, {**values, **counters, "prompt_key": key})


def calls_of(engine: Engine, review_id: str) -> tuple[ModelCall, ...]:
    """The calls that a review has made so far, oldest first."""
    query = select(model_calls).where(model_calls.c.review_id == review_id)
    with reading(engine) as conn:
        rows = conn.execute(query.order_by(model_calls.c.at, model_calls.c.id)).all()
    return tuple(_call(row._asdict()) for row in rows)


def sum_spent(engine: Engine, review_id: str) -> Spent:
    """What a review has cost so far, in every process that worked on it."""
    return _sum(engine, model_calls.c.review_id == review_id)


def usage_of(row: Mapping[str, int]) -> Usage:
    """The token counters of a row of the ledger or the memo."""
    return Usage(*(row[name] for name in _COUNTERS))


def _call(row: dict[str, Any]) -> ModelCall:
    values = {name: value for name, value in row.items() if name not in _COUNTERS}
    return ModelCall(key=values.pop("prompt_key"), usage=usage_of(row), **values)


def _sum(engine: Engine, which: ColumnElement[bool]) -> Spent:
    sums = [func.coalesce(func.sum(model_calls.c[name]), 0) for name in ("attempts", *_COUNTERS, "nanodollars")]
    with reading(engine) as conn:
        row = conn.execute(select(func.count(), *sums).where(which)).one()
    calls, attempts, *counters, nanodollars = map(int, row)  # Postgres sums bigints as Decimal
    return Spent(calls, attempts, Usage(*counters), nanodollars)
