"""A workflow's event -> the step done: the same path as the App's, in one run, with the workflow's own token."""

import asyncio
import logging
import signal
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import assert_never

from pydantic_core import from_json

from kireji.core.events.happened import CommentWritten
from kireji.core.events.job import CloseJob, Errand, Job, ReviewJob, ReviewRequest
from kireji.core.formats.report import ReviewReport, ReviewSubject
from kireji.core.formats.table import FORMATS
from kireji.core.policy.steering import base_files
from kireji.core.pulls.people import CommentRef
from kireji.core.pulls.posting import HeadMoved, NotWanted
from kireji.core.pulls.pull import PullRef
from kireji.core.review.result import Review
from kireji.core.wording import action_words, check_words, denial_words
from kireji.entry.action.page import Page
from kireji.entry.action.queue import answer_queue
from kireji.entry.action.trigger import DISPATCH, QUEUE, Trigger, outputs, without_key
from kireji.errors import SettingsError, UserError
from kireji.flow.errands.errand import run_errand
from kireji.flow.errands.runner import Runner
from kireji.flow.hear import hear
from kireji.flow.memo import with_memory
from kireji.flow.review.carry_out import carry_out
from kireji.flow.review.check_run import Outcome
from kireji.flow.review.read_pull import UnpostedReview, read_pull
from kireji.settings.action import ActionSettings
from kireji.version import own_version
from kireji.wiring import once

log = logging.getLogger("kireji.action")

WRITTEN = {"json": "review.json", "sarif": "review.sarif"}


async def act(settings: ActionSettings, page: Page) -> int:
    """Do what the event asks for; the step's exit status. Raises KirejiError for what people must mend."""
    trigger = _trigger(settings)
    if trigger.event == QUEUE:
        return await answer_queue(settings, trigger, page)
    if settings.review is None:
        return _no_key(trigger, settings, page)

    _end_when_told()
    parts = once.build_action(settings, settings.review, page.mask, from_fork=trigger.from_fork)
    step = _Step(settings, trigger, parts, page)

    try:
        for job in await step.jobs():
            await step.do(job)
    finally:  # also where it failed: what was paid for is not paid for again
        if parts.store.save(parts.world.clock.now()):
            page.outputs({"remembered": "true"})
    return step.end()


def _end_when_told() -> None:
    """Let the check run say so when the run is cancelled. The runner sends SIGINT, and SIGTERM 7.5 seconds later."""
    loop = asyncio.get_running_loop()
    task = asyncio.current_task()

    def end() -> None:
        if task is not None and not task.cancelling():  # the second signal must not cut off what the first one began
            task.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, end)


def _trigger(settings: ActionSettings) -> Trigger:
    try:
        payload: object = from_json(settings.event_file.read_bytes())
    except (OSError, ValueError) as error:
        raise SettingsError((f"the event's file {settings.event_file} cannot be read: {error}",)) from None
    return Trigger(settings.event, payload if isinstance(payload, dict) else {}, settings.run)


def _no_key(trigger: Trigger, settings: ActionSettings, page: Page) -> int:
    """Say why nothing is read. A comment that asks for nothing needs no word."""
    why, mistaken = without_key(trigger, settings.actor, signin=settings.half_signin)
    if mistaken:
        page.say_errors((why,))
        return 2
    page.summary(f"### Kireji\n\n{why}")
    page.outputs(outputs(None, {}))
    return 0


