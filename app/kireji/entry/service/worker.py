"""The worker process: leases a slot, carries out reviews, takes over what dead workers left, and drains when told to."""

import asyncio
import contextlib
import logging
import os
import signal
from collections.abc import Awaitable, Coroutine, Generator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import NoReturn

from kireji.core.events.delivery import Delivery, parse_event
from kireji.core.events.job import Errand, ReviewJob
from kireji.core.operations.perils import RiskyPart
from kireji.core.wording import end_words
from kireji.entry.service.heartbeat import beat
from kireji.entry.service.lease import keep_lease
from kireji.entry.startup import LOST_LEASE, NOT_DONE
from kireji.errors import KirejiError, TransientError, UserError
from kireji.flow.dispatch import jobs
from kireji.flow.errands.errand import end_errand, run_errand
from kireji.flow.errands.runner import Runner
from kireji.flow.hear import hear
from kireji.flow.lives import Life, Lives
from kireji.flow.review.carry_out import carry_out
from kireji.flow.upkeep.sweep import sweep_for_ever
from kireji.flow.world import World
from kireji.ports import Journal, ReviewQueue
from kireji.settings import Settings
from kireji.wiring import intake, parts, service

log = logging.getLogger("kireji.worker")

LEASE_WAIT = 1.0


def work(settings: Settings, owner: str | None = None, beats: int | None = None) -> None:
    """Work until SIGTERM or SIGINT, then drain. Raises SettingsError and TransientError before it begins.

    `owner` is given by a supervisor, whose workers come one after the other: each has the slot of the one before; and
    `beats`, the pipe on which it hears that this one lives.
    """
    worker = _Worker(settings, owner, beats)
    parts.preload()
    asyncio.run(worker.run())


class _Worker:
    def __init__(self, settings: Settings, owner: str | None, beats: int | None = None) -> None:
        self._settings = settings
        self._beats = beats
        self._database = intake.open_database(settings)
        self._slots = service.build_slots(settings, self._database, owner)
        self._renewer = ThreadPoolExecutor(1, "kireji-lease")  # its own: busy reviews must not hold up the lease
        self._leased_at = 0.0  # the loop's time before the slot was asked for

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        beating = _watched(beat(self._beats))

        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)

        slot = await self._lease(stop)
        if slot is None:
            beating.cancel()
            return

        renewing = _watched(self._renew(slot))  # before the launch, which may take longer than a lease
        try:
            store = service.build_store(self._settings, self._database, slot)
            world = service.build_world(self._settings, store=store)
            review_queue = service.build_review_queue(self._settings, self._database)
            lives = Lives(store.perils())
            reviews = partial(do_review, world=world, lives=lives)
            errands = partial(
                do_errands, world=world, lives=lives, review_queue=review_queue, mention=self._settings.mention
            )
            engine = service.build_engine(self._settings, slot, store, reviews, errands)
            await engine.launch()
        except KirejiError:
            renewing.cancel()
            await self._leave(slot)
            raise

        log.info("worker %s is ready", slot)
        recovering = _watched(self._recover(slot))
        sweeping = _watched(sweep_for_ever(service.build_sweeps(self._settings, self._database, world)))

        await stop.wait()
        log.info("worker %s drains %d reviews", slot, len(engine.running))
        recovering.cancel()
        sweeping.cancel()

        await engine.drain(self._settings.drain_seconds)
        renewing.cancel()
        await self._leave(slot)
        log.info("worker %s has stopped", slot)
        _exit(0)  # threads may be left that wait for a service

    async def _lease(self, stop: asyncio.Event) -> str | None:
        """A slot, waited for while all are taken; None if told to stop before."""
        told = False
        while not stop.is_set():
            self._leased_at = asyncio.get_running_loop().time()
            try:
                slot = await asyncio.to_thread(self._slots.lease)
            except TransientError as error:
                slot = None
                why = str(error)
            else:
                why = "other workers have all there are"

            if slot is not None:
                return slot

            if not told:
                log.warning("this worker waits for a slot: %s", why)
                told = True
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), LEASE_WAIT)
        return None

    async def _renew(self, slot: str) -> None:
        """Keep the lease. A worker that lost it must not write another word: another has its reviews."""
        loop = asyncio.get_running_loop()

        def renew() -> Awaitable[bool]:
            return loop.run_in_executor(self._renewer, self._slots.renew, slot)

        await keep_lease(renew, self._slots.ttl, self._leased_at)
        log.critical("worker %s lost its lease and ends at once", slot)
        _exit(LOST_LEASE)

    async def _leave(self, slot: str) -> None:
        """Give the slot up. If the database is away, it expires by itself."""
        try:
            await asyncio.to_thread(self._slots.leave, slot)
        except TransientError as error:
            log.warning("worker %s could not give its slot back: %s", slot, error)

    async def _recover(self, slot: str) -> None:
        """Give the reviews of dead workers back to the queue."""
        while True:
            await asyncio.sleep(self._slots.ttl / 2)
            try:
                await asyncio.to_thread(self._recover_once, slot)
            except TransientError as error:
                log.warning("cannot look for dead workers: %s", error)

    def _recover_once(self, own: str) -> None:
        for name in self._slots.dead():
            if name == own:
                continue  # late ourselves, but nobody took it, and now it is renewed
            reviews = service.recover(name)
            self._slots.release(name)
            log.warning("worker %s is gone; %d of its reviews are queued again", name, len(reviews))


