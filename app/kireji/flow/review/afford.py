"""How deep a review goes and how much of it the budgets have room for, before anything is asked."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

from kireji.core.chunks.depth import THINKING, Depth, settle_depth
from kireji.core.events.job import ReviewJob, ReviewRequest
from kireji.core.findings.coverage import Reading
from kireji.core.models.catalogue import Usage, spec_of
from kireji.core.money.budget import (
    Grant,
    Period,
    ReviewExtent,
    Shortage,
    SpendingLimits,
    make_claim,
)
from kireji.core.money.ledger import NANO
from kireji.core.policy.model import Policy
from kireji.core.prompts import across
from kireji.core.prompts.prompt import Prompt
from kireji.core.pulls.people import Permission
from kireji.core.wording import money_words
from kireji.flow.review.costs import Briefing, PlannedChunk, ReviewOption, estimate_costs
from kireji.flow.setup import ReviewSetup
from kireji.flow.world import World

log = logging.getLogger("kireji.budget")

NONE = Usage()


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

    def notes(self, ask: ReviewRequest, *, deep_is_offered: bool) -> tuple[str, ...]:
        """What the check run says of it, in paragraphs of Markdown."""
        paragraphs = list[str]()
        if self.shortage is not None:
            paragraphs.append(money_words.shortage_note(self.shortage))
        if self.across_refused is not None and self.chunks:
            paragraphs.append(money_words.not_together(self.across_refused))
        if ask.deep and not deep_is_offered:
            paragraphs.append(money_words.NOT_DEEP)
        return tuple(paragraphs)


async def afford(job: ReviewJob, policy: Policy, briefing: Briefing, setup: ReviewSetup, world: World) -> Plan:
    """Plan a review within its budgets, and reserve what it is likely to cost."""
    wanted = Depth.DEEP if job.ask.deep else policy.depth
    depth = settle_depth(wanted, briefing.scores, deep_is_offered=setup.deep is not None)
    together = await asyncio.to_thread(_together, briefing, setup) if depth is Depth.DEEP else None

    costs = await estimate_costs(
        briefing, setup, world, depth=depth, together=together, verified=policy.findings.verify
    )
    options = costs.options

    budget = world.limits.budget.within(policy.budget.review, policy.budget.day)
    granted = Grant(0)
    if budget.given:
        prices = [option.nanodollars for option in options]
        granted = await _reserve(job, prices, budget, briefing.author, world)

    chosen = ReviewOption(0, 0) if granted.option is None else options[granted.option]
    planned = _in_order(costs.chunks[: chosen.count])
    left = _in_order(costs.chunks[chosen.count :])
    dollars = chosen.nanodollars / NANO
    log.info("%s depth=%s chunks=%d of %d estimate=%.6f", job.name, depth, len(planned), len(costs.chunks), dollars)

    shortage = _shortage(granted, options[0].nanodollars, briefing, anything=bool(planned)) if left else None
    across_refused = None if together is None or granted.option == 0 else granted.scarcest
    return Plan(
        depth,
        planned,
        chosen.nanodollars,
        left=() if shortage is None else _unread(left, shortage),
        shortage=shortage,
        usage=costs.usage(planned),
        across=together if across_refused is None else None,
        across_refused=across_refused,
    )


def _in_order(chunks: Sequence[PlannedChunk]) -> tuple[PlannedChunk, ...]:
    """As they stand in the change."""
    return tuple(sorted(chunks, key=lambda planned: planned.number))


def _unread(chunks: Sequence[PlannedChunk], shortage: Shortage) -> tuple[Reading, ...]:
    reason = money_words.no_room(shortage)
    return tuple(Reading(planned.chunk, unread=reason) for planned in chunks)


async def _reserve(job: ReviewJob, prices: Sequence[int], budget: SpendingLimits, author: str, world: World) -> Grant:
    """Reserve what there is room for. What others than the author ask for is not put down to the author.

    GitHub is asked whether the author may write only where the author's budget would take something away.
    """
    if job.ask.by not in {"", author}:
        author = ""
    unbound = replace(budget, author=None)

    now = world.clock.now()
    granted = await world.store.reserve(job, make_claim(prices, budget if author else unbound, now, author))
    if granted.option == 0 or granted.scarcest is not Period.AUTHOR:
        return granted

    permission = await world.forge.permission(job.ref, author)
    if permission.reaches(Permission.WRITE):
        return await world.store.reserve(job, make_claim(prices, unbound, world.clock.now(), author))
    return granted


def _together(briefing: Briefing, setup: ReviewSetup) -> Prompt | None:
    """What the better model is asked about all files together, None where a chunk's reader sees all of it."""
    files = briefing.files
    paths = {file.path for file in files}
    if setup.deep is None or (len(briefing.chunks) < 2 and len(paths) < 2):
        return None
    room = setup.limits.output_tokens
    return across.question(files, briefing.scores, briefing.brief, spec_of(setup.deep.name), room, THINKING)


def _shortage(granted: Grant, whole: int, briefing: Briefing, *, anything: bool) -> Shortage:
    """Which budget had no room for all, which would have cost `whole`."""
    without_readers = ReviewExtent.NOTHING if granted.spent else ReviewExtent.SUMMARY
    step = ReviewExtent.RISKY if anything else without_readers

    changed_lines = {file.path: file.changed_lines for file in briefing.files}
    rows = [(briefing.scores.get(path, 0), path, lines) for path, lines in changed_lines.items()]
    riskiest_first = tuple(sorted(rows, reverse=True))
    return Shortage(step, granted.scarcest, max(granted.room or 0, 0), whole, riskiest_first)
