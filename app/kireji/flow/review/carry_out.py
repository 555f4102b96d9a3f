"""A review's life around its path: admitted, tried, told while it waits, tried again, told how it ended.

Whatever process carries it out, and however often one dies, it goes on here from what the journal and the store know.
"""

import asyncio
import contextlib
import logging
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, assert_never

from kireji.core.events.job import ReviewJob
from kireji.core.formats.github import (
    check_report,
    failure_report,
    held_report,
    moved_report,
    skipped_report,
    waiting_report,
)
from kireji.core.operations.lifecycle import Admission, ReviewState
from kireji.core.operations.perils import Past
from kireji.core.pulls.posting import CheckReport, Conclusion, HeadMoved, NotWanted
from kireji.core.review.result import Review
from kireji.core.wording import denial_words, end_words, review_words
from kireji.errors import KirejiError, TransientError, UserError
from kireji.flow.memo import with_memory
from kireji.flow.review.publish import publish
from kireji.flow.review.read_pull import read_pull
from kireji.flow.world import LONGEST_WAIT, World
from kireji.ports import Caller, Journal

log = logging.getLogger("kireji.review")

Outcome = Review | NotWanted | HeadMoved

TURN_SECONDS = 1.0  # between two looks whether the repository has room
TRIES = 6  # of what fails without naming a time
NAMED_WAITS = 30  # of what does: a rate limit that is shared may be met again and again
# Waits after a passing failure, in seconds, where the service named none; a longer one than LONGEST_WAIT ends the review.
PAUSES = (10, 30, 120, 300, 600)
# Seconds that a dead worker's request may take; GitHub ends one after 10 (source: its page on troubleshooting the API).
UNDER_WAY = 12.0


async def carry_out(job: ReviewJob, journal: Journal, world: World) -> Outcome | None:
    """Carry out a review that the store knows; None if it has ended. Raises what ended it, once that is told and noted."""
    if not await _admitted(job, world):
        return None
    life = _Life(job, world, world.clock.now())
    caller = Caller(str(job.ref.installation or job.ref.repo), life.held)
    life.world = replace(await with_memory(world, job, caller), journal=journal)
    try:
        outcome = await (life.give_up(world.life.past) if world.life and world.life.past.over else life.tries())
    except asyncio.CancelledError:
        await life.leave()
        raise
    except Exception as error:  # hides nothing: told in the pull request, noted, then the caller's
        await life.tell(failure_report(error))
        await world.store.finish(
            job.name, ReviewState.FAILED, str(error) if isinstance(error, KirejiError) else "defect"
        )
        raise
    match outcome:
        case None:
            await life.leave()
        case Review():
            await world.store.reviewed(job, outcome.urls, outcome.seen)
            await world.store.finish(job.name, ReviewState.DONE)
        case NotWanted():
            await world.store.finish(job.name, ReviewState.SKIPPED, outcome.reason)
        case HeadMoved():
            await world.store.finish(job.name, ReviewState.SUPERSEDED)
        case _:
            assert_never(outcome)
    return outcome


async def _admitted(job: ReviewJob, world: World) -> bool:
    """Wait until the repository has room; False if the review has ended meanwhile."""
    while True:
        admission = await world.store.start(job.name)
        match admission:
            case Admission.STARTED:
                return True
            case Admission.OVER:
                return False
            case Admission.FULL:
                await world.store.wait(job.name, review_words.NO_ROOM)
                await world.clock.sleep(TURN_SECONDS)
            case _:
                assert_never(admission)


