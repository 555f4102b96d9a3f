"""A review's likely cost, found as a review finds it, but without a model to ask."""

from kireji.core.events.job import ReviewJob
from kireji.core.models.answer import Answer, Unanswered
from kireji.core.money.estimate import Estimate
from kireji.core.prompts.prompt import Prompt
from kireji.core.pulls.posting import HeadMoved, NotWanted
from kireji.errors import DefectError
from kireji.flow.review.prepare import Ready, prepare
from kireji.flow.world import World
from kireji.ports import ANYBODY, Caller


class Unasked:
    """A model that is only named."""

    def __init__(self, name: str) -> None:
        self.name = name

    async def ask(self, prompt: Prompt, caller: Caller = ANYBODY) -> Answer | Unanswered:  # noqa: ARG002 - a Model's
        """Nobody may. Raises DefectError."""
        raise DefectError(f"{self.name} is not to be asked")


async def estimate(job: ReviewJob, world: World) -> Estimate | NotWanted | HeadMoved:
    """Prepare the review and stop there."""
    ready = await prepare(job, world)
    if not isinstance(ready, Ready):
        return ready
    plan, files = ready.plan, ready.scope.reviewed
    left = dict.fromkeys(part.file.path for reading in plan.left for part in reading.chunk.parts)
    return Estimate(
        model=ready.world.model.name,
        depth=plan.depth,
        files=len(files),
        lines=sum(file.changed_lines for file in files),
        skipped=len(ready.scope.skipped),
        chunks=len(plan.chunks),
        usage=plan.usage,
        nanodollars=plan.estimate,
        left=tuple(left),
        left_chunks=len(plan.left),
        shortage=plan.shortage,
        unread=tuple(one.path for one in (*ready.scope.unread, *ready.scope.unproven)),
    )