def _watched(work: Coroutine[None, None, None]) -> asyncio.Task[None]:
    """Run what a worker must not be without: if it fails, the whole worker ends and is started anew."""
    task = asyncio.create_task(work)

    def ended(task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()):
            log.critical("the worker ends at once", exc_info=error)
            _exit(NOT_DONE)

    task.add_done_callback(ended)
    return task


def _exit(status: int) -> NoReturn:
    """End without waiting for anything or anybody."""
    logging.shutdown()
    os._exit(status)


@contextlib.contextmanager
def _logged(what: str, name: str) -> Generator[None, None, None]:
    """The edge where whatever goes wrong in a job is logged, and goes on to the engine."""
    try:
        yield
    except UserError as error:
        log.warning("%s %s did not happen: %s %s", what, name, error, error.remedy)
        raise
    except KirejiError as error:
        log.warning("%s %s did not happen: %s", what, name, error)
        raise
    except Exception:
        log.exception("%s %s did not happen", what, name)
        raise

    log.info("%s %s is done", what, name)


async def do_review(job: ReviewJob, journal: Journal, *, world: World, lives: Lives) -> None:
    """Carry out one review."""
    log.info("review %s starts", job.name)
    with _logged("review", job.name):
        async with lives.begun(job.name, kin=f"{job.ref.repo}#{job.ref.number}") as life:
            await carry_out(job, journal, replace(world, life=life))


async def do_errands(
    delivery: Delivery, journal: Journal, *, world: World, lives: Lives, review_queue: ReviewQueue, mention: str
) -> None:
    """Carry out what a delivery asks for beyond a review."""
    async with lives.begun(f"errand/{delivery.id}") as life:
        if life.past.over:
            with _logged("errand", delivery.id):
                await _end_errands(delivery, life, world)
        async with life.part(RiskyPart.ERRAND):
            heard = await asyncio.to_thread(hear, delivery, mention)
        for job in heard:
            if isinstance(job, Errand):
                with _logged("errand", delivery.id):
                    await run_errand(
                        job, Runner(replace(world, life=life), review_queue, journal, delivery.id, mention)
                    )


async def _end_errands(delivery: Delivery, life: Life, world: World) -> NoReturn:
    """Its text has ended the process too often to be read again: of the delivery only who and where it is about is."""
    error = UserError(*end_words.ended_process(life.past.died[-1]))
    for job in jobs(parse_event(delivery)):
        if isinstance(job, Errand):
            await end_errand(job, error, world.forge)
    raise error
