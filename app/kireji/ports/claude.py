"""Claude, and who asks it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from kireji.core.models.answer import Outcome
from kireji.core.prompts.prompt import Prompt


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks."""

    tenant: str = ""
    """Tenants share the model fairly."""
    held: Callable[[datetime], None] = lambda _until: None
    """Is told when calls must wait for the model's rate limit, until about when."""


ANYBODY = Caller()


class Model(Protocol):
    """A model that answers prompts under the answer schema."""

    @property
    def name(self) -> str:
        """The model's id, as the check run shows it."""
        ...

    async def ask(self, prompt: Prompt, caller: Caller = ANYBODY) -> Outcome:
        """Answer one prompt. Retries what is passing and counts it; never raises for a failing service.

        Cancelled after it has sent something, it raises CancelledError with an Unanswered in its `args`: what that cost.
        Calls that share `rules` and `brief` may be held back until the first of them has made the prefix readable.
        """
        ...
