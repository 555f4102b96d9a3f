"""The model, watched: how many questions were asked of it, and how many it has answered."""

from collections.abc import Callable
from dataclasses import dataclass, field

from kireji.core.models.answer import Outcome
from kireji.core.prompts.prompt import Prompt
from kireji.ports import ANYBODY, Caller, Model


@dataclass(slots=True)
class WatchedModel:
    """A Model that tells `see` of every question and every answer: how many there were of each."""

    model: Model
    see: Callable[[int, int], None]
    counts: list[int] = field(default_factory=lambda: [0, 0])

    @property
    def name(self) -> str:
        """The model's id."""
        return self.model.name

    async def ask(self, prompt: Prompt, caller: Caller = ANYBODY) -> Outcome:
        """See `Model.ask`."""
        self._count(0)
        outcome = await self.model.ask(prompt, caller)
        self._count(1)
        return outcome

    def _count(self, which: int) -> None:
        self.counts[which] += 1
        self.see(*self.counts)
