"""The gate before the prompt cache."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

import pytest

from kireji.adapters.claude.gate import Gate, Pass
from tests.fakes.clock import FakeClock


class Calls:
    """Calls that go through a gate and end when told: `through` lists their names in the order in which they went."""

    def __init__(self, gate: Gate) -> None:
        self.gate = gate
        self.through: list[str] = []
        self.passes: dict[str, Pass] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._ends: dict[str, asyncio.Event] = {}

    async def begin(self, *names: str, key: str = "rules") -> None:
        """Start calls with a common prefix and let them come as far as they can."""
        for name in names:
            self._ends[name] = asyncio.Event()
            self._tasks[name] = asyncio.create_task(self._call(name, key))
        await settle()

    async def end(self, name: str) -> None:
        """Let a call leave the gate."""
        self._ends[name].set()
        await self._tasks[name]
        await settle()

    async def cancel(self, name: str) -> None:
        """Cancel a call wherever it is."""
        self._tasks[name].cancel()
        with pytest.raises(asyncio.CancelledError):
            await self._tasks[name]
        await settle()

    async def finish(self) -> None:
        """Let all calls end."""
        for end in self._ends.values():
            end.set()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def _call(self, name: str, key: str) -> None:
        async with self.gate.enter(key) as passage:
            assert passage is not None
            self.through.append(name)
            self.passes[name] = passage
            passage.sent()
            await self._ends[name].wait()


@asynccontextmanager
async def calls_at(gate: Gate) -> AsyncGenerator[Calls, None]:
    """Calls that are all ended in the end."""
    calls = Calls(gate)
    try:
        yield calls
    finally:
        await calls.finish()


async def settle() -> None:
    """Let every task come as far as it can without time passing."""
    for _ in range(10):
        await asyncio.sleep(0)


async def test_one_call_opens_and_the_others_go_when_its_response_has_begun() -> None:
    """Of three cold calls one goes; its `message_start` releases the others together."""
    async with calls_at(Gate(FakeClock())) as calls:
        await calls.begin("a", "b", "c")
        assert calls.through == ["a"]
        calls.passes["a"].started()
        await settle()
        assert calls.through == ["a", "b", "c"]


async def test_prefixes_do_not_wait_for_each_other() -> None:
    """Two prefixes are opened by two calls at the same time."""
    async with calls_at(Gate(FakeClock())) as calls:
        await calls.begin("a", key="one")
        await calls.begin("b", key="two")
        assert calls.through == ["a", "b"]


async def test_nothing_to_cache_nothing_to_wait_for() -> None:
    """Without a key calls pass freely and leave no trace."""
    gate = Gate(FakeClock())
    async with gate.enter(None) as first, gate.enter(None) as second:
        assert (first, second, len(gate)) == (None, None, 0)


async def test_the_next_waiter_opens_when_the_opener_fails() -> None:
    """An opener that leaves without having started hands over to exactly one waiter, in order of arrival."""
    async with calls_at(Gate(FakeClock())) as calls:
        await calls.begin("a", "b", "c")
        await calls.end("a")
        assert calls.through == ["a", "b"]
        calls.passes["b"].started()
        await settle()
        assert calls.through == ["a", "b", "c"]


async def test_a_cancelled_opener_is_replaced() -> None:
    """Cancelling the opener makes the next waiter the opener."""
    async with calls_at(Gate(FakeClock())) as calls:
        await calls.begin("a", "b", "c")
        await calls.cancel("a")
        assert calls.through == ["a", "b"]


async def test_a_cancelled_waiter_is_passed_over() -> None:
    """A waiter that was cancelled does not become the opener."""
    async with calls_at(Gate(FakeClock())) as calls:
        await calls.begin("a", "b", "c")
        await calls.cancel("b")
        await calls.end("a")
        assert calls.through == ["a", "c"]


async def test_a_waiter_cancelled_while_it_is_made_the_opener_hands_on() -> None:
    """The opener's task is not lost when its new holder is cancelled before it runs."""
    gate = Gate(FakeClock())
    async with calls_at(gate) as calls:
        await calls.begin("a", "b", "c")
        calls.passes["a"].close()  # "b" is the opener from here on, but has not run yet
        await calls.cancel("b")
        assert calls.through == ["a", "c"]


