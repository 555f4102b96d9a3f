"""Chunk x head texts -> what a chunk shows of each file, over the file as a whole."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kireji.core.chunks.chunk import Chunk, Part
from kireji.core.code.outline import Outline
from kireji.core.diff.unified import FileStatus, LineKind


@dataclass(frozen=True, slots=True)
class View:
    """What a chunk shows of a file, in rows of the new file (from 0)."""

    outline: Outline
    shown: frozenset[int]
    added: frozenset[int]

    focus: tuple[int, ...]
    """The rows that were added, and those before which lines were deleted."""

    deleted: tuple[str, ...]
    """The texts of the lines that were deleted."""

    @property
    def path(self) -> str:
        """The file's path."""
        return self.outline.path


def make_views(chunk: Chunk, heads: Mapping[str, Outline]) -> tuple[View, ...]:
    """A view of each file whose text is known, or that is deleted; a text that does not fit the diff is not used."""
    return tuple(view for part in chunk.parts if (view := _view(part, heads.get(part.file.path))))


def _view(part: Part, head: Outline | None) -> View | None:
    if part.file.status is FileStatus.DELETED:
        head = Outline(part.file.path, (), ())
    elif head is None or not _fits(part, head):
        return None

    shown = set[int]()
    added = set[int]()
    focus = dict[int, None]()  # a set that keeps its order
    deleted = list[str]()
    for row, kind, text in _lines(part):
        if kind is LineKind.DELETED:
            deleted.append(text)
        else:
            shown.add(row)
        if kind is LineKind.ADDED:
            added.add(row)
        if kind is not LineKind.CONTEXT:
            focus[row] = None
    return View(head, frozenset(shown), frozenset(added), tuple(focus), tuple(deleted))


def _lines(part: Part) -> Iterator[tuple[int, LineKind, str]]:
    """Each line that the chunk shows, with the row where it is, or before which it was."""
    for piece in part.slices:
        row = max(piece.hunk.new_start - 1, 0)
        for index, line in enumerate(piece.hunk.lines[: piece.stop]):
            if line.new is not None:
                row = line.new - 1
            if index >= piece.lead:
                yield row, line.kind, line.text
            row += line.new is not None


def _fits(part: Part, head: Outline) -> bool:
    """Whether most lines that the chunk shows stand in the text where they should."""
    rows = [(row, text) for row, kind, text in _lines(part) if kind is not LineKind.DELETED]
    same = sum(row < len(head.lines) and head.lines[row].strip() == text.strip() for row, text in rows)
    return 2 * same >= len(rows)
