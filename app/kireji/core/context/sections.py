"""Pieces of context as the model reads them. Other people's lines stand behind "| ", and nothing has a line number.

A rebase that moves code then changes nothing, and an answer that was paid for is found again.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kireji.core.chunks.rendering import one_line

MAX_LINE_CHARS = 200
GAP = "..."
BELOW = "(lines of the part below)"


@dataclass(frozen=True, slots=True)
class Section:
    """A title of ours over lines of a file."""

    title: str

    lines: tuple[str, ...]
    """GAP and BELOW stand for lines that are left out."""

    path: str = ""

    rows: frozenset[int] = frozenset()
    """The file's rows that it shows."""

    @property
    def text(self) -> str:
        """As it is sent."""
        return "\n".join((f"--- {self.title}", *self.lines))

    @property
    def size(self) -> int:
        """Bytes of UTF-8, with the line ends."""
        return len(self.text.encode("utf-8", "replace")) + 2


def barred_line(line: str) -> str:
    """A line of a file."""
    return f"| {one_line(line, MAX_LINE_CHARS)}"


def take_fitting(sections: Iterable[Section], room: int, most: int) -> Iterator[Section]:
    """The sections that fit into so many bytes, whole ones, at most so many."""
    for section in sections:
        if most <= 0:
            return
        if section.size <= room:
            room -= section.size
            most -= 1
            yield section
