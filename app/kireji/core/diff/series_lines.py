"""The lines of two changes of a file, of which the second follows on the first -> the hunks of both as one.

Both are laid over the file between them: a line that the first adds and the second deletes is in neither end.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby

from kireji.core.diff.unified import FileDiff, Hunk, Line, LineKind


class MismatchError(Exception):
    """Two changes do not follow on each other; the text is the file's path."""


@dataclass
class _Place:
    """A line of the file between the two changes, and what stands before it in either."""

    gone: list[Line] = field(default_factory=list)
    """Deleted before it by the first change."""

    come: list[Line] = field(default_factory=list)
    """Added before it by the second."""

    in_first: Line | None = None
    """The line as the first change shows it, if it does."""

    in_second: Line | None = None
    """The same of the second."""

    section: str = ""


def _places(first: FileDiff, second: FileDiff) -> dict[int, _Place]:
    """By its number in the file between the two."""
    places: dict[int, _Place] = {}
    for hunk in first.hunks:
        at = hunk.new_start + (hunk.new_count == 0)
        places.setdefault(at, _Place()).section = hunk.section

        for line in hunk.lines:
            place = places.setdefault(at, _Place())
            if line.kind is LineKind.DELETED:
                place.gone.append(line)
            else:
                place.in_first = line
                at += 1

    for hunk in second.hunks:
        at = hunk.old_start + (hunk.old_count == 0)
        places.setdefault(at, _Place()).section = hunk.section

        for line in hunk.lines:
            place = places.setdefault(at, _Place())
            if line.kind is LineKind.ADDED:
                place.come.append(line)
            else:
                place.in_second = line
                at += 1

    return places


def hunks_of_both(first: FileDiff, second: FileDiff) -> Iterator[Hunk]:
    """The hunks of both changes as one; none where the second undoes the first."""
    walk = _Walk(second.path)
    held = list[Line]()
    begun = (1, 1)
    section = ""
    last = 0
    for at, place in sorted(_places(first, second).items()):
        if at != last + 1 or walk.broken:
            yield from _hunk(held, begun, section)
            held = list[Line]()
            begun = walk.numbers(at)
            section = place.section

        held += walk.lines(at, place)
        last = at

    yield from _hunk(held, begun, section)


@dataclass
class _Walk:
    """Goes through the file between the two changes."""

    path: str

    before: int = 0
    """How far the old file's numbers are from its own."""

    after: int = 0
    """How far the new file's are."""

    broken: bool = False
    """The line just passed is in neither change, so that a hunk ends before it."""

    def numbers(self, at: int) -> tuple[int, int]:
        """The numbers of the line in the old and in the new file."""
        return at + self.before, at + self.after

    def lines(self, at: int, place: _Place) -> Iterator[Line]:
        """The lines at a place, with their numbers."""
        for line in place.gone:
            yield replace(line, old=at + self.before, new=None)
            self.before += 1
        for line in place.come:
            yield replace(line, old=None, new=at + self.after)
            self.after += 1

        first = place.in_first
        second = place.in_second
        self.broken = first is None and second is None
        if first is not None and second is not None and first.text != second.text:
            raise MismatchError(self.path)

        there = second or first
        if there is None:
            return

        added = first is not None and first.changed
        deleted = second is not None and second.changed
        if added:
            self.before -= 1
        if deleted:
            self.after -= 1

        if added and not deleted:
            yield Line(LineKind.ADDED, None, at + self.after, there.text, there.newline)
        elif deleted and not added:
            yield Line(LineKind.DELETED, at + self.before, None, there.text, there.newline)
        elif not added:
            yield Line(LineKind.CONTEXT, at + self.before, at + self.after, there.text, there.newline)


def _hunk(lines: Iterable[Line], begun: tuple[int, int], section: str) -> Iterator[Hunk]:
    """A hunk of the lines, if they change anything; deleted and added lines of equal text are none."""
    told = list[Line]()
    for changed, run in groupby(lines, lambda line: line.changed):
        told += _told(run, changed=changed)

    if not any(line.changed for line in told):
        return

    old, new = (sum(line.kind is not kind for line in told) for kind in (LineKind.ADDED, LineKind.DELETED))
    yield Hunk(begun[0] - (old == 0), old, begun[1] - (new == 0), new, section, tuple(told))


def _told(run: Iterable[Line], *, changed: bool) -> Iterator[Line]:
    """A run of changed lines, the deleted ones first, and those at its ends that are the same on both sides as context."""
    if not changed:
        yield from run
        return

    lines = list(run)
    gone = [line for line in lines if line.kind is LineKind.DELETED]
    come = [line for line in lines if line.kind is LineKind.ADDED]
    head = _alike(gone, come)
    tail = _alike(gone[head:][::-1], come[head:][::-1])

    pairs = list(zip(gone, come, strict=False))

    yield from (_kept(*pair) for pair in pairs[:head])
    yield from gone[head : len(gone) - tail]
    yield from come[head : len(come) - tail]
    yield from (_kept(*pair) for pair in zip(gone[len(gone) - tail :], come[len(come) - tail :], strict=True))


def _alike(gone: Sequence[Line], come: Sequence[Line]) -> int:
    """How many of the first lines are the same on both sides."""
    pairs = zip(gone, come, strict=False)
    same = (old.text == new.text and old.newline == new.newline for old, new in pairs)
    return next((index for index, like in enumerate(same) if not like), min(len(gone), len(come)))


def _kept(gone: Line, come: Line) -> Line:
    return Line(LineKind.CONTEXT, gone.old, come.new, gone.text, gone.newline)
