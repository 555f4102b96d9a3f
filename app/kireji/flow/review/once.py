"""A review by a process that does nothing else: a command, a script. It is read once, and shown before it is posted."""

from collections.abc import Callable
from dataclasses import replace

from kireji.core.events.job import Ask, ReviewJob
from kireji.core.pulls.posting import HeadMoved, NotWanted
from kireji.core.pulls.pull import PullRef
from kireji.core.review.result import Review
from kireji.flow.memo import RememberingModel
from kireji.flow.review.publish import publish
from kireji.flow.review.read_pull import Read, read_pull
from kireji.flow.watch import WatchedModel
from kireji.flow.world import World
from kireji.ports import Model

See = Callable[[int, int], None]


def unseen(_asked: int, _answered: int) -> None:
    """For those who do not watch."""


async def job_now(ref: PullRef, world: World, paths: tuple[str, ...] = ()) -> ReviewJob:
    """The job to read a pull request's head as it is now, for somebody who asks for it, and of it these paths."""
    head = await world.forge.pull_head(ref)
    return ReviewJob(ref, head.sha, again=True, ask=Ask(forced=True, paths=paths))


async def read_once(job: ReviewJob, world: World, see: See = unseen) -> Read | NotWanted | HeadMoved:
    """Read it; `see` is told how many questions were asked of the model and how many are answered. Nobody sees it yet."""
    counts = [0, 0]

    def watched(model: Model) -> Model:
        remembering = RememberingModel(model, world.store, world.clock, job.ref.repo, job.name)
        return WatchedModel(remembering, see, counts)

    models = world.models
    watching = replace(
        world,
        model=watched(world.model),
        models=None if models is None else lambda name: watched(models(name)),
    )
    return await read_pull(job, watching)


async def post(job: ReviewJob, read: Read, world: World) -> Review | NotWanted | HeadMoved:
    """Post what was read, comments and all but the check run, which only an App may make."""

    async def clear() -> None:
        """Nothing of this review can be on its way from elsewhere."""

    return await publish(job, read, world, 1, clear)
