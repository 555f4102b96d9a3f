"""When a worker that cannot renew its lease gives itself up, in seconds of a loop that waits for nothing."""

import asyncio
import selectors
from collections.abc import Awaitable, Callable, Sequence

import pytest
from typing_extensions import override

from kireji.entry.service.lease import keep_lease
from kireji.errors import TransientError

LEASE = 10.0
HANGS, FAILS, LOST, KEPT = "hangs", "fails", "lost", "kept"


class Idle(selectors.SelectSelector):
    """Waits for nothing, and counts the seconds that it was to wait."""

    passed = 0.0

    @override
    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self.passed += timeout or 0.0
        return super().select(0)


class Loop(asyncio.SelectorEventLoop):
    """Its time goes on only where everybody waits, and then at once."""

    def __init__(self) -> None:
        self._idle = Idle()
        super().__init__(self._idle)

    @override
    def time(self) -> float:
        return self._idle.passed


def renewing(answers: Sequence[str], seconds: float) -> Callable[[], Awaitable[bool]]:
    """A database that answers so, each time after so many seconds, and its last answer for ever."""
    left = list(answers)

    async def renew() -> bool:
        answer = left.pop(0) if len(left) > 1 else left[0]
        await asyncio.sleep(1000.0 if answer == HANGS else seconds)
        if answer == FAILS:
            raise TransientError("the database is away")
        return answer == KEPT

    return renew


@pytest.mark.parametrize(
    ("answers", "seconds", "end"),
    [
        ([HANGS], 0.0, 9.0),
        ([KEPT, HANGS], 0.0, 9.0),
        ([KEPT, KEPT, HANGS], 2.0, 4.5 + 9.0),
        ([FAILS], 0.0, 9.0),
        ([KEPT, FAILS], 1.3, 9.0),
        ([KEPT, KEPT, LOST], 0.5, 6.5),
    ],
)
def test_it_ends_before_its_lease_does(answers: list[str], seconds: float, end: float) -> None:
    """Nine tenths of the lease after the beginning of the last renewal that went well, or as soon as it is another's."""
    loop = Loop()
    try:
        loop.run_until_complete(keep_lease(renewing(answers, seconds), LEASE, loop.time()))
        assert loop.time() == pytest.approx(end, abs=0.01)
    finally:
        loop.close()
