"""A worker's engine: takes reviews from the queue, carries them out on the caller's loop, and leaves in good order."""

import asyncio
import math
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer
from sqlalchemy import Engine as Database

from kireji.adapters.engine import database, recovery
from kireji.adapters.engine.journal import DbosJournal
from kireji.adapters.engine.log import LEVEL, tame_log
from kireji.adapters.engine.running import Running
from kireji.ports import Journal

STEP_SECONDS = 10  # a step under way at the end of a drain may take this long
THREADS = 64
ERRANDS_AT_ONCE = 8  # of one worker, and of one installation
ERRAND_POLL = 0.5  # seconds: people wait for the reaction to a comment, but not for tenths


@dataclass(frozen=True, slots=True)
class QueueLimits:
    """How many reviews at once. They are kept in the database, for all workers: the one that started last decides."""

    worker: int = 20
    """In this worker."""
    partition: int = 10
    """In one partition, which is an installation."""
    total: int = 100
    """In all workers."""
    poll_seconds: float = 0.2
    """How often a worker looks: 0.2 s costs 3 to 6 % of a core and starts a review after 0.14 s, 1 s costs 2 % and starts
    it after 0.6 s."""


class Engine:
    """DBOS in this process; there can be one, since DBOS is a singleton.

    `executor_id` names the worker: no two processes may have the same at once, and at its launch an engine takes up
    what the last one of this name left. `run` carries out a review; a KirejiError from it has been reported and makes the
    review failed, and so does every other exception. `run_errand` is given a delivery's id and does what it asks for.
    """

    def __init__(
        self,
        url: str,
        executor_id: str,
        run: Callable[[str, Journal], Awaitable[None]],
        limits: QueueLimits = QueueLimits(),
        *,
        run_errand: Callable[[str, Journal], Awaitable[None]] | None = None,
    ) -> None:
        self._url = url
        self._executor_id = executor_id
        self._run = run
        self._run_errand = run_errand
        self._limits = limits
        self._running = Running(executor_id)
        self._database: Database | None = None
        self._watchers = list[asyncio.Task[None]]()

    @property
    def running(self) -> tuple[str, ...]:
        """The reviews that are being carried out now."""
        return self._running.ids()

    async def launch(self) -> None:
        """Start. The running loop is the one on which every `run` will be awaited, so build what they use before.

        DBOS looks for a loop in the thread that launches it; without one it makes a loop in a thread of its own. Raises
        TransientError if the database is away, SettingsError if its tables are not this version's.
        """
        recovery.check()
        tame_log()
        self._database = database.connect(self._url)
        DBOS(config=self._config(self._database))

        @DBOS.workflow(name=database.WORKFLOW, max_recovery_attempts=database.STARTS - 1)
        async def review(review_id: str) -> None:
            journal = DbosJournal()
            with self._running.entered(review_id, journal):
                await self._run(review_id, journal)

        @DBOS.workflow(name=database.ERRAND, max_recovery_attempts=database.STARTS - 1)
        async def errand(delivery_id: str) -> None:
            journal = DbosJournal()
            with self._running.entered(f"{database.ERRAND}/{delivery_id}", journal):
                if self._run_errand is not None:
                    await self._run_errand(delivery_id, journal)

        try:
            with database.database_errors():
                DBOS.launch()  # blocks the loop for some tenths of a second
                await self._register_queues()
        except BaseException:
            await self._leave(0)
            raise
        self._watchers = [asyncio.create_task(watcher) for watcher in (self._running.watch(), self._running.adopt())]

    async def drain(self, seconds: float) -> None:
        """Take nothing new; after `seconds` stop what still runs, which its next worker takes up; then leave.

        A step under way gets STEP_SECONDS more: what is cut off while it writes might arrive after its repetition has
        looked for it. Takes a second or two more than the longest review, and at most `seconds` + STEP_SECONDS + 5.
        Threads may be left that wait for a service or for the database, so end the process hard (`os._exit`).
        """
        leaving = asyncio.create_task(self._leave(seconds + STEP_SECONDS + 2))
        await asyncio.wait({leaving}, timeout=seconds)
        self._running.stop_all()
        await asyncio.wait({leaving}, timeout=STEP_SECONDS)
        self._running.abort_all()
        await leaving
        for watcher in self._watchers:
            watcher.cancel()

    async def _register_queues(self) -> None:
        await DBOS.register_queue_async(
            database.QUEUE,
            worker_concurrency=min(self._limits.worker, self._limits.total),
            partition_concurrency=min(self._limits.partition, self._limits.total),
            global_concurrency=self._limits.total,
            polling_interval_sec=self._limits.poll_seconds,
            on_conflict="always_update",
        )

        await DBOS.register_queue_async(
            database.ERRANDS,
            worker_concurrency=ERRANDS_AT_ONCE,
            partition_concurrency=ERRANDS_AT_ONCE,
            polling_interval_sec=ERRAND_POLL,
            on_conflict="always_update",
        )

    async def _leave(self, seconds: float) -> None:
        """End DBOS, which stops taking reviews at once and waits for the active ones at most this long."""
        loop = asyncio.get_running_loop()
        pool = ThreadPoolExecutor(thread_name_prefix="kireji")
        await loop.run_in_executor(
            pool, partial(DBOS.destroy, destroy_registry=True, workflow_completion_timeout_sec=math.ceil(seconds))
        )
        # DBOS made its own threads the loop's and has ended them: asyncio.to_thread would fail from here on.
        loop.set_default_executor(pool)
        if self._database is not None:
            self._database.dispose()

    def _config(self, engine: Database) -> DBOSConfig:
        return {
            "name": database.APPLICATION,
            "application_version": database.VERSION,
            "executor_id": self._executor_id,
            "system_database_url": self._url,
            "system_database_engine": engine,
            "dbos_system_schema": database.SCHEMA,
            "run_migrations": False,
            "serializer": DBOSPortableJSONSerializer(),  # the default is pickle: the database's writers could run code
            "max_executor_threads": THREADS,
            "log_level": LEVEL,
            "enable_otlp": False,
        }
