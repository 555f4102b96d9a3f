"""A review's life around its path: admitted, tried, tried again after a wait, ended.

Whatever process carries it out, and however often one dies, it goes on here from what the journal and the store know.
What people see of it meanwhile is its check run (`check_run.py`).
"""

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any, assert_never

from kireji.core.events.job import ReviewJob
from kireji.core.formats.github import failure_report, waiting_report
from kireji.core.operations.lifecycle import Admission, ReviewState
from kireji.core.operations.perils import Past
from kireji.core.pulls.posting import HeadMoved, NotWanted
from kireji.core.review.result import Review
from kireji.core.wording import check_words, end_words
from kireji.errors import KirejiError, TransientError, UserError
from kireji.flow.memo import with_memory
from kireji.flow.review.check_run import CheckRunReporter, Outcome
from kireji.flow.review.publish import publish
from kireji.flow.review.read_pull import read_pull
from kireji.flow.world import LONGEST_WAIT, World
from kireji.ports import Caller, Journal

TURN_SECONDS = 1.0  # between two looks whether the repository has room
TRIES = 6  # of what fails without naming a time
NAMED_WAITS = 30  # of what does: a rate limit that is shared may be met again and again
# Waits after a passing failure, in seconds, where the service named none; a longer one than LONGEST_WAIT ends the review.
PAUSES = (10, 30, 120, 300, 600)
# Seconds that a dead worker's request may take; GitHub ends one after 10 (source: its page on troubleshooting the API).
UNDER_WAY = 12.0


async def carry_out(job: ReviewJob, journal: Journal, world: World) -> Outcome | None:
    """Carry out a review that the store knows; None if it has ended. Raises what ended it, once that is reported and noted."""
    if not await _is_admitted(job, world):
        return None

    world = replace(world, journal=journal)
    clear = partial(_await_dead_writer, job, world, since=world.clock.now().timestamp())
    check_run = CheckRunReporter(job, world, clear)
    caller = Caller(str(job.ref.installation or job.ref.repo), check_run.report_hold)
    attempts = ReviewAttempts(job, await with_memory(world, job, caller), check_run)

    try:
        outcome = await attempts.run()
    except asyncio.CancelledError:
        await check_run.report_cancellation()
        raise
    except Exception as error:  # hides nothing: reported on the pull request, noted, then the caller's
        await check_run.report(failure_report(error))
        reason = str(error) if isinstance(error, KirejiError) else "defect"
        await world.store.finish(job.name, ReviewState.FAILED, reason)
        raise

    await _finish(job, outcome, check_run, world)
    return outcome


async def _finish(job: ReviewJob, outcome: Outcome | None, check_run: CheckRunReporter, world: World) -> None:
    """Note how it ended; None where it was ended while it waited."""
    match outcome:
        case None:
            await check_run.report_cancellation()
        case Review():
            await world.store.reviewed(job, outcome.urls, outcome.seen)
            await world.store.finish(job.name, ReviewState.DONE)
        case NotWanted():
            await world.store.finish(job.name, ReviewState.SKIPPED, outcome.reason)
        case HeadMoved():
            await world.store.finish(job.name, ReviewState.SUPERSEDED)
        case _:
            assert_never(outcome)


async def _is_admitted(job: ReviewJob, world: World) -> bool:
    """Wait until the repository has room; False if the review has ended meanwhile."""
    while True:
        admission = await world.store.start(job.name)
        match admission:
            case Admission.STARTED:
                return True
            case Admission.OVER:
                return False
            case Admission.FULL:
                await world.store.wait(job.name, check_words.NO_ROOM)
                await world.clock.sleep(TURN_SECONDS)
            case _:
                assert_never(admission)


async def _await_dead_writer(job: ReviewJob, world: World, *, since: float) -> None:
    """Wait until nothing can arrive any more of what a worker that died was writing: then it can be looked for.

    `since` is when this process began, in epoch seconds.
    """
    while (wait := await world.store.writing(job.name, since, UNDER_WAY)) > 0:
        await world.clock.sleep(wait)


@dataclass
class ReviewAttempts:
    """The tries of one review, in one process."""

    job: ReviewJob
    world: World
    check_run: CheckRunReporter
    _published: int = 0
    """How often this process came to its publishing, which numbers its steps: see `CheckRunReporter`."""

    async def run(self) -> Outcome | None:
        """Try, unless processes died of it too often; None if it ended while it waited."""
        life = self.world.life
        if life is not None and life.past.over:
            await self._give_up(life.past)
        return await self._try_until_done()

    async def _give_up(self, past: Past) -> None:
        """Nothing of the pull request is read any more, and its check run says so. Raises UserError."""
        for pause in PAUSES:
            try:
                await self.check_run.open()
                break
            except TransientError:
                await self.world.clock.sleep(pause)
            except KirejiError:
                break
        raise UserError(*end_words.ended_process(past.died[-1]))

    async def _try_until_done(self) -> Outcome | None:
        """Try until it is done, newer work makes it void, or waiting is no use."""
        unnamed_failures = 0
        for number in range(1, TRIES + NAMED_WAITS + 1):
            try:
                return await self._try()
            except TransientError as error:
                if error.retry_after is None:
                    unnamed_failures += 1
                    pause: float = PAUSES[min(unnamed_failures, len(PAUSES)) - 1]
                else:
                    pause = error.retry_after

                named_waits = number - unnamed_failures
                if unnamed_failures == TRIES or named_waits > NAMED_WAITS or pause > LONGEST_WAIT:
                    raise
                if not await self._pause(error, pause):
                    return None
        raise AssertionError("the last try returns or raises")

    async def _try(self) -> Outcome:
        """Read while the check run opens, which takes two round trips; then post, and close the check run."""
        reading = asyncio.ensure_future(read_pull(self.job, self.world))
        opening = asyncio.ensure_future(self._open_beside(reading))
        try:
            _, read = await asyncio.gather(opening, reading)
        except Exception:
            await _stop(reading)
            # Waited for, as the failure is reported there; cut off, it would stay open for ever.
            await asyncio.gather(opening, return_exceptions=True)
            raise
        except BaseException:
            await _stop(opening, reading)
            raise

        self._published += 1
        outcome = await publish(self.job, read, self.world, self._published, self.check_run.clear)
        await self.check_run.complete(outcome)
        return self.check_run.with_refusal(outcome)

    async def _open_beside(self, reading: asyncio.Future[Any]) -> None:
        """Open the check run; where that fails in passing, once more after the reading: calls cut off are paid twice."""
        try:
            await self.check_run.open()
        except TransientError:
            await asyncio.wait({reading})
            await self.check_run.open()

    async def _pause(self, error: TransientError, seconds: float) -> bool:
        """Wait, and say so, and until the repository has room again; False if the review has ended meanwhile."""
        until = self.world.clock.now() + timedelta(seconds=seconds)
        await self.world.store.wait(self.job.name, check_words.waiting_note(error, until))
        if seconds >= PAUSES[1]:  # a short one is over before anybody has read of it
            await self.check_run.report(waiting_report(error, until))

        await self.world.clock.sleep(seconds)
        return await _is_admitted(self.job, self.world)


async def _stop(*tasks: asyncio.Future[Any]) -> None:
    """Cancel what still runs and wait for its end, so that nothing is posted behind our back."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
