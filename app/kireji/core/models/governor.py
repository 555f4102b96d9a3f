"""How fast a service may be asked: budgets that refill as time passes, and pauses that it asked for.

A meter is a token bucket: it holds at most `size` and refills by `rate` a second, so in any stretch of t seconds it
admits at most `size + rate * t`. Anthropic measures with such buckets (source: its rate limits page); GitHub counts
within windows, for which size and rate are chosen so that a window never sees more than its limit. Times are epoch
seconds, by clocks that differ a little between processes and that somebody may set.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

Need = Mapping[str, float]  # how much a request takes of each meter; what has no meter is free

MAX_PAUSE = 3900.0  # GitHub's hour, and some
MAX_SKEW = 10.0  # a clock this far behind was set back; less is two machines' difference


@dataclass(frozen=True, slots=True)
class Meter:
    """One budget."""

    size: float
    rate: float

    level: float
    """What is left; below 0 after a request that took more than was thought."""


@dataclass(frozen=True, slots=True)
class RateBudget:
    """All that is known of a service's limits."""

    meters: Mapping[str, Meter] = field(default_factory=dict)
    """By name."""

    at: float = 0.0
    """When their levels were so."""

    paused_until: float = 0.0
    """The end of a pause."""


@dataclass(frozen=True, slots=True)
class ReportedLimit:
    """A limit as the service told it."""

    limit: float
    """So much a minute."""

    remaining: float
    """So much was left."""

    at: float
    """When it was told."""


@dataclass(frozen=True, slots=True)
class Admitted:
    """The request may go; `budget` is what is left."""

    budget: RateBudget


@dataclass(frozen=True, slots=True)
class WaitUntil:
    """The request must wait until `moment`, and then ask again."""

    moment: float
    budget: RateBudget


def full_budget(**meters: tuple[float, float]) -> RateBudget:
    """A budget whose limits are known beforehand: name=(size, rate), all of them full."""
    return RateBudget({name: Meter(size, rate, size) for name, (size, rate) in meters.items()})


def admit(budget: RateBudget, now: float, need: Need, *, notice: bool = False) -> Admitted | WaitUntil:
    """Let one request take what it needs, or say until when it must wait. A `notice` goes even during a pause.

    What needs more than a meter can hold goes when the meter is full, and leaves a debt.
    """
    budget = refill(budget, now)
    wait = _short(budget, {name: min(amount, _size(budget, name)) for name, amount in need.items()})
    if not notice:
        wait = max(wait, budget.paused_until - now)
    if wait > 0:
        return WaitUntil(now + wait, budget)
    return Admitted(give_back(budget, now, {name: -amount for name, amount in need.items()}))


def seconds_until(budget: RateBudget, now: float, need: Need) -> float:
    """Seconds until so much will have come in, however much it is, and no pause is on; 0 if that is now."""
    budget = refill(budget, now)
    return max(_short(budget, need), budget.paused_until - now, 0.0)


def take_share(budget: RateBudget, now: float, part: float) -> tuple[RateBudget, Need]:
    """Take this part of every level, for one process to spend by itself."""
    budget = refill(budget, now)
    taken = {name: max(0.0, meter.level * part) for name, meter in budget.meters.items()}
    return give_back(budget, now, {name: -amount for name, amount in taken.items()}), taken


def give_back(budget: RateBudget, now: float, amounts: Need) -> RateBudget:
    """Put so much back into the meters; take it out, into debt if need be, where it is negative."""
    budget = refill(budget, now)
    meters = dict(budget.meters)
    for name, amount in amounts.items():
        meter = meters.get(name)
        if meter is not None:
            meters[name] = replace(meter, level=min(meter.size, meter.level + amount))
    return replace(budget, meters=meters)


def learn_limits(budget: RateBudget, now: float, seen: Mapping[str, ReportedLimit]) -> RateBudget:
    """Believe the service about its limits, and about what is left unless we know of less.

    We do know of less while requests are on their way that the service had not counted yet.
    """
    budget = refill(budget, now)
    meters = dict(budget.meters)
    for name, told in seen.items():
        rate = told.limit / 60
        left = min(told.limit, told.remaining + rate * max(0.0, now - told.at))
        known = meters.get(name)
        level = left if known is None else min(left, known.level + max(0.0, told.limit - known.size))
        meters[name] = Meter(told.limit, rate, level)
    return replace(budget, meters=meters)


def scarcer_report(earlier: ReportedLimit, later: ReportedLimit) -> ReportedLimit:
    """Of two tellings of a limit that arrived in this order, the one that leaves less.

    Answers overtake each other: a refusal tells that nothing is left, and then arrives what was left before it.
    """
    rate = later.limit / 60
    left_of_earlier = earlier.remaining + rate * (later.at - earlier.at)
    return earlier if left_of_earlier < later.remaining else later


def pause_until(budget: RateBudget, now: float, until: float) -> RateBudget:
    """Let nothing go before this moment, or before a later one that was told earlier."""
    budget = refill(budget, now)
    return replace(budget, paused_until=min(max(budget.paused_until, until), now + MAX_PAUSE))


def refill(budget: RateBudget, now: float) -> RateBudget:
    """The budget as it is now. Time that seems to run backwards refills nothing; a clock set back moves all times."""
    passed = now - budget.at
    if passed < -MAX_SKEW:
        until = budget.paused_until + passed if budget.paused_until > 0 else 0.0
        return replace(budget, at=now, paused_until=min(until, now + MAX_PAUSE))

    if passed <= 0:
        return budget

    meters = {
        name: replace(meter, level=min(meter.size, meter.level + meter.rate * passed))
        for name, meter in budget.meters.items()
    }
    return replace(budget, meters=meters, at=now)


def overlay_limits(budget: RateBudget, limits: RateBudget) -> RateBudget:
    """The budget under limits that are known beforehand: their sizes and rates, and full where a meter is new."""
    meters = dict(budget.meters)
    for name, meter in limits.meters.items():
        known = meters.get(name, meter)
        meters[name] = replace(meter, level=min(meter.size, known.level))
    return replace(budget, meters=meters)


# -- As the store keeps it ---------------------------------------------------------------------------------------------


def dump_budget(budget: RateBudget) -> dict[str, object]:
    """The budget as a JSON object."""
    meters = {name: [meter.size, meter.rate, meter.level] for name, meter in budget.meters.items()}
    return {"meters": meters, "at": budget.at, "paused_until": budget.paused_until}


def load_budget(state: Mapping[str, object]) -> RateBudget:
    """The budget of such an object; what is not as it should be counts as not known."""
    rows = state.get("meters")
    meters = (
        {str(name): meter for name, row in rows.items() if (meter := _meter(row))} if isinstance(rows, dict) else {}
    )
    return RateBudget(meters, _number(state.get("at")) or 0.0, _number(state.get("paused_until")) or 0.0)


def _meter(row: object) -> Meter | None:
    if not isinstance(row, list) or len(row) != 3:
        return None
    size, rate, level = map(_number, row)
    if size is None or rate is None or level is None or size <= 0 or rate < 0:
        return None
    return Meter(size, rate, min(level, size))


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)


def _short(budget: RateBudget, need: Need) -> float:
    """Seconds until the meters have so much."""
    wait = 0.0
    for name, amount in need.items():
        meter = budget.meters.get(name)
        if meter is not None and meter.level < amount:
            wait = max(wait, (amount - meter.level) / meter.rate if meter.rate > 0 else MAX_PAUSE)
    return wait


def _size(budget: RateBudget, name: str) -> float:
    meter = budget.meters.get(name)
    return meter.size if meter is not None else 0.0
