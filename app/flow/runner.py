"""What an errand is run with."""

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

from app.core.job import Ask
from app.core.pull import PullRef
from app.flow.world import World
from app.ports import Journal, Wishes

T = TypeVar("T")


@dataclass
class Runner:
    """One errand on its way, in one process. `cause` is its delivery's id; `mention` the name that people call us by.

    Steps are numbered by what was begun in this life, as a review's are (see `carry_out`). Every one may be repeated:
    answers carry the cause as their marker, and what is wanted for a cause is wanted once.
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

    async def want(self, ref: PullRef, head_sha: str, ask: Ask) -> str:
        """Want a review, once for this errand and pull request."""
        cause = f"{self.cause} {ref.number}"
        return await self.step("want", lambda: self.wishes.want(ref, head_sha, ask, cause), str)
