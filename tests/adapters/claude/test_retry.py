"""The retry policy."""

import asyncio
from collections.abc import Iterable

import pytest

from kireji.adapters.claude.failure import Failure
from kireji.adapters.claude.retry import Retry
from tests.fakes.clock import FakeClock

BUSY = Failure("busy", passing=True)
REFUSED = Failure("refused")


class Service:
    """Gives one outcome after the other; `seconds` pass at each."""

    def __init__(self, clock: FakeClock, outcomes: Iterable[str | Failure], seconds: float = 0.0) -> None:
        self.clock = clock
        self.seconds = seconds
        self.tries = 0
        self._outcomes = iter(outcomes)

    async def ask(self) -> str | Failure:
        """The next outcome."""
        self.tries += 1
        self.clock.advance(self.seconds)
        return next(self._outcomes)


async def test_an_answer_ends_it() -> None:
    """No failure: one try and no sleep."""
    clock = FakeClock()
    service = Service(clock, ["fine"])
    assert await Retry(clock).run(service.ask) == "fine"
    assert (service.tries, clock.sleeps) == (1, [])


async def test_passing_failures_are_tried_again_with_growing_waits() -> None:
    """Waits double from one second, with up to one second of jitter."""
    clock = FakeClock()
    service = Service(clock, [BUSY, BUSY, BUSY, BUSY, "fine"])
    assert await Retry(clock, attempts=5).run(service.ask) == "fine"
    assert [int(wait) for wait in clock.sleeps] in (
        [a, b, c, d] for a in (1, 2) for b in (2, 3) for c in (4, 5) for d in (8, 9)
    )


async def test_waits_differ_between_calls() -> None:
    """Calls that failed together do not come back together."""
    waits: set[float] = set()
    for _ in range(10):
        clock = FakeClock()
        await Retry(clock).run(Service(clock, [BUSY, "fine"]).ask)
        waits.update(clock.sleeps)
    assert len(waits) > 1


async def test_the_last_failure_is_told_when_tries_are_used_up() -> None:
    """As many tries as were granted, and a wait between two of them only."""
    clock = FakeClock()
    service = Service(clock, [BUSY, BUSY, Failure("still busy", passing=True), "too late"])
    assert await Retry(clock, attempts=3).run(service.ask) == Failure("still busy", passing=True)
    assert (service.tries, len(clock.sleeps)) == (3, 2)


async def test_what_does_not_pass_is_not_tried_again() -> None:
    """A failure that is not passing is the answer."""
    clock = FakeClock()
    service = Service(clock, [REFUSED, "fine"])
    assert await Retry(clock).run(service.ask) == REFUSED
    assert (service.tries, clock.sleeps) == (1, [])


async def test_a_named_wait_is_honoured() -> None:
    """At least what the service asked for, and at most a tenth more."""
    clock = FakeClock()
    await Retry(clock).run(Service(clock, [Failure("busy", passing=True, wait=30.0), "fine"]).ask)
    assert len(clock.sleeps) == 1
    assert 30 <= clock.sleeps[0] <= 33


async def test_no_try_begins_after_the_time_limit() -> None:
    """Slow failures use up the time before they use up the tries."""
    clock = FakeClock()
    service = Service(clock, [BUSY] * 5, seconds=45)
    assert await Retry(clock, attempts=5, time_limit=100).run(service.ask) == BUSY
    assert (service.tries, len(clock.sleeps)) == (3, 2)


async def test_a_wait_beyond_the_time_limit_is_not_begun() -> None:
    """The coming wait counts, so nobody sleeps for nothing."""
    clock = FakeClock()
    service = Service(clock, [Failure("busy", passing=True, wait=60.0), "fine"], seconds=45)
    assert await Retry(clock, time_limit=100).run(service.ask) == Failure("busy", passing=True, wait=60.0)
    assert (service.tries, clock.sleeps) == (1, [])


async def test_a_cancelled_call_is_not_retried() -> None:
    """Cancellation goes through."""
    tries = 0

    async def cancelled() -> str | Failure:
        nonlocal tries
        tries += 1
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await Retry(FakeClock()).run(cancelled)
    assert tries == 1
