"""What rivals do, in processes of their own. Each job gets an engine and the rival's number."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from functools import partial
from itertools import count as count_up
from threading import Barrier
from typing import TypeVar

from sqlalchemy import Engine

from kireji.adapters.governor import SharedGovernor
from kireji.adapters.store import cursors, governors, schema, slots
from kireji.adapters.store.deliveries import TakenDelivery, take_delivery
from kireji.adapters.store.engine import create_engine, writing
from kireji.adapters.store.memo import remember
from kireji.adapters.store.reviews import start
from kireji.core.models.answer import Stop
from kireji.core.models.governor import full
from kireji.core.operations.lifecycle import Admission, PushResult
from kireji.core.pulls.pull import PullRef
from kireji.errors import TransientError
from tests.adapters.store.make import REF, call, name, push
from tests.databases import address
from tests.fakes.clock import FakeClock

T = TypeVar("T")
PROCESSES = 4
THREADS = 5
RIVALS = PROCESSES * THREADS
TRIES = 3
SLOTS = 6
LIMIT = 3


def race(racers: Executor, engine: Engine, job: Callable[[Engine, int], T]) -> list[T]:
    """Do the job in `RIVALS` threads of `PROCESSES` processes at once; what each brought."""
    groups = [racers.submit(_group, address(engine), job, number * THREADS) for number in range(PROCESSES)]
    return [result for group in groups for result in group.result(timeout=50)]


def _group(database: str, job: Callable[[Engine, int], T], first: int) -> list[T]:
    engine = create_engine(database)
    barrier = Barrier(THREADS)
    try:
        with ThreadPoolExecutor(THREADS) as threads:
            return list(threads.map(partial(_go, engine, job, barrier), range(first, first + THREADS)))
    finally:
        engine.dispose()


def _go(engine: Engine, job: Callable[[Engine, int], T], barrier: Barrier, number: int) -> T:
    barrier.wait()
    return job(engine, number)


# -- Jobs --------------------------------------------------------------------------------------------------------------


def upgrade(engine: Engine, number: int) -> None:
    """Bring the tables up to date, once a process."""
    if number % THREADS == 0:
        schema.upgrade(engine)


def deliver(engine: Engine, _number: int) -> bool:
    """The same delivery."""
    with writing(engine) as conn:
        return take_delivery(conn, TakenDelivery("guid", "pull_request", {}, 1000.0))


def push_heads(engine: Engine, number: int) -> list[PushResult]:
    """Some pushes to one pull request."""
    return [push(engine, f"{number}-{turn}") for turn in range(TRIES)]


def start_review(engine: Engine, number: int) -> Admission:
    """The review of the pull request with this number."""
    return start(engine, name("a", 1, PullRef(REF.repo, number)), f"w{number}", 1010.0, LIMIT)


def lease(engine: Engine, number: int) -> str | None:
    """One of too few slots."""
    return slots.lease(engine, f"owner-{number}", 1000.0, 10.0, SLOTS)


def take_over(engine: Engine, number: int) -> bool:
    """The same expired slot."""
    return slots.take_over(engine, "w0", f"owner-{number}", 2000.0, 10.0)


def count(engine: Engine, _number: int) -> list[int]:
    """Count a governor up."""

    def up(state: governors.State) -> tuple[governors.State, int]:
        before = state.get("count", 0)
        assert isinstance(before, int)
        return {"count": before + 1}, before + 1

    return [governors.update(engine, "claude", 1000.0, up) for _ in range(TRIES)]


def spend(engine: Engine, _number: int) -> int:
    """Send requests under a shared limit until none is let through; how many were. The clock stands still."""

    async def send() -> int:
        clock = FakeClock()
        governor = SharedGovernor(
            "Claude", governors.SqlBudget(engine, clock, "Claude"), clock, full(requests=(200, 1))
        )
        for sent in count_up():
            try:
                await governor.admit({"requests": 1.0}, patience=0)
            except TransientError:
                return sent

        raise AssertionError("it goes on for ever")

    return asyncio.run(send())


def answer(engine: Engine, number: int) -> None:
    """Remember an answer to the same prompt."""
    remember(engine, call(number), f"answer {number}", Stop.END)


def take_turn(engine: Engine, _number: int) -> bool:
    """The turn of the same sweep."""
    return cursors.take_turn(engine, "turn: checks", 1000.0, 60.0)
