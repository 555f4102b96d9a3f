"""Which part of which job is under way; what is still there when the job begins again is where its process died."""

from collections.abc import Awaitable, Callable
from typing import Protocol, TypeVar

from sqlalchemy import Engine, delete, select, update
from typing_extensions import override

from kireji.adapters.store.engine import insert_new, reading, writing
from kireji.adapters.store.tables import perils
from kireji.core.operations.perils import Past, RiskyPart
from kireji.ports import Perils

T = TypeVar("T")


def begin(engine: Engine, job: str, now: float) -> Past:
    """What is known of earlier starts; a part that was under way when the last one ended is one more death."""
    with reading(engine) as conn:
        row = conn.execute(select(perils).where(perils.c.id == job)).first()
    if row is None:
        return Past()

    died = [*row.died, *([row.part] if row.part else [])]
    if row.part:
        with writing(engine) as conn:
            conn.execute(update(perils).where(perils.c.id == job).values(part=None, died=died, at=now))
    return Past(tuple(RiskyPart(part) for part in died))


def enter(engine: Engine, job: str, part: RiskyPart, now: float) -> None:
    """Write down that a part of the job begins."""
    with writing(engine) as conn:
        if not insert_new(conn, perils, {"id": job, "part": part, "died": [], "at": now}):
            conn.execute(update(perils).where(perils.c.id == job).values(part=part, at=now))


def leave(engine: Engine, job: str) -> None:
    """Write down that no part of the job is under way any more."""
    with writing(engine) as conn:
        conn.execute(update(perils).where(perils.c.id == job).values(part=None))


def forget(engine: Engine, job: str) -> None:
    """The job has ended, and not with its process."""
    with writing(engine) as conn:
        conn.execute(delete(perils).where(perils.c.id == job))


def suspect(engine: Engine, kin: str, past: Past, now: float) -> None:
    """What begins under this name has such a past."""
    with writing(engine) as conn:
        if not insert_new(conn, perils, {"id": kin, "part": None, "died": [*past.died], "at": now}):
            conn.execute(update(perils).where(perils.c.id == kin).values(died=[*past.died], at=now))


class PatientRunner(Protocol):
    """Does something in a thread, again and again while the database is away."""

    def __call__(self, work: Callable[[], T]) -> Awaitable[T]:
        """What the work gives."""
        ...


class SqlPerils(Perils):
    """The `Perils` port over one database; `do` waits for one that is away."""

    def __init__(self, engine: Engine, now: Callable[[], float], do: PatientRunner) -> None:
        self._engine = engine
        self._now = now
        self._do = do

    @override
    async def begin(self, job: str) -> Past:
        return await self._do(lambda: begin(self._engine, job, self._now()))

    @override
    async def enter(self, job: str, part: RiskyPart) -> None:
        await self._do(lambda: enter(self._engine, job, part, self._now()))

    @override
    async def leave(self, job: str) -> None:
        await self._do(lambda: leave(self._engine, job))

    @override
    async def forget(self, job: str) -> None:
        await self._do(lambda: forget(self._engine, job))

    @override
    async def suspect(self, kin: str, past: Past) -> None:
        await self._do(lambda: suspect(self._engine, kin, past, self._now()))
