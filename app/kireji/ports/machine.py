"""The machine and the engine: time, rate governors, the journal of finished steps."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Protocol, TypeVar

from kireji.core.models.governor import Budget, Need, Seen
from kireji.core.operations.perils import Past, RiskyPart

T = TypeVar("T")


class Clock(Protocol):
    """Time, and waiting for it."""

    def now(self) -> datetime:
        """The moment, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds since some fixed point, for durations."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


class Governor(Protocol):
    """Holds requests back to what one service allows, in all processes together. Until it has learnt of a limit there is none.

    Whoever was admitted and used something else than it needed says so in the end, once.
    """

    async def admit(
        self,
        need: Need,
        *,
        patience: float | None = None,
        notice: bool = False,
        waits: Callable[[], None] | None = None,
    ) -> None:
        """Wait until a request that needs so much may go. Raises TransientError for more than `patience` seconds.

        `waits` is called whenever a wait begins. A `notice`, which tells people of a wait, goes even during a pause.
        """
        ...

    def settle(self, need: Need, used: Need) -> None:
        """A request that was admitted with this need is over, and this is what it took; nothing if it was not sent."""
        ...

    def learn(self, seen: Mapping[str, Seen]) -> None:
        """The service has named its limits."""
        ...

    def pause(self, seconds: float) -> None:
        """The service asked for a pause."""
        ...

    def forecast(self, need: Need) -> float:
        """Seconds until about so much will have been admitted."""
        ...


class SharedBudget(Protocol):
    """Where a governor's budget is kept for all who share it."""

    async def change(self, change: Callable[[Budget], tuple[Budget, T]]) -> T:
        """Replace the budget, one at a time, and give the second value back. `change` is quick. Raises TransientError."""
        ...


class Governors(Protocol):
    """The governors of one process, by the name of what they govern."""

    def of(self, name: str, limits: Budget | None = None) -> Governor:
        """The governor of this name; `limits` are those known beforehand."""
        ...


class Journal(Protocol):
    """Remembers finished steps of one review. The simplest one remembers nothing and calls directly.

    Only what writes outside is a step. What reads is read again after a crash, and what is paid is in the memo.
    """

    async def step(self, name: str, call: Callable[[], Awaitable[T]], kind: object) -> T:
        """Run one step under a name, or give its remembered result, a value of the type (or union) `kind`.

        Steps of a review run one after the other, and `name` is unique among them.
        """
        ...


class Perils(Protocol):
    """Which part of which job is under way. It outlives the process that dies of it."""

    async def begin(self, job: str) -> Past:
        """What is known of the job's earlier starts; a part that is still under way is where the last one died."""
        ...

    async def enter(self, job: str, part: RiskyPart) -> None:
        """A part begins: it is written down before this returns."""
        ...

    async def leave(self, job: str) -> None:
        """It is over, or was stopped."""
        ...

    async def forget(self, job: str) -> None:
        """The job has ended."""
        ...

    async def suspect(self, kin: str, past: Past) -> None:
        """What is kin to a job that had this past is to begin with it."""
        ...
