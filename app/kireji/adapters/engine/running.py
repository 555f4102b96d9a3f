"""The reviews that this worker is carrying out, and how one of them is ended from outside."""

import asyncio
import logging
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

from dbos import DBOS
from dbos import error as dbos_error
from sqlalchemy.exc import SQLAlchemyError

from kireji.adapters.engine.database import ERRAND, ERRANDS, QUEUE
from kireji.adapters.engine.journal import DbosJournal

log = logging.getLogger(__name__)

WATCH_SECONDS = 1.0
ADOPT_SECONDS = 60.0


@dataclass(frozen=True, slots=True, eq=False)
class Run:
    """A review under way."""

    task: asyncio.Task[object]
    journal: DbosJournal

    def stop(self) -> None:
        """End it where it waits, but never within a step: then after it."""
        if self.journal.stop():
            self.task.cancel()


class Running:
    """The runs of one worker by the review's id. Everything happens on the workflows' loop."""

    def __init__(self, executor_id: str) -> None:
        self._executor_id = executor_id
        self._runs = dict[str, Run]()

    def ids(self) -> tuple[str, ...]:
        """The ids of the reviews under way."""
        return tuple(self._runs)

    @contextmanager
    def entered(self, review_id: str, journal: DbosJournal) -> Generator[None, None, None]:
        """While the current task carries the review out. An older run of the same review ends."""
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - DBOS runs a workflow in a task
        if earlier := self._runs.get(review_id):
            earlier.stop()

        run = self._runs[review_id] = Run(task, journal)
        try:
            yield
        finally:
            if self._runs.get(review_id) is run:
                del self._runs[review_id]

    def stop_all(self) -> None:
        """End all runs, those within a step after it. Their reviews stay unfinished and are recovered."""
        for run in tuple(self._runs.values()):
            run.stop()

    def abort_all(self) -> None:
        """End all runs at once, also within a step."""
        for run in tuple(self._runs.values()):
            run.task.cancel()

    async def watch(self) -> None:
        """Until cancelled, end the runs whose review was cancelled or is another worker's by now.

        DBOS itself looks only when a step begins, and within steps it calls preemptible: reading and asking Claude,
        which are no steps, would run on and be paid.
        """
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            try:
                await self._stop_lost()
            except (dbos_error.DBOSException, SQLAlchemyError) as error:
                log.warning("cannot look for cancelled reviews: %s", error)

    async def adopt(self) -> None:
        """Until cancelled, give back to the queue what the database takes for ours and what we do not run.

        DBOS waits for a database that it knows to be away. Where it fails otherwise (a full disk), the run ends, its
        outcome cannot be written, and nobody would recover what a living worker has. `resume` also forgets how often
        the review was begun, and revives one that is cancelled at this very moment; the posting step sees to that.
        """
        suspects = frozenset[str]()
        while True:
            await asyncio.sleep(ADOPT_SECONDS)

            try:
                idle = await self._pending() - self._runs.keys()
                for review_id in idle & suspects:
                    log.warning("review %s is this worker's but is not running: it starts again", review_id)
                    await DBOS.resume_workflow_async(review_id, queue_name=_queue(review_id))
            except (dbos_error.DBOSException, SQLAlchemyError) as error:
                log.warning("cannot look for reviews left behind: %s", error)
            else:
                # One that was only just taken, or is just ending, is not there the next time.
                suspects = idle - suspects

    async def _stop_lost(self) -> None:
        runs = dict(self._runs)
        if not runs:
            return
        ours = await self._pending()
        for review_id, run in runs.items():
            # A run that ended meanwhile is no longer in the table, and its task may be another's.
            if review_id not in ours and self._runs.get(review_id) is run:
                log.info("review %s ends: it was cancelled or is carried out elsewhere", review_id)
                run.stop()

    async def _pending(self) -> frozenset[str]:
        """The reviews that the database takes for this worker's."""
        found = await DBOS.list_workflows_async(
            status="PENDING", executor_id=self._executor_id, load_input=False, load_output=False
        )
        return frozenset(status.workflow_id for status in found)


def _queue(job_id: str) -> str:
    """The queue of a job, by its id: a review's begins with its repository's owner, which holds no slash."""
    return ERRANDS if job_id.startswith(f"{ERRAND}/") and "#" not in job_id else QUEUE
