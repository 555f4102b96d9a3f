"""Processes of their own, for work on what strangers wrote: whatever it does to them, this one goes on."""

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from kireji.core.text.undone import Undone

Item = TypeVar("Item")
Result = TypeVar("Result")


class Apart(Protocol):
    """Parsers, patterns and comparisons may take for ever, all memory, or the process with them, on a text made for it."""

    async def each(self, work: Callable[[Item], Result], items: Sequence[Item]) -> list[Result | Undone]:
        """The work done on each item, each within limits of time, memory and size; Undone for those beyond. Never raises.

        `work` is a function of a module of `kireji`; items and results are plain values: texts, numbers, tuples, our frozen
        dataclasses. Callers take turns, so that none waits long for what another one's items do.
        """
        ...
