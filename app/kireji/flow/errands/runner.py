"""What an errand is run with."""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from kireji.core.events.job import ReviewRequest
from kireji.core.policy.steering import Steering, base_files, steer
from kireji.core.pulls.pull import OpenedPull, PullRef
from kireji.flow.world import World
from kireji.ports import Journal, ReviewQueue

T = TypeVar("T")


@dataclass
class Runner:
    """One errand on its way, in one process.

    Steps are numbered by what was begun in this process, as a review's are (see `check_run`). Every one may be repeated:
    answers carry the cause as their marker, and what is wanted for a cause is wanted once. After a crash the same steps
    must come in the same order although GitHub is read again: so what they depend on must not be what they change.
    """

    world: World
    reviews: ReviewQueue
    journal: Journal
    cause: str
    """Its delivery's id."""
    mention: str
    """The name that people call us by."""
    _steps: Counter[str] = field(default_factory=Counter)

    @property
    def name(self) -> str:
        """The errand's id: its workflow's, and the ledger's."""
        return f"errand/{self.cause}"

    async def look(self, ref: PullRef) -> tuple[OpenedPull, Steering]:
        """The pull request as it is now, and what its base branch says of how it is reviewed."""
        overrides = self.world.overrides
        opened = await self.world.forge.look(ref, base_files(overrides))
        return opened, steer(opened, overrides)

    async def step(self, name: str, call: Callable[[], Awaitable[T]], kind: object) -> T:
        """One step that writes outside."""
        self._steps[name] += 1
        return await self.journal.step(f"{name} {self._steps[name]}", call, kind)

    async def request_reviews(self, refs: Sequence[PullRef], head_sha: str, ask: ReviewRequest) -> None:
        """Request a review of each, once for this errand: one step, since after a crash others may have this head."""

        async def request() -> None:
            for ref in refs:
                await self.reviews.request(ref, head_sha, ask, f"{self.cause} {ref.number}")

        await self.step("want", request, None)  # by this name journals of earlier versions know it