@pytest.mark.parametrize(("later", "expected"), [(239.0, ["a", "b", "c"]), (240.0, ["a", "b"])])
async def test_a_warm_prefix_needs_no_opener(later: float, expected: list[str]) -> None:
    """Within `warm_seconds` of the opener's sending all calls go at once; from then on one opens again."""
    clock = FakeClock()
    async with calls_at(Gate(clock, warm_seconds=240)) as calls:
        await calls.begin("a")
        calls.passes["a"].started()
        clock.advance(later)
        await calls.begin("b", "c")
        assert calls.through == expected


async def test_every_started_call_renews_the_warmth() -> None:
    """A read renews the cache's entry, so the window runs from the latest call."""
    clock = FakeClock()
    async with calls_at(Gate(clock, warm_seconds=240)) as calls:
        await calls.begin("a")
        calls.passes["a"].started()
        clock.advance(200)
        await calls.begin("b")
        calls.passes["b"].started()
        clock.advance(200)
        await calls.begin("c", "d")
        assert calls.through == ["a", "b", "c", "d"]


async def test_warmth_runs_from_the_sending() -> None:
    """The cache's five minutes begin with the request, so a slow start shortens what is left."""
    clock = FakeClock()
    async with calls_at(Gate(clock, warm_seconds=240)) as calls:
        await calls.begin("a")
        clock.advance(230)
        calls.passes["a"].started()
        clock.advance(20)
        await calls.begin("b", "c")
        assert calls.through == ["a", "b"]


async def test_patience_ends_after_the_opener_was_sent() -> None:
    """A hanging opener holds nobody for good, and late comers do not wait for it either."""
    async with calls_at(Gate(FakeClock(), patience=0)) as calls:
        await calls.begin("a", "b", "c")
        await until(lambda: len(calls.through) == 3)
        await calls.begin("d")
        assert calls.through[-1] == "d"


async def test_patience_does_not_run_before_the_opener_is_sent() -> None:
    """An opener that still waits for a slot is waited for: its waiters could have no slot either."""
    gate = Gate(FakeClock(), patience=0)
    async with gate.enter("rules") as opener, calls_at(gate) as calls:
        await calls.begin("b")
        assert calls.through == []
        assert opener is not None
        opener.sent()
        await until(lambda: calls.through == ["b"])


async def test_after_a_hanging_opener_failed_one_call_opens_again() -> None:
    """Lost patience is with one opener only."""
    async with calls_at(Gate(FakeClock(), patience=0)) as calls:
        await calls.begin("a", "b")
        await until(lambda: len(calls.through) == 2)
        await calls.end("a")
        calls.gate.patience = 60
        await calls.begin("c", "d")
        assert calls.through == ["a", "b", "c"]


async def test_cold_prefixes_are_forgotten() -> None:
    """A gate that has seen many prefixes remembers those that are warm or being opened."""
    clock = FakeClock()
    gate = Gate(clock, warm_seconds=240)
    for number in range(50):
        async with gate.enter(f"prefix {number}") as passage:
            assert passage is not None
            passage.started()

    assert len(gate) == 50
    clock.advance(240)

    async with gate.enter("another"), gate.enter("and another"):
        assert len(gate) == 2


def test_a_gate_outlives_its_loop() -> None:
    """A new event loop finds the gate in order, even when the old one ended in the middle of an opening."""
    gate = Gate(FakeClock())

    async def broken_off() -> None:
        calls = Calls(gate)
        await calls.begin("a", "b")

    async def whole() -> list[str]:
        async with calls_at(gate) as calls:
            await calls.begin("c", "d")
            calls.passes["c"].started()
            await settle()
            return calls.through

    asyncio.run(broken_off())
    assert asyncio.run(whole()) == ["c", "d"]


async def until(condition: Callable[[], bool]) -> None:
    """Wait for something that a timer of the loop brings about; pytest's timeout ends it if it never comes."""
    while not condition():  # noqa: ASYNC110 - what is waited for is a list that fills
        await asyncio.sleep(0.001)
