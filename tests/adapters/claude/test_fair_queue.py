"""Whose call is next."""

import asyncio
from datetime import datetime, timedelta

import pytest

from kireji.adapters.claude.fair_queue import MAX_WAIT, TOLD_FROM, FairQueue, OutOfPatienceError
from kireji.adapters.governor import LocalBudget, SharedGovernor
from kireji.core.models.governor import Seen
from kireji.ports import Caller
from tests.fakes.clock import START, FakeClock

ONE = {"requests": 1.0}
BIG = Caller("big")
SMALL = Caller("small")


class Hall:
    """FairQueue, and calls that go when they are told to. `order` has the tenants in the order in which they went."""

    def __init__(self, most: int = 2) -> None:
        self.clock = FakeClock()
        self.governor = SharedGovernor("Claude", LocalBudget(), self.clock)
        self.turns = FairQueue(self.governor, self.clock, most)
        self.order: list[str] = []
        self.calls: list[asyncio.Task[None]] = []
        self._done = asyncio.Semaphore(0)

    def limit(self, limit: float, remaining: float) -> None:
        """Let the governor learn a limit of requests."""
        self.governor.learn({"requests": Seen(limit, remaining, self.clock.now().timestamp())})

    async def come(self, caller: Caller, number: int = 1, *, again: bool = False) -> None:
        """So many calls come."""
        self.calls += [asyncio.create_task(self._call(caller, again)) for _ in range(number)]
        await self.settle()

    async def end(self, number: int = 1) -> None:
        """So many of those that went end, one after the other."""
        for _ in range(number):
            self._done.release()
            await self.settle()

    async def settle(self) -> None:
        """Let everybody go as far as they get."""
        for _ in range(20):
            await asyncio.sleep(0)

    async def _call(self, caller: Caller, again: bool) -> None:
        async with self.turns.turn(caller, ONE, again=again):
            self.order.append(caller.tenant)
            await self._done.acquire()


async def test_as_many_go_as_may() -> None:
    """The others wait until one ends."""
    hall = Hall(most=2)
    await hall.come(BIG, 5)
    assert len(hall.order) == 2
    await hall.end()
    assert len(hall.order) == 3
    await hall.end(4)
    assert all(call.done() for call in hall.calls)


async def test_a_tenant_with_few_calls_is_not_starved() -> None:
    """It comes last, behind a hundred calls, and its calls go with the next that are let through."""
    hall = Hall(most=4)
    await hall.come(BIG, 100)
    await hall.come(SMALL, 3)
    await hall.end(3)
    assert hall.order[4:] == ["small"] * 2 + ["big"]
    await hall.end(2)
    assert hall.order.count("small") == 3
    await hall.end(98)


async def test_tenants_with_as_many_under_way_take_turns() -> None:
    """One after the other, however many calls each has."""
    hall = Hall(most=1)
    await hall.come(BIG, 4)
    await hall.come(SMALL, 2)
    await hall.come(Caller("third"), 2)
    await hall.end(8)
    assert hall.order == ["big", "big", "small", "third", "big", "small", "third", "big"]


async def test_who_gave_a_turn_back_comes_before_its_tenants_others() -> None:
    """It had waited already."""
    hall = Hall(most=1)
    names: list[str] = []

    async def call(name: str, *, again: bool = False) -> None:
        async with hall.turns.turn(BIG, ONE, again=again):
            names.append(name)

    await hall.come(BIG)
    rest = [asyncio.create_task(call("first")), asyncio.create_task(call("second"))]
    await hall.settle()
    rest.append(asyncio.create_task(call("back", again=True)))
    await hall.settle()
    await hall.end()
    await asyncio.gather(*rest)
    assert names == ["back", "first", "second"]


@pytest.mark.parametrize("which", [0, 1, 2], ids=["going", "waiting", "last"])
async def test_a_cancelled_call_leaves_the_way_free(which: int) -> None:
    """Wherever it was: the others go."""
    hall = Hall(most=1)
    await hall.come(BIG, 3)
    hall.calls[which].cancel()
    await hall.end(3)
    assert [call.cancelled() for call in hall.calls] == [number == which for number in range(3)]
    assert all(call.done() for call in hall.calls)


async def test_a_call_cancelled_as_it_is_chosen_leaves_the_way_free() -> None:
    """In the moment between being chosen and going."""
    hall = Hall(most=1)
    await hall.come(BIG, 3)
    hall._done.release()
    await asyncio.wait(hall.calls[:1])
    hall.calls[1].cancel()
    await hall.settle()
    await hall.end()
    assert [call.cancelled() for call in hall.calls] == [False, True, False]
    assert hall.calls[2].done()


async def test_a_call_that_waited_for_an_hour_gives_up() -> None:
    """Waits are bounded; those that came later go on."""
    hall = Hall(most=1)
    await hall.come(BIG, 2)
    hall.clock.advance(MAX_WAIT + 1)
    await hall.come(BIG)
    await hall.end(2)
    assert isinstance(hall.calls[1].exception(), OutOfPatienceError)
    assert hall.calls[2].done()
    assert hall.calls[2].exception() is None


async def test_a_short_wait_is_not_told() -> None:
    """It is over before anybody reads of it."""
    hall = Hall(most=10)
    told = list[datetime]()
    hall.limit(60, 0)
    await hall.come(Caller("a", told.append), int(TOLD_FROM) - 2)
    assert hall.order
    assert told == []


async def test_a_long_wait_is_told_to_those_who_wait() -> None:
    """By how many have their turn before: the tenant with one call is through long before the one with forty."""
    hall = Hall(most=100)
    big = list[datetime]()
    small = list[datetime]()
    hall.limit(60, 0)
    caller = Caller("big", big.append)
    hall.calls = [asyncio.create_task(hall._call(caller, False)) for _ in range(40)]
    hall.calls.append(asyncio.create_task(hall._call(Caller("small", small.append), False)))
    await hall.settle()
    assert small == []
    assert abs(big[0] - (START + timedelta(seconds=41))) < timedelta(seconds=2)
    assert hall.order.index("small") <= 2
    assert len(hall.order) > 5

    for call in hall.calls:
        call.cancel()


async def test_who_gave_up_is_told_of_no_wait() -> None:
    """Neither in the moment in which it is cancelled nor later; its place in the queue is free, and the others go."""
    hall = Hall(most=100)
    gone = list[datetime]()
    there = list[datetime]()
    hall.limit(60, 0)
    await hall.come(BIG, 3)
    calls = [asyncio.create_task(hall._call(Caller("gone", gone.append), False)) for _ in range(30)]
    calls.append(asyncio.create_task(hall._call(Caller("there", there.append), False)))
    await hall.settle()
    gone.clear()

    for call in calls[:-1]:
        call.cancel()

    hall.turns._tell()

    for _ in range(3):
        hall.clock.advance(60)
        hall.turns._tell()
        await hall.settle()

    assert gone == []
    assert "there" in hall.order
    assert not hall.turns._queues


async def test_another_event_loop_begins_anew() -> None:
    """What an earlier loop left behind holds nobody up."""
    hall = Hall(most=1)
    await hall.come(BIG, 2)

    def other() -> list[str]:
        async def alone() -> None:
            async with hall.turns.turn(SMALL, ONE):
                hall.order.append("alone")

        asyncio.run(alone())
        return hall.order

    assert await asyncio.to_thread(other) == ["big", "alone"]
