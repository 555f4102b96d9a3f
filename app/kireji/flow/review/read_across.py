"""Deep reviews: beside the chunks' calls, one of the better model that reads all files together."""

from dataclasses import replace

from kireji.core.chunks.chunk import Chunk
from kireji.core.findings.coverage import Reading
from kireji.core.models.catalogue import spec_of
from kireji.core.models.model_words import TOO_MUCH, TOO_MUCH_AT_ONCE
from kireji.core.prompts.prompt import Prompt
from kireji.core.wording.review_words import CUT_SHORT, TOO_LONG
from kireji.flow.review.read_chunk import ask_for_the_rest, judge
from kireji.ports import Model

# The same reasons where nothing was read in smaller pieces.
_AT_ONCE = {CUT_SHORT: TOO_LONG, TOO_MUCH: TOO_MUCH_AT_ONCE}


async def read_across(model: Model, asked: Prompt) -> Reading:
    """What it finds, with no chunk of its own; once more with twice the room, unthought, if the answer was cut or malformed.

    So it is where findings in the answer could not be used. What is more than the model can hold is no less of it the
    second time.
    """
    parsed, unread, again = judge(await model.ask(asked))
    if parsed is not None and parsed.rejected:
        parsed, _ = await ask_for_the_rest(model, asked, parsed)
    elif again and unread != TOO_MUCH:
        room = min(2 * asked.max_tokens, spec_of(model.name).max_output)
        parsed, unread, _ = judge(await model.ask(replace(asked, max_tokens=room, thinking=0)))
    if parsed is None:
        return Reading(Chunk((), 0), unread=_AT_ONCE.get(unread, unread))
    return Reading(Chunk((), 0), parsed.findings, rejected=parsed.rejected)
