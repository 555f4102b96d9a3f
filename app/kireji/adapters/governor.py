"""The `Governor` port: each process spends a share of a budget that all of them keep in the store.

A share lasts a few seconds: so a process asks the store once in that time, not once a request, and hears about as soon
what the others have learned. What it learns itself counts here at once, and in the store with the next question.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from typing_extensions import override

from kireji.core.models import governor as core
from kireji.core.models.governor import Need, RateBudget, ReportedLimit, WaitUntil
from kireji.errors import TransientError
from kireji.ports import Clock, Governor, Governors, SharedBudget

log = logging.getLogger("kireji.governor")
T = TypeVar("T")

SHARE_SECONDS = 3.0
PART = 1 / 8  # of what is left: the more processes ask, the less each gets
MAX_SLEEP = 15.0  # then it looks again: a wait may have become shorter
ROUNDING = 0.001  # seconds; clocks count in microseconds, sums of floats in less
SAME_PAUSE = 0.5  # seconds; calls that were on their way together are refused together
MAX_GOVERNORS = 1_000  # governors of one process


class LocalBudget(SharedBudget):
    """The `SharedBudget` port for one process alone."""

    def __init__(self) -> None:
        self._budget = RateBudget()

    @override
    async def change(self, change: Callable[[RateBudget], tuple[RateBudget, T]]) -> T:
        self._budget, result = change(self._budget)
        return result


@dataclass
class _News:
    """What the store has not been told yet."""

    seen: dict[str, ReportedLimit] = field(default_factory=dict)
    """The limits that the service told."""
    used: dict[str, float] = field(default_factory=dict)
    """What requests took beyond what they had needed, less than nothing where they took less."""
    paused_until: float = 0.0
    """Epoch seconds until which the service asked for a pause."""

    def again(self, earlier: "_News") -> None:
        """Take back what does no harm if it is told twice."""
        self.seen = earlier.seen | self.seen
        self.paused_until = max(self.paused_until, earlier.paused_until)

    def told(self, budget: RateBudget, now: float) -> RateBudget:
        """The budget of somebody who was told."""
        budget = core.give_back(budget, now, {name: -amount for name, amount in self.used.items()})
        budget = core.learn_limits(budget, now, self.seen)
        return core.pause_until(budget, now, self.paused_until) if self.paused_until else budget


class SharedGovernor(Governor):
    """Spends shares of a budget that it has in common with other processes. Used on one event loop at a time.

    `service` is its name for people. `_known` is the store's budget as last seen, without our share of it; `_share` is
    what we may spend by ourselves. A store that does not answer stops nobody: until it does, `_known` stands for it.
    """

    def __init__(self, service: str, shelf: SharedBudget, clock: Clock, limits: RateBudget | None = None) -> None:
        self._service = service
        self._shelf = shelf
        self._clock = clock
        self._limits = limits or RateBudget()

        self._known = RateBudget()
        self._share = dict[str, float]()
        self._share_ends = float("-inf")
        self._news = _News()

        self._telling = set[asyncio.Task[object]]()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._lock = asyncio.Lock()

    @override
    async def admit(
        self,
        need: Need,
        *,
        patience: float | None = None,
        notice: bool = False,
        waits: Callable[[], None] | None = None,
    ) -> None:
        while True:
            if self._spends(need, notice=notice):
                return
            wait = await self._ask(need, notice=notice)
            if wait is None:
                return
            if patience is not None and wait > patience:
                raise TransientError(f"{self._service}'s rate limit is reached", wait)
            if waits is not None:
                waits()
            await self._clock.sleep(min(wait, MAX_SLEEP))

    @override
    def settle(self, need: Need, used: Need) -> None:
        for name in need.keys() | used.keys():
            more = used.get(name, 0.0) - need.get(name, 0.0)
            self._news.used[name] = self._news.used.get(name, 0.0) + more

    @override
    def learn(self, seen: Mapping[str, ReportedLimit]) -> None:
        self._news.seen |= {
            name: core.scarcer_report(self._news.seen.get(name, new), new) for name, new in seen.items()
        }
        for name in seen.keys() & self._share.keys():
            self._share[name] = min(self._share[name], seen[name].remaining)

        if seen.keys() - self._known.meters.keys():
            self._changed()

    @override
    def pause(self, seconds: float) -> None:
        until = self._now() + seconds
        if until > max(self._known.paused_until, self._news.paused_until) + SAME_PAUSE:
            log.info("%s asks for a pause of %.0f s", self._service, seconds)
            self._news.paused_until = until
            self._changed()

    @override
    def forecast(self, need: Need) -> float:
        now = self._now()
        return core.seconds_until(self._news.told(self._known, now), now, need)

    # -- our share

    def _spends(self, need: Need, *, notice: bool) -> bool:
        """Take it out of our share, if that is good and large enough."""
        now = self._now()
        paused = max(self._known.paused_until, self._news.paused_until) > now
        if self._clock.monotonic() >= self._share_ends or (paused and not notice):
            return False

        metered = {name: amount for name, amount in need.items() if name in self._known.meters}
        if any(self._share.get(name, 0.0) < amount for name, amount in metered.items()):
            return False

        for name, amount in metered.items():
            self._share[name] -= amount
        return True

    async def _ask(self, need: Need, *, notice: bool) -> float | None:
        """Ask the store, one at a time; the seconds to wait, None if the request was admitted."""
        async with self._here():
            if self._spends(need, notice=notice):  # who asked before us brought enough
                return None
            return await self._exchange(need, notice=notice)

    async def _exchange(self, need: Need | None, *, notice: bool) -> float | None:
        """Tell the news, return our share, and take another together with what is needed."""
        now = self._now()
        news = self._news
        returned = self._share
        self._news = _News()
        self._share = dict[str, float]()

        def change(budget: RateBudget) -> tuple[RateBudget, tuple[RateBudget, Need, float | None]]:
            budget = core.give_back(core.overlay_limits(budget, self._limits), now, returned)
            budget = news.told(budget, now)
            outcome = core.admit(budget, now, need or {}, notice=notice or need is None)
            if isinstance(outcome, WaitUntil):
                return outcome.budget, (outcome.budget, {}, outcome.moment - now + ROUNDING)
            rest, share = core.take_share(outcome.budget, now, PART)
            return rest, (rest, share, None)

        try:
            known, share, wait = await self._shelf.change(change)
        except TransientError as error:
            log.warning("the rate limits of %s are not shared for now: %s", self._service, error)
            _, (known, share, wait) = change(self._known)
        except asyncio.CancelledError:
            self._news.again(news)  # it may not have arrived
            raise

        self._known = known
        self._share = dict(share)
        self._share_ends = self._clock.monotonic() + SHARE_SECONDS
        return wait

    def _changed(self) -> None:
        """The others should know at once, and our own next request as well."""
        self._share_ends = float("-inf")
        task = asyncio.get_running_loop().create_task(self._tell())
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def _tell(self) -> None:
        async with self._here():
            await self._exchange(None, notice=True)

    def _here(self) -> asyncio.Lock:
        """The running loop's lock: asyncio's own belongs to the first loop that waits on it."""
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            self._loop = loop
            self._lock = asyncio.Lock()
        return self._lock

    def _now(self) -> float:
        return self._clock.now().timestamp()


class SharedGovernors(Governors):
    """The governors of one process, made as they are asked for. `shelf` gives the place of a budget, by its name."""

    def __init__(self, clock: Clock, shelf: Callable[[str], SharedBudget] | None = None) -> None:
        self._clock = clock
        self._shelf = shelf or (lambda _: LocalBudget())
        self._known = dict[str, SharedGovernor]()

    @override
    def of(self, name: str, limits: RateBudget | None = None) -> SharedGovernor:
        """The name's first word is the service's, as people know it."""
        governor = self._known.pop(name, None)
        if governor is None:
            governor = SharedGovernor(name.partition(" ")[0], self._shelf(name), self._clock, limits)

        self._known[name] = governor
        while len(self._known) > MAX_GOVERNORS:
            self._known.pop(next(iter(self._known)))
        return governor
