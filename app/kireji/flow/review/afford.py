"""How deep a review goes and how much of it the budgets have room for, before anything is asked."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from kireji.core.chunks import depth as depths
from kireji.core.chunks.chunk import Chunk
from kireji.core.chunks.depth import THINKING, Depth, chunk_risk, thinking_tokens
from kireji.core.events.job import Ask, ReviewJob
from kireji.core.findings.coverage import Reading
from kireji.core.models.catalogue import MODELS, ModelSpec, Usage, spec_of
from kireji.core.money.budget import (
    Grant,
    Period,
    ReviewExtent,
    Shortage,
    SpendingLimits,
    make_claim,
)
from kireji.core.money.ledger import NANO
from kireji.core.money.prices import PromptSize, SecondReader, price_across, price_plan, price_readings
from kireji.core.policy.reading import Policy
from kireji.core.prompts import across
from kireji.core.prompts.plan import RULES as PLAN_RULES
from kireji.core.prompts.prompt import ANSWER_SCHEMA, RULES, Prompt, prompt
from kireji.core.pulls.people import Permission
from kireji.core.wording import money_words
from kireji.flow.memo import RememberingModel
from kireji.flow.world import World
from kireji.ports import Model

log = logging.getLogger("kireji.budget")

NONE = Usage()
WARM_SECONDS = 240.0  # an entry of the prompt cache lives for five minutes


@dataclass(frozen=True, slots=True)
class Asking:
    """What a chunk is asked about with: the brief, and each chunk's context; and whose pull request it is."""

    brief: str
    context: Callable[[Chunk], str]
    author: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What of a review is done. `left` are the chunks that there is no money for; `estimate` is in nanodollars.

    `thinking` has the tokens of thought for each of `chunks`, `usage` all tokens that reading them is likely to take.
    `across` is what the better model is asked about all files together, `apart` whose budget had no room for that.
    """

    depth: Depth
    chunks: tuple[Chunk, ...]
    thinking: tuple[int, ...]
    estimate: int
    left: tuple[Reading, ...] = ()
    shortage: Shortage | None = None
    usage: Usage = NONE
    across: Prompt | None = None
    apart: Period | None = None

    @property
    def asks(self) -> bool:
        """Whether there is money to ask anything."""
        return bool(self.chunks) or self.shortage is None

    def notes(self, world: World, ask: Ask) -> tuple[str, ...]:
        """What the check run says of it, in paragraphs of Markdown."""
        said = [] if self.shortage is None else [money_words.shortage_note(self.shortage)]
        if self.apart is not None and self.chunks:
            said.append(money_words.not_together(self.apart))
        if ask.deep and world.deep is None:
            said.append(money_words.NOT_DEEP)
        return tuple(said)


@dataclass(frozen=True, slots=True)
class _Likely:
    """The chunks by falling risk, what each is likely to cost (nothing, if its answer is `remembered`), and the opening.

    `across` is the price of reading all files together, 0 where nobody does or the answer is remembered.
    """

    order: tuple[int, ...]
    prices: tuple[int, ...]
    opening: int
    usages: tuple[Usage, ...]
    written: int
    across: int = 0
    remembered: tuple[bool, ...] = ()

    def usage(self, kept: Sequence[int]) -> Usage:
        """The tokens of reading these chunks. The first one writes into the cache what the others read there."""
        asked = [self.usages[number] for number in kept if not self.remembered[number]]
        return sum(asked, Usage(0, 0, self.written, -self.written) if asked else Usage())

    @property
    def options(self) -> tuple[int, ...]:
        """The likely cost of all chunks, of all but the least risky one, and so on down to the riskiest alone.

        Where all files are read together as well, that comes first, and is the first that a budget takes away.
        """
        sums, total = list[int](), 0
        for number in self.order:
            total += self.prices[number]
            sums.append(total + self.opening if total else 0)
        options = tuple(reversed(sums)) or (0,)
        return (options[0] + self.across, *options) if self.across else options

    def kept(self, option: int | None) -> tuple[int, ...]:
        """The chunks that one of the options reads, none of them for None."""
        if option is None:
            return ()
        return self.order[: len(self.order) - max(option - bool(self.across), 0)]


async def afford(  # noqa: PLR0917 - everything that decides
    job: ReviewJob, policy: Policy, chunks: Sequence[Chunk], scores: dict[str, int], asking: Asking, world: World
) -> Plan:
    """Plan a review within its budgets, and reserve what it is likely to cost."""
    depth = depths.settle_depth(world.wanted(policy, job.ask), scores, deep_is_offered=world.deep is not None)
    thinking = tuple(thinking_tokens(depth, chunk_risk(chunk, scores)) for chunk in chunks)
    together = await asyncio.to_thread(_together, chunks, scores, asking, world) if depth is Depth.DEEP else None
    likely = await _likely(
        chunks, thinking, scores, asking, world, together, depth=depth, verified=policy.findings.verify
    )
    budget = world.limits.budget.within(policy.budget.review, policy.budget.day)
    granted = Grant(0)
    if budget.given:
        granted = await _granted(job, likely.options, budget, asking.author, world)
    kept = likely.kept(granted.option)
    estimate = likely.options[granted.option] if granted.option is not None else 0
    log.info("%s depth=%s chunks=%d of %d estimate=%.6f", job.name, depth, len(kept), len(chunks), estimate / NANO)
    apart = None if together is None or granted.option == 0 else granted.scarcest
    if len(kept) == len(chunks):
        asked = together if apart is None else None
        return Plan(depth, tuple(chunks), thinking, estimate, usage=likely.usage(kept), across=asked, apart=apart)
    shortage = _shortage(granted, likely, chunks, scores, anything=bool(kept))
    reading = set(kept)
    return Plan(
        depth,
        tuple(chunk for number, chunk in enumerate(chunks) if number in reading),
        tuple(thought for number, thought in enumerate(thinking) if number in reading),
        estimate,
        tuple(
            Reading(chunk, unread=money_words.no_room(shortage))
            for number, chunk in enumerate(chunks)
            if number not in reading
        ),
        shortage,
        likely.usage(kept),
        apart=apart,
    )


async def _granted(job: ReviewJob, options: Sequence[int], budget: SpendingLimits, author: str, world: World) -> Grant:
    """Reserve what there is room for. What others than the author ask for is not put down to the author.

    GitHub is asked whether the author may write only where the author's budget would take something away.
    """
    if job.ask.by not in {"", author}:
        author = ""
    unbound = replace(budget, author=None)
    granted = await world.store.reserve(
        job, make_claim(options, budget if author else unbound, world.clock.now(), author)
    )
    if granted.option == 0 or granted.scarcest is not Period.AUTHOR:
        return granted
    if (await world.forge.permission(job.ref, author)).reaches(Permission.WRITE):
        return await world.store.reserve(job, make_claim(options, unbound, world.clock.now(), author))
    return granted


def _together(chunks: Sequence[Chunk], scores: dict[str, int], asking: Asking, world: World) -> Prompt | None:
    """What the better model is asked about all files together, None where a chunk's reader sees all of it."""
    if world.deep is None or (len(chunks) < 2 and len({part.file.path for one in chunks for part in one.parts}) < 2):
        return None
    files = {id(part.file): part.file for one in chunks for part in one.parts}
    room = world.limits.output_tokens
    return across.question([*files.values()], scores, asking.brief, spec_of(world.deep.name), room, THINKING)


