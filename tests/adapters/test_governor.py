"""A governor with its share of a budget: alone, beside others in memory, and over both stores."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

import pytest
from typing_extensions import override

from kireji.adapters.governor import MAX_SLEEP, SHARE_SECONDS, LocalBudget, SharedGovernor, SharedGovernors
from kireji.core.models.governor import Budget, Seen, full
from kireji.errors import TransientError
from tests.fakes.clock import FakeClock

T = TypeVar("T")
ONE = {"requests": 1.0}


class CountingShelf(LocalBudget):
    """Counts the exchanges; while `away` it cannot be reached."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0
        self.away = False

    @override
    async def change(self, change: Callable[[Budget], tuple[Budget, T]]) -> T:
        """Change it, or not."""
        self.asked += 1
        if self.away:
            raise TransientError("the database does not answer")
        return await super().change(change)


class Waits:
    """Counts how often a wait began."""

    def __init__(self) -> None:
        self.begun = 0

    def __call__(self) -> None:
        """A wait begins."""
        self.begun += 1


@pytest.fixture
def clock() -> FakeClock:
    """A clock that does not wait."""
    return FakeClock()


@pytest.fixture
def shelf() -> CountingShelf:
    """What two governors share."""
    return CountingShelf()


def governor(shelf: LocalBudget, clock: FakeClock, limits: Budget | None = None) -> SharedGovernor:
    """One of several processes' governors."""
    return SharedGovernor("Claude", shelf, clock, limits)


def told(clock: FakeClock, limit: float, remaining: float) -> dict[str, Seen]:
    """What headers say."""
    return {"requests": Seen(limit, remaining, clock.now().timestamp())}


