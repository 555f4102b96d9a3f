"""The state of rate governors, shared by all workers: a small JSON object each, changed by one at a time."""

import asyncio
from collections.abc import Callable
from typing import TypeVar, cast

from sqlalchemy import Engine, select
from sqlalchemy import update as sql_update
from typing_extensions import override

from kireji.adapters.store.engine import database_errors, insert_new, writing
from kireji.adapters.store.tables import governors
from kireji.core.models.governor import RateBudget, dump_budget, load_budget
from kireji.ports import Clock, SharedBudget

T = TypeVar("T")
State = dict[str, object]


def update(engine: Engine, name: str, now: float, change: Callable[[State], tuple[State, T]]) -> T:
    """Replace the state by what `change` makes of it (first of `{}`), and give its second value back.

    All others wait meanwhile, so `change` must be quick and must not use the database. If it raises, nothing changes.
    """
    with writing(engine) as conn:
        insert_new(conn, governors, {"name": name, "state": {}, "updated_at": now})
        row = select(governors.c.state).where(governors.c.name == name).with_for_update()
        state, result = change(cast("State", conn.scalar(row)))
        values = {"state": state, "updated_at": now}
        conn.execute(sql_update(governors).where(governors.c.name == name).values(values))
        return result


class SqlBudget(SharedBudget):
    """The `SharedBudget` port on one row of the governors' table."""

    def __init__(self, engine: Engine, clock: Clock, name: str) -> None:
        self._engine = engine
        self._clock = clock
        self._name = name

    @override
    async def change(self, change: Callable[[RateBudget], tuple[RateBudget, T]]) -> T:
        now = self._clock.now().timestamp()

        def change_row(state: State) -> tuple[State, T]:
            budget, result = change(load_budget(state))
            return dump_budget(budget), result

        with database_errors():
            return await asyncio.to_thread(update, self._engine, self._name, now, change_row)
