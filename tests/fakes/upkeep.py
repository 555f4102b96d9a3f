"""The sweeps' view of the store, and GitHub's log of deliveries, in memory."""

from collections.abc import Collection, Mapping

from kireji.core.operations.hook_log import Attempt, AttemptPage
from kireji.core.operations.lifecycle import ReviewRecord
from kireji.core.operations.mending import Stray
from kireji.errors import DefectError


class FakeUpkeep:
    """Every attribute may be set by a test; the lists keep what was done."""

    def __init__(self) -> None:
        self.saved: dict[str, str] = {}
        self.here: set[str] = set()
        self.turns: list[str] = []
        self.intervals: dict[str, float] = {}
        self.before: list[float] = []
        self.busy: set[str] = set()
        self.stray: tuple[Stray, ...] = ()
        self.lost_workers: tuple[str, ...] = ()
        self.waiting: float | None = None
        self.left_open: tuple[ReviewRecord, ...] = ()
        self.vain: tuple[ReviewRecord, ...] = ()
        self.queued: list[str] = []
        self.wanted: list[tuple[str, str | None]] = []

    async def turn(self, sweep: str, seconds: float) -> bool:
        """True unless the sweep is another's."""
        self.turns.append(sweep)
        self.intervals[sweep] = seconds
        return sweep not in self.busy

    async def load(self, name: str) -> str | None:
        """What was saved."""
        return self.saved.get(name)

    async def save(self, name: str, value: str) -> None:
        """Save it."""
        self.saved[name] = value

    async def taken_deliveries(self, guids: Collection[str]) -> frozenset[str]:
        """Those of them that are here."""
        return frozenset(guids) & self.here

    async def strays(self, before: float) -> tuple[Stray, ...]:
        """The test's."""
        self.before.append(before)
        return self.stray

    async def enqueue_again(self, review: ReviewRecord) -> None:
        """Record it."""
        self.queued.append(review.id)

    async def disown(self) -> tuple[str, ...]:
        """The test's."""
        return self.lost_workers

    async def waiting_since(self, before: float) -> float | None:
        """The test's, if it is old enough."""
        return self.waiting if self.waiting is not None and self.waiting < before else None

    async def open_checks(self, before: float) -> tuple[ReviewRecord, ...]:
        """The test's."""
        self.before.append(before)
        return self.left_open

    async def in_vain(self, before: float) -> tuple[ReviewRecord, ...]:
        """The test's."""
        self.before.append(before)
        return self.vain

    async def request_head(self, review: ReviewRecord, head_sha: str | None) -> bool:
        """Record it."""
        self.wanted.append((review.id, head_sha))
        return head_sha is not None

    async def purge(self) -> Mapping[str, int]:
        """Nothing is old."""
        return {}


class FakeHooks:
    """GitHub's log, `log` newest first. `upkeep` gets what is asked for again, while `up`."""

    def __init__(self, upkeep: FakeUpkeep, page: int = 100) -> None:
        self.log: list[Attempt] = []
        self.up = True
        self.fail: dict[int, Exception] = {}
        self.asked: list[str] = []
        self.pages = 0
        self._upkeep = upkeep
        self._page = page

    async def attempts(self, cursor: str | None = None) -> AttemptPage:
        """A page, from the attempt on that the cursor names by its id."""
        self.pages += 1
        if cursor == "gone":
            raise DefectError("Invalid cursor")
        rows = [one for one in self.log if cursor is None or one.id < int(cursor)]
        page = tuple(rows[: self._page])
        return AttemptPage(page, str(page[-1].id) if len(rows) > self._page else None)

    async def redeliver(self, attempt_id: int) -> None:
        """Deliver it, if anybody is there."""
        if attempt_id in self.fail:
            raise self.fail[attempt_id]
        guid = next(one.guid for one in self.log if one.id == attempt_id)
        self.asked.append(guid)
        if self.up:
            self._upkeep.here.add(guid)