async def settled() -> None:
    """Let what was started in the background end."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_until_a_limit_is_learned_there_is_none(shelf: CountingShelf, clock: FakeClock) -> None:
    """A thousand requests go without a wait, and the store is asked once."""
    first = governor(shelf, clock)
    for _ in range(1000):
        await first.admit(ONE)
    assert (clock.sleeps, shelf.asked) == ([], 1)


async def test_a_large_limit_costs_one_question_in_a_few_seconds(shelf: CountingShelf, clock: FakeClock) -> None:
    """While the share lasts nobody asks; after it, one question brings the next."""
    first = governor(shelf, clock)
    first.learn(told(clock, 4000, 4000))
    await settled()
    before = shelf.asked

    for _ in range(300):
        await first.admit(ONE)

    assert shelf.asked - before <= 1
    clock.advance(SHARE_SECONDS)
    await first.admit(ONE)
    assert shelf.asked - before <= 2
    assert clock.sleeps == []


async def test_what_one_learns_the_others_keep(shelf: CountingShelf, clock: FakeClock) -> None:
    """A second process that never saw a header waits for the limit that the first has met."""
    first = governor(shelf, clock)
    second = governor(shelf, clock)
    await second.admit(ONE)
    first.learn(told(clock, 60, 0))
    await settled()
    clock.advance(SHARE_SECONDS)
    for _ in range(13):
        await second.admit(ONE)
    assert sum(clock.sleeps) == pytest.approx(10, abs=0.5)


async def test_an_older_answer_does_not_undo_what_a_refusal_told(shelf: CountingShelf, clock: FakeClock) -> None:
    """Nothing is left, though an answer that was overtaken tells of two, and what the refused one took comes back."""
    first = governor(shelf, clock)
    first.learn(told(clock, 10, 5))
    await settled()
    await first.admit(ONE)
    first.learn(told(clock, 10, 0))
    first.settle(ONE, {})
    first.learn(told(clock, 10, 2))
    assert first.forecast(ONE) == pytest.approx(6)


async def test_together_they_take_no_more_than_the_limit(shelf: CountingShelf, clock: FakeClock) -> None:
    """Four processes in turn, in any window: a full bucket and its refill, however they share it."""
    rivals = [governor(shelf, clock) for _ in range(4)]
    rivals[0].learn(told(clock, 60, 60))
    await settled()
    begun = clock.monotonic()
    for turn in range(300):
        await rivals[turn % 4].admit(ONE)
    assert clock.monotonic() - begun >= 300 - 60 - 1
    assert clock.monotonic() - begun <= 300 - 60 + 4 * SHARE_SECONDS


async def test_what_was_not_used_comes_back(shelf: CountingShelf, clock: FakeClock) -> None:
    """A request that was not sent, or took less than was thought, leaves the rest to the others; more is a debt."""
    first = governor(shelf, clock)
    second = governor(shelf, clock)
    first.learn(told(clock, 60, 2))
    await settled()

    for used in (dict[str, float](), ONE):
        await first.admit(ONE)
        first.settle(ONE, used)

    await first.admit(ONE)
    assert clock.sleeps == []
    first.settle(ONE, {"requests": 11})
    first.pause(0.001)  # tells the others at once
    await settled()
    clock.advance(0.001)
    await second.admit(ONE)
    assert sum(clock.sleeps) == pytest.approx(11, abs=0.1)


async def test_a_pause_holds_for_all_and_is_told_once(shelf: CountingShelf, clock: FakeClock) -> None:
    """Twenty requests that were refused together make one pause, in the store at once; then all goes on."""
    first = governor(shelf, clock)
    second = governor(shelf, clock)
    await first.admit(ONE)
    before = shelf.asked

    for _ in range(20):
        first.pause(12)

    await settled()
    assert shelf.asked - before == 1
    waits = Waits()
    await second.admit(ONE, waits=waits)
    assert sum(clock.sleeps) == pytest.approx(12, abs=0.01)
    assert waits.begun == 1


async def test_a_long_wait_is_looked_at_again(shelf: CountingShelf, clock: FakeClock) -> None:
    """A minute is waited in pieces, as it may become shorter."""
    first = governor(shelf, clock)
    first.pause(60)
    await first.admit(ONE)
    assert max(clock.sleeps) <= MAX_SLEEP
    assert sum(clock.sleeps) == pytest.approx(60, abs=0.01)


async def test_a_wait_beyond_patience_is_an_error_with_its_time(shelf: CountingShelf, clock: FakeClock) -> None:
    """Nobody sleeps; the caller is told how long."""
    first = governor(shelf, clock)
    first.pause(900)
    with pytest.raises(TransientError, match="Claude's rate limit is reached") as error:
        await first.admit(ONE, patience=20)
    assert error.value.retry_after == pytest.approx(900, abs=0.01)
    assert clock.sleeps == []


async def test_a_notice_goes_through_a_pause(shelf: CountingShelf, clock: FakeClock) -> None:
    """What tells people of the wait does not wait itself, up to its own limit."""
    first = governor(shelf, clock, full(notices=(2, 0.1)))
    first.pause(900)
    await first.admit({"notices": 1}, patience=0, notice=True)
    await first.admit({"notices": 1}, patience=0, notice=True)
    with pytest.raises(TransientError):
        await first.admit({"notices": 1}, patience=0, notice=True)


async def test_a_store_that_is_away_stops_nobody(shelf: CountingShelf, clock: FakeClock) -> None:
    """The limits that this process knows still hold; the reviews go on."""
    first = governor(shelf, clock)
    await first.admit(ONE)
    shelf.away = True
    first.learn(told(clock, 60, 1))
    await first.admit(ONE)
    assert clock.sleeps == []
    await first.admit(ONE)
    assert sum(clock.sleeps) == pytest.approx(1, abs=0.1)


async def test_a_forecast_tells_when_so_much_will_be_through(shelf: CountingShelf, clock: FakeClock) -> None:
    """By what is known here: the level, the rate and a pause."""
    first = governor(shelf, clock)
    assert first.forecast({"requests": 1000}) == 0
    first.learn(told(clock, 60, 10))
    assert first.forecast({"requests": 40}) == pytest.approx(30)
    first.pause(50)
    assert first.forecast({"requests": 1}) == pytest.approx(50)


async def test_one_name_is_one_governor(clock: FakeClock) -> None:
    """A process has one for each installation."""
    governors = SharedGovernors(clock)
    assert governors.of("GitHub 1") is governors.of("GitHub 1")
    assert governors.of("GitHub 1") is not governors.of("GitHub 2")


async def test_what_was_learned_survives_a_cancelled_question(clock: FakeClock) -> None:
    """A review that is cancelled while the store is asked does not take a pause with it."""

    class StuckShelf(CountingShelf):
        @override
        async def change(self, change: Callable[[Budget], tuple[Budget, T]]) -> T:
            if self.away:
                await asyncio.sleep(3600)
            return await super().change(change)

    shelf = StuckShelf()
    first = governor(shelf, clock)
    await first.admit(ONE)
    shelf.away = True
    first.pause(30)
    asking = asyncio.create_task(first.admit(ONE))
    await settled()
    for task in (*first._telling, asking):
        task.cancel()
    await settled()
    shelf.away = False
    await governor(shelf, clock).admit(ONE)
    assert clock.sleeps == []
    await first.admit(ONE)
    assert sum(clock.sleeps) == pytest.approx(30, abs=0.01)
