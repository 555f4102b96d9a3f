"""A review's likely cost, found as a review finds it, but without a model to ask."""

from kireji.core.events.job import ReviewJob
from kireji.core.models.answer import Outcome
from kireji.core.money.estimate import Estimate
from kireji.core.prompts.prompt import Prompt
from kireji.core.pulls.posting import HeadMoved, NotWanted
from kireji.errors import DefectError
from kireji.flow.review.prepare import PreparedReview, prepare
from kireji.flow.world import World
from kireji.ports import ANYBODY, Caller


class Unasked:
    """A model that is only named."""

    def __init__(self, name: str) -> None:
        self.name = name

    async def ask(self, prompt: Prompt, caller: Caller = ANYBODY) -> Outcome:  # noqa: ARG002 - a Model's
        """Nobody may. Raises DefectError."""
        raise DefectError(f"{self.name} is not to be asked")


async def estimate(job: ReviewJob, world: World) -> Estimate | NotWanted | HeadMoved:
    """Prepare the review and stop there."""
    ready = await prepare(job, world)
    if not isinstance(ready, PreparedReview):
        return ready
    plan = ready.plan
    scope = ready.material.scope

    paths_left = dict[str, None]()
    for reading in plan.left:
        paths_left |= dict.fromkeys(part.file.path for part in reading.chunk.parts)

    return Estimate(
        model=ready.setup.model.name,
        depth=plan.depth,
        files=len(scope.reviewed),
        lines=sum(file.changed_lines for file in scope.reviewed),
        skipped=len(scope.skipped),
        chunks=len(plan.chunks),
        usage=plan.usage,
        nanodollars=plan.estimate,
        left=tuple(paths_left),
        left_chunks=len(plan.left),
        shortage=plan.shortage,
        unread=tuple(missed.path for missed in (*scope.unread, *scope.unproven)),
    )