async def _likely(  # noqa: PLR0917 - everything that costs
    chunks: Sequence[Chunk],
    thinking: Sequence[int],
    scores: dict[str, int],
    asking: Asking,
    world: World,
    together: Prompt | None,
    *,
    depth: Depth,
    verified: bool,
) -> _Likely:
    spec = world.spec
    warm = await world.store.warm(spec.name, world.clock.now().timestamp() - WARM_SECONDS)
    room = world.limits.output_tokens
    prompts, questions = await asyncio.to_thread(_prompts, chunks, thinking, asking, room)
    deep = MODELS[world.deep.name] if depth is Depth.DEEP and world.deep is not None else None
    second = SecondReader((deep or spec) if verified else None, thinks=depth is not Depth.FAST)
    prices = price_readings(questions, len(RULES) + len(str(ANSWER_SCHEMA)), len(asking.brief), spec, second, warm=warm)
    opening = prices.opening
    if deep is not None:
        opening += price_plan(questions, len(scores), len(PLAN_RULES), len(asking.brief), deep)
    remembered = await _remembered(prompts, world.model)
    each = tuple(0 if known else paid for known, paid in zip(remembered, prices.chunks, strict=True))
    order = sorted(range(len(chunks)), key=lambda number: (-chunk_risk(chunks[number], scores), number))
    apart = await _across(together, deep, asking, world)
    return _Likely(tuple(order), each, opening, prices.usages, prices.written, apart, tuple(remembered))


def _prompts(
    chunks: Sequence[Chunk], thinking: Sequence[int], asking: Asking, room: int
) -> tuple[list[Prompt], list[PromptSize]]:
    """What is asked about each chunk, and how much that is. Of a large change it takes seconds."""
    prompts = [
        prompt(chunk, asking.brief, room, thought, asking.context(chunk))
        for chunk, thought in zip(chunks, thinking, strict=True)
    ]
    questions = [
        PromptSize(len(one.question), chunk.changed_lines, one.thinking)
        for one, chunk in zip(prompts, chunks, strict=True)
    ]
    return prompts, questions


async def _across(together: Prompt | None, spec: ModelSpec | None, asking: Asking, world: World) -> int:
    """What reading all files together is likely to cost."""
    if together is None or spec is None or world.deep is None:
        return 0
    (known,) = await _remembered((together,), world.deep)
    rules = len(across.RULES) + len(str(ANSWER_SCHEMA))
    return 0 if known else price_across(len(together.question), rules, len(asking.brief), spec)


async def _remembered(prompts: Sequence[Prompt], model: Model) -> Sequence[bool]:
    """Which answers were paid for."""
    return await model.knows(prompts) if isinstance(model, RememberingModel) else [False] * len(prompts)


def _shortage(
    granted: Grant, likely: _Likely, chunks: Sequence[Chunk], scores: dict[str, int], *, anything: bool
) -> Shortage:
    step = ReviewExtent.RISKY if anything else ReviewExtent.NOTHING if granted.spent else ReviewExtent.SUMMARY
    files = {part.file.path: part.file for chunk in chunks for part in chunk.parts}
    rows = sorted(((scores.get(path, 0), path, file.changed_lines) for path, file in files.items()), reverse=True)
    return Shortage(step, granted.scarcest, max(granted.room or 0, 0), likely.options[0], tuple(rows))