@dataclass
class _Step:
    """One run on its way. `outcome` is the last review's."""

    settings: ActionSettings
    trigger: Trigger
    parts: once.ActionParts
    page: Page
    outcome: Outcome | None = None
    subject: ReviewSubject = field(default_factory=lambda: ReviewSubject(""))

    async def jobs(self) -> Sequence[Job]:
        """What the event asks for; for `workflow_dispatch` the pull request that its input names."""
        if self.trigger.event == DISPATCH:
            return [await self._dispatched()]
        if self.trigger.delivery is None:
            raise SettingsError(
                (f"Kireji does nothing on `{self.trigger.event}`; deploy/action.md names the events that it knows",)
            )
        found = hear(self.trigger.delivery)
        # The run's number makes the review's name: unlike a count it needs nobody to remember it, and it grows.
        return [replace(job, generation=self.trigger.run) if isinstance(job, ReviewJob) else job for job in found]

    async def _dispatched(self) -> ReviewJob:
        number = self.settings.number
        if number is None:
            raise SettingsError(("pull-request is empty: on workflow_dispatch it must be the pull request's number",))
        ref = PullRef(self.settings.repository, number, repo_id=self.settings.repository_id)
        world = self.parts.world
        opened = await world.forge.look(ref, base_files(world.overrides))
        ask = ReviewRequest(self.settings.actor, forced=True)
        return ReviewJob(ref, opened.pull.head_sha, self.trigger.run, again=True, ask=ask)

    async def do(self, job: Job) -> None:
        """Do one job, and what it wants reviewed."""
        match job:
            case ReviewJob():
                await self._review(job)
            case Errand():
                await self._errand(job)
            case CloseJob():
                pass  # nothing of this run is under way
            case _:
                assert_never(job)

        while self.parts.review_queue.wanted:
            await self._review(self.parts.review_queue.wanted.pop(0))

    async def _review(self, job: ReviewJob) -> None:
        world = self.parts.world
        self.subject = ReviewSubject(
            f"{job.ref.repo}#{job.ref.number}", repository=f"{self.settings.server_url}/{job.ref.repo}"
        )
        if self.trigger.from_fork:  # its token may not write: the review is in the step's summary and annotations
            read = await read_pull(job, await with_memory(world, job))
            self.outcome = read.review if isinstance(read, UnpostedReview) else read
        else:
            self.outcome = await carry_out(job, world.journal, world)

    async def _errand(self, errand: Errand) -> None:
        world = self.parts.world
        event = errand.event
        runner = Runner(world, self.parts.review_queue, world.journal, f"run-{self.trigger.run}", "kireji")

        try:
            await run_errand(errand, runner)
        except UserError as error:
            if not isinstance(event, CommentWritten):
                raise
            place = CommentRef(event.id, event.place, event.reply_to)
            await world.forge.reply(event.ref, place, f"{error} {error.remedy}", f"failed {runner.cause}")

    def end(self) -> int:
        """Tell what came of it; the exit status."""
        outcome = self.outcome
        page = self.page
        page.say_warnings((*self.parts.warnings, *self.parts.refusals))

        match outcome:
            case Review():
                self._tell(outcome)
            case NotWanted():
                page.summary("\n\n".join(("### Kireji", check_words.not_reviewed(outcome.reason)[0], *outcome.notes)))
            case HeadMoved():
                page.summary(f"### Kireji\n\n{check_words.superseded(outcome.head_sha, '')[0]}")
            case None:
                page.summary("\n\n".join(("### Kireji", *(self.parts.refusals or [action_words.NOTHING_ASKED]))))
            case _:
                assert_never(outcome)

        files = {name: str(self.settings.folder / file) for name, file in WRITTEN.items()}
        page.outputs(outputs(outcome, files))
        return int(isinstance(outcome, Review) and self._failed(outcome))

    def _failed(self, review: Review) -> bool:
        """Whether the step is to be red: also where comments are missing that somebody in the repository can have back."""
        refused = review.denial
        if refused is None or not refused.asks_for_action:
            return review.fails or review.coverage.nothing
        self.page.say_errors((f"{denial_words.not_posted(refused)} {refused.remedy}",))
        return True

    def _tell(self, review: Review) -> None:
        report = ReviewReport(review, self.subject, own_version())
        self.settings.folder.mkdir(parents=True, exist_ok=True)
        for name, file in WRITTEN.items():
            (self.settings.folder / file).write_text(FORMATS[name](report), "utf-8")
        self.page.summary(FORMATS["markdown"](report))
        self.page.quote(FORMATS["terminal"](report))
        if self.trigger.from_fork:
            self.page.command(FORMATS["github"](report))
