"""What the sweeps see of our tables and of the engine's queue: the `Upkeep` port. Each call is a thread's."""

import asyncio
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict
from typing import TypeVar

from sqlalchemy import Engine
from typing_extensions import override

from kireji.adapters.engine.jobs import Job, Jobs, JobState
from kireji.adapters.queue.intake import DurableIntake
from kireji.adapters.store import cursors, deliveries, listing, retention, slots
from kireji.adapters.store.engine import database_errors
from kireji.core.operations.lifecycle import ReviewRecord
from kireji.core.operations.mending import Fate, Stray
from kireji.ports import Clock, Upkeep

T = TypeVar("T")

KEEP = retention.RetentionDays()
MAX_OPEN = 1000  # open reviews that are looked at; those behind them have their turn when these have ended
MAX_ROWS = 500  # rows in one query
KEEP_JOBS = 14 * retention.DAY
IN_VAIN = 3 * retention.DAY

_FATES = {
    JobState.DONE: Fate.DONE,
    JobState.FAILED: Fate.FAILED,
    JobState.CANCELLED: Fate.CANCELLED,
    JobState.DEAD: Fate.DEAD,
}


class SqlUpkeep(Upkeep):
    """The upkeep of one database, as any worker may do it."""

    def __init__(
        self, database: Engine, intake: DurableIntake, clock: Clock, keep: retention.RetentionDays = KEEP
    ) -> None:
        self._database = database
        self._intake = intake
        self._jobs = Jobs(database)
        self._clock = clock
        self._keep = keep

    @override
    async def turn(self, sweep: str, seconds: float) -> bool:
        now = self._now()
        return await self._do(lambda: cursors.take_turn(self._database, f"turn: {sweep}", now, seconds))

    @override
    async def load(self, name: str) -> str | None:
        return await self._do(lambda: cursors.get_cursor(self._database, name))

    @override
    async def save(self, name: str, value: str) -> None:
        await self._do(lambda: cursors.set_cursor(self._database, name, value))

    @override
    async def taken_deliveries(self, guids: Collection[str]) -> frozenset[str]:
        return await self._do(lambda: self._known(guids))

    @override
    async def strays(self, before: float) -> tuple[Stray, ...]:
        return await self._do(lambda: self._strays(before))

    @override
    async def enqueue_again(self, review: ReviewRecord) -> None:
        await self._do(lambda: self._intake.enqueue_lost_work(review))

    @override
    async def disown(self) -> tuple[str, ...]:
        return await self._do(self._disown)

    @override
    async def waiting_since(self, before: float) -> float | None:
        job = await self._do(self._jobs.waiting_longest)
        return None if job is None or job.created_at >= before else job.created_at

    @override
    async def open_checks(self, before: float) -> tuple[ReviewRecord, ...]:
        return await self._do(lambda: listing.open_checks(self._database, before, limit=MAX_ROWS))

    @override
    async def in_vain(self, before: float) -> tuple[ReviewRecord, ...]:
        return await self._do(lambda: listing.wanted_in_vain(self._database, before - IN_VAIN, before, limit=MAX_ROWS))

    @override
    async def request_head(self, review: ReviewRecord, head_sha: str | None) -> bool:
        return await self._do(lambda: self._intake.move_request(review, head_sha))

    @override
    async def purge(self) -> Mapping[str, int]:
        now = self._now()
        rows = await self._do(lambda: retention.purge(self._database, now, self._keep))
        jobs = await self._do(lambda: self._jobs.forget(now - KEEP_JOBS))
        return {**asdict(rows), "jobs": jobs}

    def _known(self, guids: Collection[str]) -> frozenset[str]:
        ordered = sorted(guids)
        known = set[str]()
        for start in range(0, len(ordered), MAX_ROWS):
            known |= deliveries.known_deliveries(self._database, ordered[start : start + MAX_ROWS])
        return frozenset(known)

    def _strays(self, before: float) -> tuple[Stray, ...]:
        """The reviews first: one that has ended in its tables has ended its job afterwards."""
        records = listing.open_reviews(self._database, before, MAX_OPEN)
        jobs = {job.id: job for job in self._jobs.find([record.id for record in records])}
        strays = ((record, _fate(jobs.get(record.id), before)) for record in records)
        return tuple(Stray(record, fate) for record, fate in strays if fate is not None)

    def _disown(self) -> tuple[str, ...]:
        workers = {job.worker for job in self._jobs.list([JobState.RUNNING], limit=MAX_OPEN) if job.worker}
        return slots.disown(self._database, sorted(workers))

    def _now(self) -> float:
        return self._clock.now().timestamp()

    async def _do(self, work: Callable[[], T]) -> T:
        with database_errors():
            return await asyncio.to_thread(work)


def _fate(job: Job | None, before: float) -> Fate | None:
    """None for work that waits or runs, or was over only just now: its review may be about to be told."""
    if job is None:
        return Fate.MISSING
    if job.finished_at is not None and job.finished_at >= before:
        return None
    return _FATES.get(job.state)
