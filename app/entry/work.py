"""The worker process: leases a slot, carries out reviews, takes over what dead workers left, and drains when told to."""

import asyncio
import contextlib
import logging
import os
import signal
from functools import partial

from app import wiring
from app.core.job import ReviewJob
from app.errors import KirejiError, TransientError
from app.flow.carry_out import carry_out
from app.flow.world import World
from app.ports import Journal
from app.settings import Settings

log = logging.getLogger("kireji.worker")

LEASE_WAIT = 1.0
LOST_LEASE = 70  # the exit status; EX_SOFTWARE


def work(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT, then drain."""
    asyncio.run(_Worker(settings).run())


class _Worker:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._database = wiring.open_database(settings)
        self._slots = wiring.build_slots(settings, self._database)

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        slot = await self._lease(stop)
        if slot is None:
            return
        renewing = asyncio.create_task(self._renew(slot))  # before the launch, which may take longer than a lease
        store = wiring.build_store(self._settings, self._database, slot)
        world = wiring.build_world(self._settings, store=store)

        engine = wiring.build_engine(self._settings, slot, store, partial(_review, world=world))
        await engine.launch()
        log.info("worker %s is ready", slot)
        recovering = asyncio.create_task(self._recover())
        await stop.wait()
        log.info("worker %s drains %d reviews", slot, len(engine.running))
        recovering.cancel()
        await engine.drain(self._settings.drain_seconds)
        renewing.cancel()
        await asyncio.to_thread(self._slots.leave, slot)
        log.info("worker %s has stopped", slot)

    async def _lease(self, stop: asyncio.Event) -> str | None:
        """A slot, waited for while all are taken; None if told to stop before."""
        while not stop.is_set():
            with contextlib.suppress(TransientError):
                slot = await asyncio.to_thread(self._slots.lease)
                if slot is not None:
                    return slot
            await asyncio.sleep(LEASE_WAIT)
        return None

    async def _renew(self, slot: str) -> None:
        """Keep the lease. A worker that lost it must not write another word: another has its reviews."""
        loop = asyncio.get_running_loop()
        kept = loop.time()
        while True:
            begun = loop.time()
            try:
                mine = await asyncio.wait_for(asyncio.to_thread(self._slots.renew, slot), self._slots.ttl)
            except (TransientError, TimeoutError):
                mine = True  # nobody says that it is another's: the time decides
            else:
                kept = begun
            if not mine or loop.time() - kept > self._slots.ttl * 0.9:
                log.critical("worker %s lost its lease and ends at once", slot)
                os._exit(LOST_LEASE)
            await asyncio.sleep(self._slots.ttl / 4)

    async def _recover(self) -> None:
        """Give the reviews of dead workers back to the queue."""
        while True:
            await asyncio.sleep(self._slots.ttl / 2)
            try:
                await asyncio.to_thread(self._recover_once)
            except TransientError as error:
                log.warning("cannot look for dead workers: %s", error)

    def _recover_once(self) -> None:
        for name in self._slots.dead():
            reviews = wiring.recover(name)
            self._slots.release(name)
            log.warning("worker %s died; %d of its reviews are queued again", name, len(reviews))


async def _review(job: ReviewJob, journal: Journal, *, world: World) -> None:
    """One review: the edge where whatever goes wrong in it is logged."""
    log.info("review %s starts", job.name)
    try:
        await carry_out(job, journal, world)
    except KirejiError as error:
        log.warning("review %s did not happen: %s", job.name, error)
        raise
    except Exception:
        log.exception("review %s did not happen", job.name)
        raise
    log.info("review %s is done", job.name)
