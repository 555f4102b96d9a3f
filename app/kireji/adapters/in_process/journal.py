"""The simplest Journal: it remembers nothing."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")


class DirectJournal:
    """Runs each step once, at once. A process that dies takes its review with it."""

    async def step(self, name: str, call: Callable[[], Awaitable[T]], kind: object) -> T:  # noqa: ARG002 - not needed
        """Run the step."""
        return await call()
