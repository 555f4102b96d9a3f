"""Whose call is next: each tenant its share, as fast as the rate limit allows, and not too many at once.

A tenant with thousands of calls must not starve one with three, so the next call is one of the tenant that has the
fewest under way, and among those the one that was served longest ago. Only that call asks the governor, and sends as
soon as it is admitted: so nothing is on its way that was admitted before a limit was learned, but what had been sent.
"""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import chain

from kireji.core.models.governor import Need
from kireji.ports import Caller, Clock, Governor

TOLD_FROM = 15.0  # seconds; a shorter wait is over before anybody has read of it
TOLD_EVERY = 5.0  # seconds; how often waits are worked out anew
MAX_WAIT = 3600.0  # seconds; then a call gives up


@dataclass(slots=True, eq=False)
class _Waiting:
    """A call that waits for its turn; `chosen` is done when it has it."""

    caller: Caller
    need: Need
    since: float
    chosen: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class OutOfPatienceError(Exception):
    """The call waited too long for its turn."""


class FairQueue:
    """Lets at most `most` calls go at once. Used on one event loop at a time: asyncio's own locks belong to the first."""

    def __init__(self, governor: Governor, clock: Clock, most: int) -> None:
        self.governor = governor
        self._clock = clock
        self._most = most
        self._forget(None)

    def _forget(self, loop: asyncio.AbstractEventLoop | None) -> None:
        self._loop = loop
        self._queues = dict[str, deque[_Waiting]]()  # the tenant that was served last is the last
        self._under_way = Counter[str]()
        self._asking: _Waiting | None = None
        self._told = float("-inf")

    @asynccontextmanager
    async def turn(self, caller: Caller, need: Need, *, again: bool = False) -> AsyncGenerator[None, None]:
        """Wait for one's turn; whoever had it and gave it back comes `again`, before its tenant's others.

        Raises OutOfPatienceError.
        """
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            self._forget(loop)

        await self._admitted(_Waiting(caller, need, self._clock.monotonic()), again=again)
        try:
            yield
        finally:
            self._under_way[caller.tenant] -= 1
            self._under_way += Counter()  # drops the tenants that have none
            self._next()

    async def _admitted(self, waiting: _Waiting, *, again: bool) -> None:
        await self._chosen(waiting, again=again)

        tenant = waiting.caller.tenant
        try:
            if self._clock.monotonic() - waiting.since > MAX_WAIT:
                raise OutOfPatienceError
            await self.governor.admit(waiting.need, waits=self._wait_begins)
            self._under_way[tenant] += 1
        finally:
            self._asking = None
            self._next()

    async def _chosen(self, waiting: _Waiting, *, again: bool) -> None:
        """Wait until nobody else asks the governor, and this call is the next to."""
        queue = self._queues.setdefault(waiting.caller.tenant, deque())
        queue.insert(0 if again else len(queue), waiting)
        self._next()
        try:
            await waiting.chosen
        except asyncio.CancelledError:
            self._drop(waiting)
            raise

    def _drop(self, waiting: _Waiting) -> None:
        """Nobody waits there any more: nobody is to be told, and somebody else may ask."""
        tenant = waiting.caller.tenant
        queue = self._queues.get(tenant, deque())
        if waiting in queue:
            queue.remove(waiting)
            if not queue:
                del self._queues[tenant]
        if self._asking is waiting:
            self._asking = None
            self._next()

    def _next(self) -> None:
        """Choose who asks next, if there is room."""
        while self._asking is None and self._queues and self._under_way.total() < self._most:
            tenant = min(self._queues, key=self._under_way.__getitem__)
            queue = self._queues.pop(tenant)
            waiting = queue.popleft()
            if queue:
                self._queues[tenant] = queue
            if not waiting.chosen.done():  # cancelled meanwhile
                self._asking = waiting
                waiting.chosen.set_result(None)

    # -- telling

    def _wait_begins(self) -> None:
        now = self._clock.monotonic()
        if now - self._told >= TOLD_EVERY:
            self._told = now
            # A little later: whom the gate released together with this call comes right behind it.
            asyncio.get_running_loop().call_soon(self._tell)

    def _tell(self) -> None:
        """Tell those who must wait long about until when."""
        for caller, calls in self._admitted_by_the_end().values():
            wait = self.governor.forecast(_total(calls))
            if wait >= TOLD_FROM:
                caller.held(self._clock.now() + timedelta(seconds=wait))

    def _admitted_by_the_end(self) -> dict[int, tuple[Caller, list[_Waiting]]]:
        """Each caller that waits, by its identity, with the calls that have been admitted once its last one is.

        The queues take turns: when the call at a place of one queue has its turn, so has each at this place of the others.
        """
        first = [self._asking] if self._asking is not None else []
        queues = [_still_waiting(queue) for queue in self._queues.values()]

        admitted = {id(waiting.caller): (waiting.caller, first) for waiting in first}
        for queue in queues:
            last_places = {id(waiting.caller): (waiting.caller, place) for place, waiting in enumerate(queue, 1)}
            for caller, place in last_places.values():
                by_then = chain.from_iterable(other[:place] for other in queues)
                admitted[id(caller)] = (caller, [*first, *by_then])
        return admitted


def _still_waiting(queue: Iterable[_Waiting]) -> list[_Waiting]:
    return [waiting for waiting in queue if not waiting.chosen.done()]


def _total(calls: list[_Waiting]) -> Need:
    total = dict[str, float]()
    for call in calls:
        for name, amount in call.need.items():
            total[name] = total.get(name, 0.0) + amount
    return total
