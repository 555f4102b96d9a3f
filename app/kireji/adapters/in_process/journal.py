"""The simplest Journal: it remembers nothing."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from typing_extensions import override

from kireji.ports import Journal

T = TypeVar("T")


class DirectJournal(Journal):
    """Runs each step once, at once. A process that dies takes its review with it."""

    @override
    async def step(self, name: str, call: Callable[[], Awaitable[T]], kind: object) -> T:
        return await call()
