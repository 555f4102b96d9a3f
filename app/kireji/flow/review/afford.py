"""How deep a review goes and how much of it the budgets have room for, before anything is asked."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from kireji.core.chunks import depth as depths
from kireji.core.chunks.chunk import Chunk
from kireji.core.chunks.depth import THINKING, Depth, risk_of, thinking_for
from kireji.core.diff.unified import FileDiff
from kireji.core.events.job import Ask, ReviewJob
from kireji.core.findings.coverage import Reading
from kireji.core.models.catalogue import MODELS, ModelSpec, Usage, spec_of
from kireji.core.money.budget import (
    Budget,
    Granted,
    Period,
    Question,
    Second,
    Shortage,
    Step,
    across_price,
    claim,
    lines_of,
    plan_price,
    price,
)
from kireji.core.money.ledger import NANO
from kireji.core.policy.reading import Policy
from kireji.core.prompts import across
from kireji.core.prompts.plan import RULES as PLAN_RULES
from kireji.core.prompts.prompt import ANSWER_SCHEMA, RULES, Prompt, prompt
from kireji.core.pulls.people import Permission
from kireji.core.wording import money_words
from kireji.flow.memo import RememberingModel
from kireji.flow.setup import ReviewSetup
from kireji.flow.world import World
from kireji.ports import Model

log = logging.getLogger("kireji.budget")

NONE = Usage()
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
class Plan:
    """What of a review is done."""

    depth: Depth
    chunks: tuple[PlannedChunk, ...]
    """What is read, in the change's order."""
    estimate: int
    """What it is likely to cost, in nanodollars."""
    left: tuple[Reading, ...] = ()
    """The chunks that there is no money for."""
    shortage: Shortage | None = None
    """Which budget has no room for them."""
    usage: Usage = NONE
    """All tokens that reading the chunks is likely to take."""
    across: Prompt | None = None
    """What the better model is asked about all files together."""
    across_refused: Period | None = None
    """Whose budget had no room for that."""

    @property
    def asks(self) -> bool:
        """Whether there is money to ask anything."""
        return bool(self.chunks) or self.shortage is None

    def notes(self, ask: Ask, *, deep_is_offered: bool) -> tuple[str, ...]:
        """What the check run says of it, in paragraphs of Markdown."""
        paragraphs = list[str]()
        if self.shortage is not None:
            paragraphs.append(money_words.shortage_note(self.shortage))
        if self.across_refused is not None and self.chunks:
            paragraphs.append(money_words.not_together(self.across_refused))
        if ask.deep and not deep_is_offered:
            paragraphs.append(money_words.NOT_DEEP)
        return tuple(paragraphs)


@dataclass(frozen=True, slots=True)
class _Option:
    """One way to do the review: the riskiest chunks, as many as there is money for."""

    chunks: Sequence[PlannedChunk]
    nanodollars: int


@dataclass(frozen=True, slots=True)
class _Costs:
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
    def options(self) -> Sequence[_Option]:
        """All chunks, all but the least risky one, and so on down to the riskiest alone.

        Where all files are read together as well, that comes first, and is the first that a budget takes away.
        """
        total = 0
        cheapest_first = list[_Option]()
        for count, planned in enumerate(self.chunks, start=1):
            total += planned.nanodollars
            cheapest_first.append(_Option(self.chunks[:count], total + self.opening if total else 0))

        options = cheapest_first[::-1] or [_Option((), 0)]
        if not self.across:
            return options
        everything = _Option(self.chunks, options[0].nanodollars + self.across)
        return [everything, *options]


async def afford(job: ReviewJob, policy: Policy, briefing: Briefing, setup: ReviewSetup, world: World) -> Plan:
    """Plan a review within its budgets, and reserve what it is likely to cost."""
    wanted = Depth.DEEP if job.ask.deep else policy.depth
    depth = depths.settled(wanted, briefing.scores, deep_is_offered=setup.deep is not None)
    together = await asyncio.to_thread(_together, briefing, setup) if depth is Depth.DEEP else None

    costs = await _costs(briefing, setup, world, depth=depth, together=together, verified=policy.findings.verify)
    options = costs.options

    budget = world.limits.budget.within(policy.budget.review, policy.budget.day)
    granted = Granted(0)
    if budget.given:
        prices = [option.nanodollars for option in options]
        granted = await _reserve(job, prices, budget, briefing.author, world)

    chosen = _Option((), 0) if granted.option is None else options[granted.option]
    count = len(chosen.chunks)
    whole = len(briefing.chunks)
    log.info("%s depth=%s chunks=%d of %d estimate=%.6f", job.name, depth, count, whole, chosen.nanodollars / NANO)

    shortage = None if count == whole else _shortage(granted, options[0].nanodollars, briefing, anything=count > 0)
    across_refused = None if together is None or granted.option == 0 else granted.scarcest
    return Plan(
        depth,
        tuple(sorted(chosen.chunks, key=lambda planned: planned.number)),
        chosen.nanodollars,
        () if shortage is None else _left(briefing, chosen, shortage),
        shortage,
        costs.usage(chosen.chunks),
        across=together if across_refused is None else None,
        across_refused=across_refused,
    )


