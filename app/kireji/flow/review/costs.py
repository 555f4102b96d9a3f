"""What reading a change is likely to cost, chunk by chunk, before anything is asked."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kireji.core.chunks.chunk import Chunk
from kireji.core.chunks.depth import Depth, chunk_risk, thinking_tokens
from kireji.core.diff.unified import FileDiff
from kireji.core.models.catalogue import ModelSpec, Usage, spec_of
from kireji.core.money.prices import (
    PromptSize,
    SecondReader,
    price_across,
    price_plan,
    price_readings,
)
from kireji.core.prompts import across
from kireji.core.prompts.plan import RULES as PLAN_RULES
from kireji.core.prompts.prompt import ANSWER_SCHEMA, RULES, Prompt, prompt
from kireji.flow.memo import RememberingModel
from kireji.flow.setup import ReviewSetup
from kireji.flow.world import World
from kireji.ports import Model

WARM_SECONDS = 240.0  # an entry of the prompt cache lives for five minutes


@dataclass(frozen=True, slots=True)
class Briefing:
    """What the readers of a change are given."""

    chunks: Sequence[Chunk]
    """The change, cut into what one call reads."""
    scores: dict[str, int]
    """The risk of each file, by its path."""
    brief: str
    """What every reader is told."""
    context: Callable[[Chunk], str]
    """The code around a chunk, for its reader."""
    author: str = ""
    """Whose pull request it is."""

    @property
    def files(self) -> list[FileDiff]:
        """The files that the chunks are of, each once."""
        files = dict[int, FileDiff]()
        for chunk in self.chunks:
            files |= {id(part.file): part.file for part in chunk.parts}
        return list(files.values())


@dataclass(frozen=True, slots=True)
class PlannedChunk:
    """A chunk, with how it is read and what that is likely to cost."""

    number: int
    """Its place in the change."""
    chunk: Chunk
    thinking: int
    """Tokens of thought for its reader."""
    nanodollars: int
    """The price of reading it; nothing, if its answer is remembered."""
    usage: Usage
    """All tokens that reading it takes."""
    remembered: bool
    """Whether its answer was paid for already."""


@dataclass(frozen=True, slots=True)
class ReviewOption:
    """One way to do the review."""

    count: int
    """How many of the chunks are read, the riskiest first."""
    nanodollars: int
    """What that is likely to cost."""


@dataclass(frozen=True, slots=True)
class LikelyCosts:
    """What a review is likely to cost, in nanodollars."""

    chunks: Sequence[PlannedChunk]
    """All chunks, the riskiest first."""
    opening: int
    """What is paid once, whatever is read: the cache, the plan, the second reader's thought."""
    written: int
    """The tokens that the first call writes into the cache and the others read there."""
    across: int = 0
    """What reading all files together costs; 0 where nobody does or the answer is remembered."""

    def usage(self, chunks: Sequence[PlannedChunk]) -> Usage:
        """The tokens of reading these chunks."""
        asked = [planned.usage for planned in chunks if not planned.remembered]
        opening = Usage(0, 0, self.written, -self.written) if asked else Usage()
        return sum(asked, opening)

    @property
    def options(self) -> Sequence[ReviewOption]:
        """All chunks, all but the least risky one, and so on down to the riskiest alone.

        Where all files are read together as well, that comes first, and is the first that a budget takes away.
        """
        total = 0
        cheapest_first = list[ReviewOption]()
        for count, planned in enumerate(self.chunks, start=1):
            total += planned.nanodollars
            cheapest_first.append(ReviewOption(count, total + self.opening if total else 0))

        options = cheapest_first[::-1] or [ReviewOption(0, 0)]
        if not self.across:
            return options
        everything = ReviewOption(len(self.chunks), options[0].nanodollars + self.across)
        return [everything, *options]


async def estimate_costs(
    briefing: Briefing, setup: ReviewSetup, world: World, *, depth: Depth, together: Prompt | None, verified: bool
) -> LikelyCosts:
    """What a review of this depth is likely to cost, of its chunks each.

    `together` is what the better model is asked about all files; `verified`: a second reader holds the findings to the code.
    """
    spec = setup.spec
    warm = await world.store.warm(spec.name, world.clock.now().timestamp() - WARM_SECONDS)
    thoughts = [thinking_tokens(depth, chunk_risk(chunk, briefing.scores)) for chunk in briefing.chunks]
    prompts, questions = await asyncio.to_thread(_prompts, briefing, thoughts, setup.limits.output_tokens)

    deep = spec_of(setup.deep.name) if depth is Depth.DEEP and setup.deep is not None else None
    second = SecondReader((deep or spec) if verified else None, thinks=depth is not Depth.FAST)
    prices = price_readings(
        questions, len(RULES) + len(str(ANSWER_SCHEMA)), len(briefing.brief), spec, second, warm=warm
    )

    opening = prices.opening
    if deep is not None:
        opening += price_plan(questions, len(briefing.scores), len(PLAN_RULES), len(briefing.brief), deep)

    remembered = await _remembered(prompts, setup.model)
    rows = zip(briefing.chunks, thoughts, prices.chunks, prices.usages, remembered, strict=True)
    chunks = [
        PlannedChunk(number, chunk, thought, 0 if known else nanodollars, usage, known)
        for number, (chunk, thought, nanodollars, usage, known) in enumerate(rows)
    ]
    riskiest_first = sorted(chunks, key=lambda planned: -chunk_risk(planned.chunk, briefing.scores))
    return LikelyCosts(riskiest_first, opening, prices.written, await _across(together, deep, briefing, setup))


def _prompts(briefing: Briefing, thoughts: Sequence[int], room: int) -> tuple[list[Prompt], list[PromptSize]]:
    """What is asked about each chunk, and how much that is. Of a large change it takes seconds."""
    prompts = list[Prompt]()
    questions = list[PromptSize]()
    for chunk, thought in zip(briefing.chunks, thoughts, strict=True):
        asked = prompt(chunk, briefing.brief, room, thought, briefing.context(chunk))
        prompts.append(asked)
        questions.append(PromptSize(len(asked.question), chunk.changed_lines, asked.thinking))
    return prompts, questions


async def _across(together: Prompt | None, spec: ModelSpec | None, briefing: Briefing, setup: ReviewSetup) -> int:
    """What reading all files together is likely to cost."""
    if together is None or spec is None or setup.deep is None:
        return 0
    (known,) = await _remembered((together,), setup.deep)
    if known:
        return 0
    rules = len(across.RULES) + len(str(ANSWER_SCHEMA))
    return price_across(len(together.question), rules, len(briefing.brief), spec)


async def _remembered(prompts: Sequence[Prompt], model: Model) -> Sequence[bool]:
    """Which answers were paid for."""
    return await model.knows(prompts) if isinstance(model, RememberingModel) else [False] * len(prompts)
