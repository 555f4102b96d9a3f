"""The gate before the prompt cache: one call writes a prefix, the others wait until they can read it.

A cache entry is readable only once the response that writes it has begun, so N cold calls sent together all pay the
write (source: Anthropic's prompt caching documentation; the stream's `message_start` is the signal). The gate therefore
lets one call of each prefix through, the *opener*, and holds the others until the opener's `message_start`.

    cold --enter--> opening --started--> warm --(warm_seconds without a renewal)--> cold, and forgotten
                       |
                       `--the opener ends unstarted--> the next waiter opens

Better pay than stall: once the opener has been on its way for `patience` seconds, the others go too.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from kireji.ports import Clock


@dataclass(slots=True)
class _Prefix:
    """What the gate knows of one prefix. A waiter's future holds True when it is to open, False when it is to go."""

    warm_until: float = float("-inf")
    opening: bool = False
    overdue: bool = False
    waiters: deque[asyncio.Future[bool]] = field(default_factory=deque)

    def release(self) -> None:
        """Let all waiters go."""
        while self.waiters:
            waiter = self.waiters.popleft()
            if not waiter.done():
                waiter.set_result(False)

    def hand_over(self) -> None:
        """Make the next waiter the opener, or none if nobody waits."""
        self.overdue = False
        while self.waiters:
            waiter = self.waiters.popleft()
            if not waiter.done():
                waiter.set_result(True)
                return
        self.opening = False

    def give_way(self) -> None:
        """The opener takes too long: nobody waits for it any more."""
        self.overdue = True
        self.release()


class Pass:
    """One call's leave to go. The holder reports `sent` and `started`; the gate takes care of the rest."""

    def __init__(self, gate: "Gate", key: str, *, opening: bool) -> None:
        self._gate = gate
        self._key = key
        self._opening = opening
        self._sent_at: float | None = None
        self._timer: asyncio.TimerHandle | None = None

    @property
    def opening(self) -> bool:
        """Whether this call is to write the prefix."""
        return self._opening

    def holds(self) -> bool:
        """Whether the call may still go: it is the opener, or its prefix is readable, or is being opened."""
        prefix = self._gate.prefix(self._key)
        return self._opening or prefix.opening or self._gate.clock.monotonic() < prefix.warm_until

    def sent(self) -> None:
        """The request is on its way: an opener's patience and the cache entry's life begin here."""
        self._sent_at = self._gate.clock.monotonic()
        if self._opening:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(self._gate.patience, self._gate.prefix(self._key).give_way)

    def started(self) -> None:
        """The response has begun (`message_start`): the prefix is readable, and was renewed if it was before."""
        sent_at = self._gate.clock.monotonic() if self._sent_at is None else self._sent_at
        prefix = self._gate.prefix(self._key)
        prefix.warm_until = max(prefix.warm_until, sent_at + self._gate.warm_seconds)
        prefix.release()
        if self._opening:
            self._opening = False
            prefix.opening = prefix.overdue = False
        self._stop_timer()

    def close(self) -> None:
        """The call is over, well or not. An opener that never started hands its task on."""
        self._stop_timer()
        if self._opening:
            self._opening = False
            self._gate.prefix(self._key).hand_over()

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None


class Gate:
    """Holds calls back until their prefix is readable. One gate serves all reviews of a process, in one loop.

    `warm_seconds` is how long after a request a prefix is taken to be readable: less than the cache's five minutes,
    which run from the request's start. `patience` (seconds) bounds the wait for an opener that was sent; it is timed by
    the event loop, as it guards against a call that hangs, while warmth is measured by `clock`.
    """

    def __init__(self, clock: Clock, *, warm_seconds: float = 240.0, patience: float = 20.0) -> None:
        self.clock = clock
        self.warm_seconds = warm_seconds
        self.patience = patience
        self._prefixes: dict[str, _Prefix] = {}

    @asynccontextmanager
    async def enter(self, key: str | None) -> AsyncGenerator[Pass | None, None]:
        """Wait for leave to go. `key` names the prefix; with None (nothing to cache) there is neither wait nor pass."""
        if key is None:
            yield None
            return
        passage = Pass(self, key, opening=await self._opens(key))
        try:
            yield passage
        finally:
            passage.close()

    def prefix(self, key: str) -> _Prefix:
        """The state of one prefix, made if need be."""
        return self._prefixes.setdefault(key, _Prefix())

    def __len__(self) -> int:
        return len(self._prefixes)

    async def _opens(self, key: str) -> bool:
        """Wait as long as is due; whether the caller is the opener."""
        self._forget()
        prefix = self.prefix(key)
        if prefix.overdue or self.clock.monotonic() < prefix.warm_until:
            return False
        if not prefix.opening:
            prefix.opening = True
            return True

        waiter: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        prefix.waiters.append(waiter)
        try:
            return await waiter
        except asyncio.CancelledError:
            # Cancelled between being made the opener and running: the task must not be lost.
            if not waiter.cancelled() and waiter.result():
                prefix.hand_over()
            raise

    def _forget(self) -> None:
        """Drop prefixes that went cold; those being opened stay, as calls may wait on them."""
        now = self.clock.monotonic()
        cold = [key for key, prefix in self._prefixes.items() if not prefix.opening and now >= prefix.warm_until]
        for key in cold:
            del self._prefixes[key]
