"""A review by a process that does nothing else: a command, a script. It is read once, and shown before it is posted."""

from collections.abc import Callable
from dataclasses import dataclass, field

from kireji.core.events.job import ReviewJob, ReviewRequest
from kireji.core.models.answer import Outcome
from kireji.core.prompts.prompt import Prompt
from kireji.core.pulls.posting import HeadMoved, NotWanted
from kireji.core.pulls.pull import PullRef
from kireji.core.review.result import Review
from kireji.flow.memo import RememberingModel
from kireji.flow.review.publish import publish
from kireji.flow.review.read_pull import UnpostedReview, read_pull
from kireji.flow.world import World
from kireji.ports import ANYBODY, Caller, Model

Watcher = Callable[[int, int], None]
"""Is told how many questions were asked of the model so far, and how many of them are answered."""


def unseen(_asked: int, _answered: int) -> None:
    """For those who do not watch."""


async def job_now(ref: PullRef, world: World, paths: tuple[str, ...] = ()) -> ReviewJob:
    """The job to read a pull request's head as it is now, for somebody who asks for it, and of it these paths."""
    head = await world.forge.pull_head(ref)
    return ReviewJob(ref, head.sha, again=True, ask=ReviewRequest(forced=True, paths=paths))


async def read_once(job: ReviewJob, world: World, watcher: Watcher = unseen) -> UnpostedReview | NotWanted | HeadMoved:
    """Read it, while somebody watches. Nobody sees the review yet."""
    progress = _Progress(watcher)

    def watched(model: Model) -> Model:
        remembering = RememberingModel(model, world.store, world.clock, job.ref.repo, job.name)
        return _WatchedModel(remembering, progress)

    return await read_pull(job, world.with_each_model(watched))


async def post(job: ReviewJob, read: UnpostedReview, world: World) -> Review | NotWanted | HeadMoved:
    """Post what was read, comments and all but the check run, which only an App may make."""

    async def clear() -> None:
        """Nothing of this review can be on its way from elsewhere."""

    return await publish(job, read, world, 1, clear)


@dataclass(slots=True)
class _Progress:
    """How far a review's questions are, all its models together."""

    watcher: Watcher
    asked: int = 0
    answered: int = 0

    def report(self) -> None:
        self.watcher(self.asked, self.answered)


@dataclass(slots=True)
class _WatchedModel:
    """A Model that reports every question and every answer."""

    model: Model
    progress: _Progress = field(repr=False)

    @property
    def name(self) -> str:
        return self.model.name

    async def ask(self, prompt: Prompt, caller: Caller = ANYBODY) -> Outcome:
        self.progress.asked += 1
        self.progress.report()

        outcome = await self.model.ask(prompt, caller)

        self.progress.answered += 1
        self.progress.report()
        return outcome
