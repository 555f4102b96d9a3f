"""What an errand is run with."""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from kireji.core.events.job import ReviewRequest
from kireji.core.pulls.pull import PullRef
from kireji.flow.world import World
from kireji.ports import Journal, Wishes

T = TypeVar("T")


@dataclass
class Runner:
    """One errand on its way, in one process. `cause` is its delivery's id; `mention` the name that people call us by.

    Steps are numbered by what was begun in this life, as a review's are (see `carry_out`). Every one may be repeated:
    answers carry the cause as their marker, and what is wanted for a cause is wanted once. After a crash the same steps
    must come in the same order although GitHub is read again: so what they depend on must not be what they change.
    """

    world: World
    wishes: Wishes
    journal: Journal
    cause: str
    mention: str
    _steps: Counter[str] = field(default_factory=Counter)

    @property
    def name(self) -> str:
        """The errand's id: its workflow's, and the ledger's."""
        return f"errand/{self.cause}"

    async def step(self, name: str, call: Callable[[], Awaitable[T]], kind: object) -> T:
        """One step that writes outside."""
        self._steps[name] += 1
        return await self.journal.step(f"{name} {self._steps[name]}", call, kind)

    async def want(self, refs: Sequence[PullRef], head_sha: str, ask: ReviewRequest) -> None:
        """Want a review of each, once for this errand: one step, since after a crash others may have this head."""

        async def want() -> None:
            for ref in refs:
                await self.wishes.want(ref, head_sha, ask, f"{self.cause} {ref.number}")

        await self.step("want", want, None)