@dataclass
class _Life:
    """One review on its way, in one process since `begun`. `check` is the check run's id as soon as it is open.

    Once it is `_over`, no wait is told any more: a completed check run would be opened again.

    Steps are numbered by what was begun in this life: by tries they would be others after a crash, as reading is no
    step and may fail the one time and not the other.
    """

    job: ReviewJob
    world: World
    begun: datetime
    check: int | None = None
    _steps: Counter[str] = field(default_factory=Counter)
    _held_until: datetime | None = None
    _telling: asyncio.Task[None] | None = None
    _unwritten: UserError | None = None
    _over: bool = False

    async def tries(self) -> Outcome | None:
        """Try until it is done, newer work makes it void, or waiting is no use; None if it ended while it waited."""
        failures = 0
        for number in range(1, TRIES + NAMED_WAITS + 1):
            try:
                return await self._try()
            except TransientError as error:
                failures += error.retry_after is None
                pause = PAUSES[min(failures, len(PAUSES)) - 1] if error.retry_after is None else error.retry_after
                if failures == TRIES or number - failures > NAMED_WAITS or pause > LONGEST_WAIT:
                    raise
                if not await self._pause(error, pause):
                    return None
        raise AssertionError("the last try returns or raises")

    async def give_up(self, past: Past) -> None:
        """Its process died of it too often: nothing of the pull request is read any more, and that is told."""
        for pause in PAUSES:
            try:
                await self._open()
                break
            except TransientError:
                await self.world.clock.sleep(pause)
            except KirejiError:
                break
        raise UserError(*end_words.ended_process(past.died[-1]))

    async def _try(self) -> Outcome:
        """Read while the check run opens, which takes two round trips; then post, and close the check run."""
        reading = asyncio.ensure_future(read_pull(self.job, self.world))
        opening = asyncio.ensure_future(self._opened(reading))
        try:
            _, read = await asyncio.gather(opening, reading)
        except Exception:
            await _stopped(reading)
            await asyncio.gather(
                opening, return_exceptions=True
            )  # where to tell it; cut off, it would stay open for ever
            raise
        except BaseException:
            await _stopped(opening, reading)
            raise
        outcome = await publish(self.job, read, self.world, self._next("publish"), self._clear)
        await self._close(outcome)
        return self._noted(outcome)

    async def _opened(self, reading: asyncio.Future[Any]) -> None:
        """Open the check run; where that fails in passing, once more after the reading: calls cut off are paid twice."""
        try:
            await self._open()
        except TransientError:
            await asyncio.wait({reading})
            await self._open()

    def _next(self, step: str) -> int:
        """The number of the next step of this kind."""
        self._steps[step] += 1
        return self._steps[step]

    async def _clear(self) -> None:
        """Wait until nothing can arrive any more of what a worker that died was writing: then it can be looked for."""
        while (wait := await self.world.store.writing(self.job.name, self.begun.timestamp(), UNDER_WAY)) > 0:
            await self.world.clock.sleep(wait)

    async def _open(self) -> None:
        """Open the check run, unless an earlier try did.

        Where GitHub allows none the review goes on only if it is shown elsewhere: else nothing would say what was not read.
        """
        if self.check is not None or self._unwritten is not None:
            return
        job, forge = self.job, self.world.forge
        report = CheckReport(*review_words.READING)

        async def open_it() -> int:
            await self._clear()
            # KnownSecrets at once: a review that is cancelled within this step gets no result of it, and must close the run.
            self.check = await forge.open_check(job.ref, job.head_sha, job.name, report)
            return self.check

        try:
            self.check = await self.world.journal.step(f"open check {self._next('open')}", open_it, int)
        except UserError as error:
            if not self.world.shows:
                raise
            self._leave_unwritten(error)
            return
        await self.world.store.opened_check(job.name, self.check)

    async def _pause(self, error: TransientError, seconds: float) -> bool:
        """Wait, and say so, and until the repository has room again; False if the review has ended meanwhile."""
        until = self.world.clock.now() + timedelta(seconds=seconds)
        await self.world.store.wait(self.job.name, review_words.waiting_note(error, until))
        if seconds >= PAUSES[1]:  # a short one is over before anybody has read of it
            await self.tell(waiting_report(error, until))
        await self.world.clock.sleep(seconds)
        return await _admitted(self.job, self.world)

    def held(self, until: datetime) -> None:
        """The model's rate limit holds the review back: say so, once a wait. See `Caller.held`."""
        told = self._held_until is not None and self.world.clock.now() < self._held_until
        if self.check is not None and not told and not self._over:
            self._held_until = until
            self._telling = asyncio.ensure_future(self._update(held_report(until)))

    async def _told(self) -> None:
        """Wait until that is said: said after what comes next, it would be the last word."""
        if self._telling is not None:
            await asyncio.wait({self._telling})

    async def _close(self, outcome: Outcome) -> None:
        """Close the check run with what came of it."""
        match outcome:
            case Review():
                report = check_report(outcome)
            case NotWanted():
                report = skipped_report(outcome)
            case HeadMoved():
                report = moved_report(outcome, self.job.head_sha)
            case _:
                assert_never(outcome)
        await self._told()
        check, update = self.check, self.world.forge.update_check
        if check is not None:
            name = f"close check {self._next('close')}"
            try:
                await self.world.journal.step(name, lambda: update(self.job.ref, check, report), None)
            except UserError as error:  # the comments are posted: that is a review, if one without its report
                self._leave_unwritten(error)
            else:
                await self._closed(report)

    def _leave_unwritten(self, error: UserError) -> None:
        """GitHub refuses the check run, which costs nothing but the check run."""
        self._unwritten = error
        log.warning("review %s goes on without its check run: %s %s", self.job.name, error, error.remedy)

    def _noted(self, outcome: Outcome) -> Outcome:
        """With a word on the check run that is missing, for whoever shows it."""
        if self._unwritten is None or isinstance(outcome, HeadMoved):
            return outcome
        note = denial_words.no_check(str(self._unwritten), self._unwritten.remedy)
        if isinstance(outcome, Review):
            return outcome.with_note(note)
        return replace(outcome, notes=(note, *outcome.notes))

    async def leave(self) -> None:
        """Cancelled, by newer work or by a person: say so. Else another process will go on with it."""
        self._over = True
        await self._told()
        newer = await self.world.store.newer_head(self.job)
        if newer is not None:
            await self.tell(moved_report(HeadMoved(newer), self.job.head_sha))
        elif (note := await self.world.store.cancelled(self.job.name)) is not None:
            await self.tell(CheckReport(*review_words.cancelled(note), conclusion=Conclusion.CANCELLED))

    async def tell(self, report: CheckReport) -> None:
        """Change the check run, if there is one; what went wrong before counts more than a failure in telling it."""
        self._over |= report.conclusion is not None
        await self._told()
        await self._update(report)

    async def _update(self, report: CheckReport) -> None:
        if self.check is None:
            return
        with contextlib.suppress(KirejiError):
            await self.world.forge.update_check(self.job.ref, self.check, report)
            await self._closed(report)

    async def _closed(self, report: CheckReport) -> None:
        if report.conclusion is not None:
            self._over = True
            await self.world.store.closed_check(self.job.name, report.conclusion)


async def _stopped(*tasks: asyncio.Future[Any]) -> None:
    """Cancel what still runs and wait for its end, so that nothing is posted behind our back."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
