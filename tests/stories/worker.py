"""The App's worker within the test's process: the real intake and store over SQLite; only the engine is a plain loop.

What the engine adds (a review outlives its process) is shown by tests/durable and tests/chaos on real processes.
"""

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from sqlalchemy import Connection, Engine

from kireji.adapters.queue.intake import DurableIntake
from kireji.adapters.queue.review_queue import SqlReviewQueue
from kireji.adapters.queue.seal import Seal
from kireji.adapters.store.store import SqlStore
from kireji.core.events.delivery import Delivery
from kireji.core.events.job import Job
from kireji.entry.service.worker import do_errands, do_review
from kireji.errors import DefectError, KirejiError
from kireji.flow.lives import Lives
from kireji.flow.world import World
from kireji.ports import Clock

T = TypeVar("T")

log = logging.getLogger("kireji.worker")


class UncutJournal:
    """Remembers nothing; a step that was begun is never cut off, as the engine's are not."""

    async def step(self, name: str, call: Callable[[], Awaitable[T]], kind: object) -> T:  # noqa: ARG002
        """Run the step to its end, whoever cancels the review meanwhile, and however often."""
        step = asyncio.ensure_future(call())
        cancelled = False
        while not step.done():
            try:
                await asyncio.wait({step})
            except asyncio.CancelledError:
                cancelled = True
        if cancelled:
            raise asyncio.CancelledError
        return step.result()


@dataclass
class Queue:
    """What the intake queues is begun on the worker's loop as soon as its transaction is over; delays are not waited for."""

    worker: "Worker"

    def enqueue(
        self,
        conn: Connection,  # noqa: ARG002 - the engine's queue is a table
        review_id: str,
        partition: str,  # noqa: ARG002
        delay_seconds: float = 0,  # noqa: ARG002 - nobody waits in a story
        priority: int = 0,  # noqa: ARG002
    ) -> None:
        """Begin a review."""
        self.worker.spawn(review_id, self.worker.review(review_id))

    def enqueue_errand(self, conn: Connection, delivery_id: str, partition: str) -> None:  # noqa: ARG002
        """Begin an errand."""
        self.worker.spawn(f"errand/{delivery_id}", self.worker.errand(delivery_id))

    def retry_errand(self, delivery_id: str, partition: str) -> None:
        """Nothing: what failed here is a test's."""

    def cancel(self, review_id: str) -> bool:
        """End a review."""
        self.worker.stop(review_id)
        return True


class Worker:
    """Takes deliveries from the web and carries out what they ask for, side by side, in a thread of its own."""

    def __init__(self, build: Callable[[SqlStore], World], database: Engine, clock: Clock, mention: str) -> None:
        self.store = SqlStore(database, clock, worker="story", repo_limit=50)
        self.intake = DurableIntake(database, Queue(self), clock, debounce=0, seal=Seal(b"swordfish"))
        self._review_queue = SqlReviewQueue(self.intake)
        self._lives = Lives(self.store.perils())
        self._mention = mention
        self._tasks = dict[str, asyncio.Task[None]]()
        self._loop = asyncio.new_event_loop()
        self._world: asyncio.Future[World] = self._loop.create_future()
        threading.Thread(target=self._loop.run_forever, name="kireji-worker", daemon=True).start()
        self._loop.call_soon_threadsafe(self._prepare, build)

    def ready(self) -> bool:
        """Always."""
        return True

    def accept(self, delivery: Delivery, jobs: Sequence[Job]) -> None:
        """Take a delivery, as the web process does."""
        self.intake.accept(delivery, jobs)

    def settle(self, seconds: float) -> None:
        """Wait until everything that the deliveries so far have started is over."""
        asyncio.run_coroutine_threadsafe(_others(), self._loop).result(seconds)

    def spawn(self, name: str, work: Coroutine[None, None, None]) -> None:
        """Begin some work. From any thread."""

        def begin() -> None:
            self._tasks[name] = self._loop.create_task(work)

        self._loop.call_soon_threadsafe(begin)

    def stop(self, name: str) -> None:
        """End some work. From any thread."""

        def end() -> None:
            if task := self._tasks.get(name):
                task.cancel()

        self._loop.call_soon_threadsafe(end)

    async def review(self, review_id: str) -> None:
        """Carry out a review; `do_review` has logged whatever goes wrong."""
        world = await asyncio.shield(self._world)
        job = await committed(lambda: self.store.job(review_id))
        try:
            await do_review(job, UncutJournal(), world=world, lives=self._lives)
        except Exception:  # noqa: BLE001 - the engine's edge: the review has failed
            log.debug("review %s failed", review_id)

    async def errand(self, delivery_id: str) -> None:
        """Carry out an errand; `do_errands` has logged whatever goes wrong."""
        world = await asyncio.shield(self._world)
        taken = await committed(lambda: self.store.delivery(delivery_id))
        delivery = replace(taken, payload=self.intake.seal.open(taken.payload))
        try:
            await do_errands(
                delivery,
                UncutJournal(),
                world=world,
                lives=self._lives,
                review_queue=self._review_queue,
                mention=self._mention,
            )
        except Exception:  # noqa: BLE001 - the engine's edge: the errand has failed
            log.debug("errand %s failed", delivery_id)

    def _prepare(self, build: Callable[[SqlStore], World]) -> None:
        """Connect now, so that the first review does not wait for it, and in this thread, to whose loop clients bind."""
        try:
            self._world.set_result(build(self.store))
        except KirejiError as error:
            self._world.set_exception(error)


async def committed(look: Callable[[], Awaitable[T]]) -> T:
    """What a transaction writes that is about to end."""
    for _ in range(500):
        try:
            return await look()
        except DefectError:
            await asyncio.sleep(0.005)
    return await look()


async def _others() -> None:
    """End when all other tasks of the loop have ended."""
    while others := asyncio.all_tasks() - {asyncio.current_task()}:
        await asyncio.wait(others)
