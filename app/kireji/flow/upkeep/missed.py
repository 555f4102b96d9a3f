"""Deliveries that GitHub recorded and that are not here: asked for again, and then they come as any delivery does."""

import logging
from dataclasses import dataclass, replace

from kireji.core.operations import hook_log
from kireji.core.operations.hook_log import Attempt, Gap, Memory, MissedDelivery
from kireji.errors import DefectError, UserError
from kireji.ports import Clock, Hooks, Upkeep

log = logging.getLogger(__name__)

NAME = "hook deliveries"
PAGES = 30  # of 100 deliveries, in one stretch of the log; what is left has its turn at the next look
AT_ONCE = 100  # deliveries asked for in one sweep
LOOKS = 10  # after the first one was asked for, one a second


async def sweep_deliveries(hooks: Hooks, upkeep: Upkeep, clock: Clock) -> None:
    """Read what is new in the log, and ask for what is missing here, or only for one if nobody was at home lately."""
    now = clock.now().timestamp()
    memory = hook_log.load(await upkeep.load(NAME), now)
    attempts, gap = await _read(hooks, memory, now)

    guids = {attempt.guid for attempt in attempts} | {missed.guid for missed in memory.missed}
    known = await upkeep.taken_deliveries(guids)
    memory = replace(hook_log.compare(memory, attempts, known, now), gap=gap)

    sweep = _Sweep(hooks, upkeep, clock, memory)
    try:
        await sweep.ask(hook_log.due(memory, now), probe=not hook_log.answering(attempts))
    finally:
        await upkeep.save(NAME, hook_log.dump(sweep.memory))


@dataclass
class _Sweep:
    hooks: Hooks
    upkeep: Upkeep
    clock: Clock
    memory: Memory

    async def ask(self, due: tuple[MissedDelivery, ...], *, probe: bool) -> None:
        """Ask for these, oldest first; with `probe` for the first, and for the others only once that has come."""
        if not due:
            return

        if probe:
            await self._redeliver(due[0])
            if not await self._comes(due[0]):
                log.warning(
                    "%d deliveries are missing, and GitHub still finds nobody at the webhook's address", len(due)
                )
                return
            due = due[1:]

        at_once = due[:AT_ONCE]
        for missed in at_once:
            await self._redeliver(missed)
        log.info("%d deliveries were missing; GitHub was asked for %d of them", len(due), len(at_once))

    async def _redeliver(self, missed: MissedDelivery) -> None:
        try:
            await self.hooks.redeliver(missed.id)
        except UserError as error:
            log.warning("delivery %s cannot be had again: %s", missed.guid, error)
            self.memory = hook_log.dropped(self.memory, missed.guid)
        except DefectError as error:
            log.warning("delivery %s was not sent again: %s", missed.guid, error)
            self.memory = hook_log.asked(self.memory, missed.guid, self.clock.now().timestamp())
        else:
            self.memory = hook_log.asked(self.memory, missed.guid, self.clock.now().timestamp())

    async def _comes(self, missed: MissedDelivery) -> bool:
        for _ in range(LOOKS):
            await self.clock.sleep(1)
            if await self.upkeep.taken_deliveries({missed.guid}):
                self.memory = hook_log.dropped(self.memory, missed.guid)
                return True
        return False


async def _read(hooks: Hooks, memory: Memory, now: float) -> tuple[list[Attempt], Gap | None]:
    """What is new, then what an earlier look had no time for; and what there was no time for now."""
    until = memory.until(now)
    attempts, left = await _stretch(hooks, None, until)

    if memory.gap is not None:
        until = memory.gap.until
        if left is None:
            more, left = await _old_stretch(hooks, memory.gap)
            attempts += more

    return attempts, None if left is None else Gap(left, until)


async def _old_stretch(hooks: Hooks, gap: Gap) -> tuple[list[Attempt], str | None]:
    try:
        return await _stretch(hooks, gap.cursor, gap.until)
    except DefectError as error:
        log.warning("a part of the log of deliveries can no longer be read: %s", error)
        return [], None


async def _stretch(hooks: Hooks, cursor: str | None, until: float) -> tuple[list[Attempt], str | None]:
    """From the cursor down to a moment; with the cursor from which to go on, if that was too much at once."""
    attempts = list[Attempt]()
    for _ in range(PAGES):
        page = await hooks.attempts(cursor)
        attempts += page.attempts
        cursor = page.older
        oldest = min((attempt.at for attempt in page.attempts), default=until)
        if cursor is None or oldest <= until:
            return attempts, None
    return attempts, cursor
