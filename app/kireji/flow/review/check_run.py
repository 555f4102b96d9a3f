"""A review's check run: opened, changed while the review waits, completed with what came of it.

Reports are sent one after the other: what is under way arrives before the next one, and nothing after the last.
"""

import asyncio
import contextlib
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import assert_never

from kireji.core.events.job import ReviewJob
from kireji.core.formats.github import check_report, held_report, moved_report, skipped_report
from kireji.core.pulls.posting import CheckReport, Conclusion, HeadMoved, NotWanted
from kireji.core.review.result import Review
from kireji.core.wording import check_words, denial_words
from kireji.errors import KirejiError, UserError
from kireji.flow.world import World

log = logging.getLogger("kireji.review")

Outcome = Review | NotWanted | HeadMoved


@dataclass
class CheckRunReporter:
    """The check run of one review, in one process.

    Its steps are numbered by what was begun in this process: by tries they would be others after a crash, as reading is no
    step and may fail the one time and not the other.
    """

    job: ReviewJob
    world: World
    clear: Callable[[], Awaitable[None]]
    """Waits until nothing can arrive any more of what a worker that died was writing."""
    _check: int | None = None
    """The check run's id, as soon as it is open."""
    _refusal: UserError | None = None
    """Why GitHub has no check run of this review, or has it without its end."""
    _over: bool = False
    """Whether it is completed, or about to be: no wait is reported any more, as that would open it again."""
    _steps: Counter[str] = field(default_factory=Counter)
    _held_until: datetime | None = None
    _reporting_hold: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Open the check run, unless an earlier try did.

        Where GitHub allows none the review goes on only if it is shown elsewhere: else nothing would say what was not read.
        """
        if self._check is not None or self._refusal is not None:
            return
        report = CheckReport(*check_words.READING)

        async def open_check() -> int:
            await self.clear()
            # Known at once: a review that is cancelled within this step gets no result of it, and must close the run.
            self._check = await self.world.forge.open_check(self.job.ref, self.job.head_sha, self.job.name, report)
            return self._check

        name = f"open check {self._number_step('open')}"
        try:
            self._check = await self.world.journal.step(name, open_check, int)
        except UserError as error:
            if not self.world.shows:
                raise
            self._go_on_without(error)
            return
        await self.world.store.opened_check(self.job.name, self._check)

    def report_hold(self, until: datetime) -> None:
        """The model's rate limit holds the review back: say so, once a wait. See `Caller.held`."""
        reported = self._held_until is not None and self.world.clock.now() < self._held_until
        if self._check is not None and not reported and not self._over:
            self._held_until = until
            self._reporting_hold = asyncio.ensure_future(self._update(held_report(until)))

    async def report(self, report: CheckReport) -> None:
        """Change the check run, if there is one; what went wrong before counts more than a failure in reporting it."""
        self._over |= report.conclusion is not None
        await self._await_hold_report()
        await self._update(report)

    async def report_cancellation(self) -> None:
        """Cancelled, by newer work or by a person: say so. Else another process will go on with it."""
        self._over = True
        await self._await_hold_report()

        newer = await self.world.store.newer_head(self.job)
        if newer is not None:
            await self.report(moved_report(HeadMoved(newer), self.job.head_sha))
            return
        note = await self.world.store.cancelled(self.job.name)
        if note is not None:
            await self.report(CheckReport(*check_words.cancelled(note), conclusion=Conclusion.CANCELLED))

    async def complete(self, outcome: Outcome) -> None:
        """Close the check run with what came of the review."""
        report = self._final_report(outcome)
        await self._await_hold_report()
        check = self._check
        if check is None:
            return

        async def close_check() -> None:
            await self.world.forge.update_check(self.job.ref, check, report)

        name = f"close check {self._number_step('close')}"
        try:
            await self.world.journal.step(name, close_check, None)
        except UserError as error:  # the comments are posted: that is a review, if one without its report
            self._go_on_without(error)
        else:
            await self._note_end(report)

    def with_refusal(self, outcome: Outcome) -> Outcome:
        """With a word on the check run that is missing, for whoever shows the outcome."""
        if self._refusal is None or isinstance(outcome, HeadMoved):
            return outcome
        note = denial_words.no_check(str(self._refusal), self._refusal.remedy)
        if isinstance(outcome, Review):
            return outcome.with_note(note)
        return replace(outcome, notes=(note, *outcome.notes))

    def _final_report(self, outcome: Outcome) -> CheckReport:
        match outcome:
            case Review():
                return check_report(outcome)
            case NotWanted():
                return skipped_report(outcome)
            case HeadMoved():
                return moved_report(outcome, self.job.head_sha)
            case _:
                assert_never(outcome)

    def _number_step(self, kind: str) -> int:
        """The number of the next step of this kind."""
        self._steps[kind] += 1
        return self._steps[kind]

    def _go_on_without(self, error: UserError) -> None:
        """GitHub refuses the check run, which costs nothing but the check run."""
        self._refusal = error
        log.warning("review %s goes on without its check run: %s %s", self.job.name, error, error.remedy)

    async def _await_hold_report(self) -> None:
        """Wait until it has arrived: after what comes next, it would have the last word."""
        if self._reporting_hold is not None:
            await asyncio.wait({self._reporting_hold})

    async def _update(self, report: CheckReport) -> None:
        if self._check is None:
            return
        with contextlib.suppress(KirejiError):
            await self.world.forge.update_check(self.job.ref, self._check, report)
            await self._note_end(report)

    async def _note_end(self, report: CheckReport) -> None:
        if report.conclusion is not None:
            self._over = True
            await self.world.store.closed_check(self.job.name, report.conclusion)
