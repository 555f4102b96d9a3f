"""The background worker: one thread with one asyncio loop that carries out jobs until the process ends.

A job that is under way when the process ends is lost; the durable engine (step 2) takes this module's place.
"""

import asyncio
import logging
import threading
from collections.abc import Callable, Coroutine

from app.core.events import Delivery, parse_event
from app.errors import KirejiError
from app.flow.dispatch import jobs
from app.flow.review_pull import ReviewJob, review_pull
from app.flow.world import World

log = logging.getLogger("kireji.worker")


class Worker:
    """Takes deliveries from the web and carries out their jobs, side by side, in a thread of its own."""

    def __init__(self, build: Callable[[], World]) -> None:
        self._build = build
        self._loop = asyncio.new_event_loop()
        self._world: World | None = None
        self._accepted = set[str]()
        self._lock = threading.Lock()
        threading.Thread(target=self._loop.run_forever, name="kireji-worker", daemon=True).start()

    def accept(self, delivery: Delivery) -> None:
        """Start a delivery's jobs; the same delivery again starts nothing."""
        wanted = jobs(parse_event(delivery))
        with self._lock:
            if delivery.id in self._accepted:
                return
            self._accepted.add(delivery.id)
        for job in wanted:
            self._spawn(self._run(job))

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop)

    async def _run(self, job: ReviewJob) -> None:
        """The worker's outer edge: whatever goes wrong in a job is logged and ends here."""
        log.info("review %s starts", job.name)
        try:
            if self._world is None:
                self._world = self._build()  # in the loop's thread: the SDK's client binds to it
            await review_pull(job, self._world)
        except KirejiError as error:
            log.warning("review %s did not happen: %s", job.name, error)
        except Exception:
            log.exception("review %s did not happen", job.name)
        else:
            log.info("review %s is done", job.name)
