"""Turns: each sweep at its interval, in one worker, whatever becomes of the others."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from kireji.adapters.in_process.store import MemoryStore
from kireji.errors import TransientError
from kireji.flow.upkeep.sweep import Sweep, Sweeps, build, sweep_for_ever
from tests.fakes.clock import FakeClock
from tests.fakes.forge import FakeForge
from tests.fakes.upkeep import FakeHooks, FakeUpkeep


async def turns(upkeep: FakeUpkeep, sweeps: dict[str, Callable[[], Awaitable[None]]], count: int = 1) -> None:
    """So many turns of these sweeps."""
    done = list[str]()

    async def last() -> None:
        done.append("turn")
        if len(done) == count:
            asyncio.current_task().cancel()  # pyrefly: ignore[missing-attribute] - a test runs in a task
            await asyncio.sleep(0)

    every = [*(Sweep(name, 60, run) for name, run in sweeps.items()), Sweep("end", 60, last)]
    with pytest.raises(asyncio.CancelledError):
        await sweep_for_ever(Sweeps(upkeep, FakeClock(), 60, every))


async def test_what_fails_stops_neither_the_others_nor_its_next_turn(caplog: pytest.LogCaptureFixture) -> None:
    """What was foreseen is a line in the log, what was not is one with its traceback."""
    ran = list[str]()

    def failing(name: str, error: Exception) -> Callable[[], Awaitable[None]]:
        async def run() -> None:
            ran.append(name)
            raise error

        return run

    foreseen = failing("a", TransientError("GitHub answered 502"))
    await turns(FakeUpkeep(), {"a": foreseen, "b": failing("b", RuntimeError("boom"))}, count=2)
    assert ran == ["a", "b", "a", "b"]
    assert [record.message for record in caplog.records][:2] == [
        "sweep of a: GitHub answered 502; it goes on at its next turn",
        "sweep of b failed",
    ]
    assert [bool(record.exc_info) for record in caplog.records][:2] == [False, True]


async def test_what_another_worker_does_is_left_to_it() -> None:
    """It is only asked whose turn it is."""
    upkeep, ran = FakeUpkeep(), list[str]()
    upkeep.busy = {"a"}

    async def run() -> None:
        ran.append("a")

    await turns(upkeep, {"a": run})
    assert (upkeep.turns, ran) == (["a", "end"], [])


async def test_all_sweeps_do_their_work_in_an_empty_world(caplog: pytest.LogCaptureFixture) -> None:
    """Nothing to heal: one page of GitHub's log is read, and that is all."""
    upkeep, forge, clock = FakeUpkeep(), FakeForge(), FakeClock()
    hooks = FakeHooks(upkeep)
    sweeps = build(forge=forge, hooks=hooks, store=MemoryStore(), upkeep=upkeep, clock=clock, seconds=60)
    for sweep in sweeps.all:
        await sweep.run()
    assert {sweep.name: sweep.seconds for sweep in sweeps.all} == {
        "reviews": 60,
        "checks": 60,
        "heads": 60,
        "deliveries": 300,
        "retention": 3600,
    }
    assert (hooks.pages, forge.reports, caplog.records) == (1, [], [])