def _left(briefing: Briefing, chosen: _Option, shortage: Shortage) -> tuple[Reading, ...]:
    """The chunks that are not read, and why."""
    read = {planned.number for planned in chosen.chunks}
    reason = money_words.no_room(shortage)
    left = [chunk for number, chunk in enumerate(briefing.chunks) if number not in read]
    return tuple(Reading(chunk, unread=reason) for chunk in left)


async def _reserve(job: ReviewJob, prices: Sequence[int], budget: Budget, author: str, world: World) -> Granted:
    """Reserve what there is room for. What others than the author ask for is not put down to the author.

    GitHub is asked whether the author may write only where the author's budget would take something away.
    """
    if job.ask.by not in {"", author}:
        author = ""
    unbound = replace(budget, author=None)

    now = world.clock.now()
    granted = await world.store.reserve(job, claim(prices, budget if author else unbound, now, author))
    if granted.option == 0 or granted.scarcest is not Period.AUTHOR:
        return granted

    permission = await world.forge.permission(job.ref, author)
    if permission.reaches(Permission.WRITE):
        return await world.store.reserve(job, claim(prices, unbound, world.clock.now(), author))
    return granted


def _together(briefing: Briefing, setup: ReviewSetup) -> Prompt | None:
    """What the better model is asked about all files together, None where a chunk's reader sees all of it."""
    files = briefing.files
    paths = {file.path for file in files}
    if setup.deep is None or (len(briefing.chunks) < 2 and len(paths) < 2):
        return None
    room = setup.limits.output_tokens
    return across.question(files, briefing.scores, briefing.brief, spec_of(setup.deep.name), room, THINKING)


async def _costs(
    briefing: Briefing, setup: ReviewSetup, world: World, *, depth: Depth, together: Prompt | None, verified: bool
) -> _Costs:
    spec = setup.spec
    warm = await world.store.warm(spec.name, world.clock.now().timestamp() - WARM_SECONDS)
    thoughts = [thinking_for(depth, risk_of(chunk, briefing.scores)) for chunk in briefing.chunks]
    prompts, questions = await asyncio.to_thread(_prompts, briefing, thoughts, setup.limits.output_tokens)

    deep = MODELS[setup.deep.name] if depth is Depth.DEEP and setup.deep is not None else None
    second = Second((deep or spec) if verified else None, thinks=depth is not Depth.FAST)
    prices = price(questions, len(RULES) + len(str(ANSWER_SCHEMA)), len(briefing.brief), spec, second, warm=warm)

    opening = prices.opening
    if deep is not None:
        opening += plan_price(questions, len(briefing.scores), len(PLAN_RULES), len(briefing.brief), deep)

    remembered = await _remembered(prompts, setup.model)
    rows = zip(briefing.chunks, thoughts, prices.chunks, prices.usages, remembered, strict=True)
    chunks = [
        PlannedChunk(number, chunk, thought, 0 if known else nanodollars, usage, known)
        for number, (chunk, thought, nanodollars, usage, known) in enumerate(rows)
    ]
    riskiest_first = sorted(chunks, key=lambda planned: -risk_of(planned.chunk, briefing.scores))
    return _Costs(riskiest_first, opening, prices.written, await _across(together, deep, briefing, setup))


def _prompts(briefing: Briefing, thoughts: Sequence[int], room: int) -> tuple[list[Prompt], list[Question]]:
    """What is asked about each chunk, and how much that is. Of a large change it takes seconds."""
    prompts = list[Prompt]()
    questions = list[Question]()
    for chunk, thought in zip(briefing.chunks, thoughts, strict=True):
        asked = prompt(chunk, briefing.brief, room, thought, briefing.context(chunk))
        prompts.append(asked)
        questions.append(Question(len(asked.question), lines_of(chunk), asked.thinking))
    return prompts, questions


async def _across(together: Prompt | None, spec: ModelSpec | None, briefing: Briefing, setup: ReviewSetup) -> int:
    """What reading all files together is likely to cost."""
    if together is None or spec is None or setup.deep is None:
        return 0
    (known,) = await _remembered((together,), setup.deep)
    if known:
        return 0
    rules = len(across.RULES) + len(str(ANSWER_SCHEMA))
    return across_price(len(together.question), rules, len(briefing.brief), spec)


async def _remembered(prompts: Sequence[Prompt], model: Model) -> Sequence[bool]:
    """Which answers were paid for."""
    return await model.knows(prompts) if isinstance(model, RememberingModel) else [False] * len(prompts)


def _shortage(granted: Granted, whole: int, briefing: Briefing, *, anything: bool) -> Shortage:
    """Which budget had no room for all, which would have cost `whole`."""
    without_readers = Step.NOTHING if granted.spent else Step.SUMMARY
    step = Step.RISKY if anything else without_readers

    changed_lines = {file.path: file.changed_lines for file in briefing.files}
    rows = [(briefing.scores.get(path, 0), path, lines) for path, lines in changed_lines.items()]
    riskiest_first = tuple(sorted(rows, reverse=True))
    return Shortage(step, granted.scarcest, max(granted.room or 0, 0), whole, riskiest_first)
