"""The background worker: one thread with one asyncio loop that carries out jobs until the process ends.

A job that is under way when the process ends is lost; the durable engine (step 2) takes this module's place.
"""

import asyncio
import logging
import threading
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Sequence

from app.core.events import Delivery
from app.core.job import ReviewJob
from app.errors import KirejiError, UserError
from app.flow.carry_out import carry_out
from app.flow.world import World

log = logging.getLogger("kireji.worker")

REMEMBERED = 10_000  # deliveries; GitHub redelivers only when asked, and then soon


class Worker:
    """Takes deliveries from the web and carries out their jobs, side by side, in a thread of its own."""

    def __init__(self, build: Callable[[], World]) -> None:
        self._loop = asyncio.new_event_loop()
        self._world: asyncio.Future[World] = self._loop.create_future()
        self._accepted = OrderedDict[str, None]()
        self._lock = threading.Lock()
        threading.Thread(target=self._loop.run_forever, name="kireji-worker", daemon=True).start()
        self._loop.call_soon_threadsafe(self._prepare, build)

    def ready(self) -> bool:
        """Always."""
        return True

    def accept(self, delivery: Delivery, jobs: Sequence[ReviewJob]) -> None:
        """Start a delivery's jobs; the same delivery again starts nothing, unless its review failed."""
        with self._lock:
            if delivery.id in self._accepted:
                return
            self._accepted[delivery.id] = None
            if len(self._accepted) > REMEMBERED:
                self._accepted.popitem(last=False)
        for job in jobs:
            self._spawn(self._run(job, delivery.id))

    def _prepare(self, build: Callable[[], World]) -> None:
        """Connect now, so that the first review does not wait for it, and in this thread, to whose loop clients bind."""
        try:
            self._world.set_result(build())
        except KirejiError as error:
            self._world.set_exception(error)

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop)

    async def _run(self, job: ReviewJob, delivery_id: str) -> None:
        """The worker's outer edge: whatever goes wrong in a job is logged and ends here."""
        log.info("review %s starts", job.name)
        try:
            world = await asyncio.shield(self._world)
            await carry_out(job, world.journal, world)
        except UserError as error:
            self._forget(delivery_id)
            log.warning("review %s did not happen: %s %s", job.name, error, error.remedy)
        except KirejiError as error:
            self._forget(delivery_id)
            log.warning("review %s did not happen: %s", job.name, error)
        except Exception:
            self._forget(delivery_id)
            log.exception("review %s did not happen", job.name)
        else:
            log.info("review %s is done", job.name)

    def _forget(self, delivery_id: str) -> None:
        """Let a redelivery try again."""
        with self._lock:
            self._accepted.pop(delivery_id, None)
