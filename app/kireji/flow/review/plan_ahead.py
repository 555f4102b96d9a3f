"""Deep reviews begin with a plan by the better model. Without one they go on: it only adds hints."""

from collections.abc import Callable, Mapping, Sequence

from kireji.core.chunks.chunk import Chunk
from kireji.core.chunks.depth import THINKING
from kireji.core.diff.unified import FileDiff
from kireji.core.prompts.plan import hints, parse_plan, question
from kireji.ports import Model

PLAN_TOKENS = 2_000


async def plan_ahead(
    model: Model, files: Sequence[FileDiff], scores: Mapping[str, int], brief: str
) -> Mapping[str, str]:
    """What to look for in which file, {} where the model says nothing of use."""
    order = sorted(files, key=lambda file: -scores.get(file.path, 0))
    outcome = await model.ask(question(order, brief, PLAN_TOKENS, THINKING))
    return {} if outcome.whole_text is None else parse_plan(outcome.whole_text, files)


def with_hints(context: Callable[[Chunk], str], plan: Mapping[str, str]) -> Callable[[Chunk], str]:
    """The context of each chunk, and what the plan has its reader look for."""

    def both(chunk: Chunk) -> str:
        return "\n\n".join(filter(None, (context(chunk), hints(chunk, plan))))

    return both
