"""What is repaired automatically: at intervals, in one worker at a time. A sweep that fails is logged and has its next turn.

| sweep | every | what it repairs |
|---|---|---|
| deliveries | 5 turns | deliveries that GitHub recorded and that are not here (`missed.py`) |
| reviews | turn | reviews whose work is gone or over (`mend.py`) |
| heads | turn | reviews of a head that was no longer there, with no newer one asked for |
| checks | turn | check runs that ended reviews left open |
| retention | 60 turns | rows that are old |
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial

from kireji.errors import KirejiError
from kireji.flow.upkeep.mend import Checks, Heads, mend_reviews
from kireji.flow.upkeep.missed import sweep_deliveries
from kireji.ports import Clock, Forge, Hooks, Store, Upkeep

log = logging.getLogger(__name__)

EARLY = 0.9  # of an interval: turns are taken a little unevenly


@dataclass(frozen=True, slots=True)
class Sweep:
    """One of the sweeps."""

    name: str
    seconds: float
    """Its interval."""
    run: Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Sweeps:
    """All sweeps of one worker."""

    upkeep: Upkeep
    clock: Clock
    seconds: float
    """The length of a turn."""
    all: Sequence[Sweep]


def build(*, forge: Forge, hooks: Hooks, store: Store, upkeep: Upkeep, clock: Clock, seconds: float) -> Sweeps:
    """The sweeps, in the order in which they help each other: an ended review's check run can be closed."""
    every = (
        Sweep("reviews", seconds, partial(mend_reviews, store, upkeep, clock)),
        Sweep("checks", seconds, Checks(forge, store, upkeep, clock).close),
        Sweep("heads", seconds, Heads(forge, upkeep, clock).follow),
        Sweep("deliveries", 5 * seconds, partial(sweep_deliveries, hooks, upkeep, clock)),
        Sweep("retention", 60 * seconds, partial(_purge, upkeep)),
    )
    return Sweeps(upkeep, clock, seconds, every)


async def sweep_for_ever(sweeps: Sweeps) -> None:
    """Do what is due, turn after turn, until cancelled."""
    while True:
        await sweeps.clock.sleep(sweeps.seconds)
        for sweep in sweeps.all:
            await _sweep(sweep, sweeps.upkeep)


async def _sweep(sweep: Sweep, upkeep: Upkeep) -> None:
    """One sweep, if it is due and no other worker does it. It ends before another could begin it."""
    try:
        if await upkeep.turn(sweep.name, sweep.seconds * EARLY):
            async with asyncio.timeout(sweep.seconds * EARLY):
                await sweep.run()
    except (KirejiError, TimeoutError) as error:
        log.warning("sweep of %s: %s; it goes on at its next turn", sweep.name, error or "out of time")
    except Exception:
        log.exception("sweep of %s failed", sweep.name)  # the others are needed all the more


async def _purge(upkeep: Upkeep) -> None:
    deleted = await upkeep.purge()
    gone = {kind: number for kind, number in deleted.items() if number}
    if gone:
        log.info("old rows are gone: %s", ", ".join(f"{number} {kind}" for kind, number in gone.items()))
