"""What the better model does in a deep review, beside the chunks' calls: it plans, and it reads all files together."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from kireji.core.chunks.chunk import Chunk
from kireji.core.chunks.depth import THINKING
from kireji.core.diff.unified import FileDiff
from kireji.core.findings.coverage import Reading
from kireji.core.models.catalogue import spec_of
from kireji.core.models.model_words import TOO_MUCH, TOO_MUCH_AT_ONCE
from kireji.core.prompts.plan import hints, parse_plan, question
from kireji.core.prompts.prompt import Prompt
from kireji.core.wording.review_words import CUT_SHORT, TOO_LONG
from kireji.flow.review.read_chunk import ask_for_the_rest, judge
from kireji.ports import Model

PLAN_TOKENS = 2_000
NO_CHUNK = Chunk((), 0)

# The same reasons where nothing was read in smaller pieces.
_AT_ONCE = {CUT_SHORT: TOO_LONG, TOO_MUCH: TOO_MUCH_AT_ONCE}


async def plan_ahead(
    model: Model, files: Sequence[FileDiff], scores: Mapping[str, int], brief: str
) -> Mapping[str, str]:
    """What to look for in which file, {} where the model says nothing of use: a plan only adds hints."""
    riskiest_first = sorted(files, key=lambda file: -scores.get(file.path, 0))
    outcome = await model.ask(question(riskiest_first, brief, PLAN_TOKENS, THINKING))

    return {} if outcome.whole_text is None else parse_plan(outcome.whole_text, files)


def with_hints(context: Callable[[Chunk], str], plan: Mapping[str, str]) -> Callable[[Chunk], str]:
    """The context of each chunk, and what the plan has its reader look for."""

    def both(chunk: Chunk) -> str:
        return "\n\n".join(filter(None, (context(chunk), hints(chunk, plan))))

    return both


async def read_across(model: Model, asked: Prompt) -> Reading:
    """What it finds, with no chunk of its own; once more with twice the room, unthought, if the answer was cut or malformed.

    So it is where findings in the answer could not be used. What is more than the model can hold is no less of it the
    second time.
    """
    judged = judge(await model.ask(asked))
    parsed = judged.parsed

    if parsed is not None and parsed.rejected:
        parsed, _ = await ask_for_the_rest(model, asked, parsed)
    elif judged.again and judged.unread != TOO_MUCH:
        room = min(2 * asked.max_tokens, spec_of(model.name).max_output)
        judged = judge(await model.ask(replace(asked, max_tokens=room, thinking=0)))
        parsed = judged.parsed

    if parsed is None:
        return Reading(NO_CHUNK, unread=_AT_ONCE.get(judged.unread, judged.unread))
    return Reading(NO_CHUNK, parsed.findings, rejected=parsed.rejected)
