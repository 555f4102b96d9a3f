"""Thread x Diff -> the code around it now, as the model reads it."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from kireji.core.chunks.chunk import Chunk, Part, Slice
from kireji.core.chunks.rendering import render_chunk
from kireji.core.chunks.weight import max_shown_chars
from kireji.core.diff.folded import fold, folded_lines, occurs_in
from kireji.core.diff.unified import FileDiff, Hunk, Line, Side
from kireji.core.pulls.thread import Thread

MAX_LINES = 80
MAX_CHARS = 5_000


@dataclass(frozen=True, slots=True)
class Spot:
    """A line of the diff: `hunk.lines[index]`."""

    file: FileDiff
    hunk: Hunk
    index: int

    @property
    def line(self) -> Line:
        """The line itself."""
        return self.hunk.lines[self.index]


def code_around(thread: Thread, files: Mapping[str, FileDiff]) -> str:
    """The part of a hunk in which the thread's code stands now; "" where the diff shows nothing of it.

    `files` as `placement.by_path` makes them.
    """
    spot = find(thread, files)
    return "" if spot is None else show(spot)


def find(thread: Thread, files: Mapping[str, FileDiff]) -> Spot | None:
    """Where GitHub says that it is, else where its lines stand, in another file perhaps, else the nearest line."""
    file = files.get(thread.path)
    own = [*_spots(file, thread.side)]
    here = next((spot for spot in own if spot.line.number == thread.line), None)
    return here or _quoted(thread, [file] if file else []) or _elsewhere(thread, files) or _near(thread, own)


def show(spot: Spot, most: int = MAX_CHARS, most_lines: int = MAX_LINES) -> str:
    """The lines around a spot that fit into `most` characters, with the file's name and their labels."""
    start, stop = window(spot, most, most_lines)
    return render_chunk(Chunk((Part(spot.file, (Slice(spot.hunk, start, stop, start),)),), 0))


def window(spot: Spot, most: int = MAX_CHARS, most_lines: int = MAX_LINES) -> tuple[int, int]:
    """Which of the hunk's lines `show` shows: the index of the first, and of the first after them."""
    start, stop = spot.index, spot.index + 1
    lines, room = spot.hunk.lines, most - _size(spot.line)
    while stop - start < most_lines:
        before, after = start > 0, stop < len(lines)
        upwards = before and (not after or spot.index - start <= stop - 1 - spot.index)
        if not (before or after):
            break
        room -= _size(lines[start - 1] if upwards else lines[stop])
        if room < 0:
            break
        start, stop = (start - 1, stop) if upwards else (start, stop + 1)
    return start, stop


def _size(line: Line) -> int:
    return min(len(line.text), max_shown_chars(line)) + 12


def _spots(file: FileDiff | None, side: Side) -> Iterator[Spot]:
    for hunk in file.hunks if file else ():
        yield from (Spot(file, hunk, index) for index, line in enumerate(hunk.lines) if file and line.side is side)


def _elsewhere(thread: Thread, files: Mapping[str, FileDiff]) -> Spot | None:
    """In a changed line of another file; the mapping may name a file twice."""
    own = files.get(thread.path)
    others = {file.path: file for file in files.values() if file is not own}
    return _quoted(thread, others.values(), changed=True)


def _quoted(thread: Thread, files: Collection[FileDiff], *, changed: bool = False) -> Spot | None:
    """The spot nearest to the thread's old place that one of its lines stands at; a long line says more than a short one."""
    for wanted in sorted(filter(None, map(fold, thread.quoted)), key=len, reverse=True):
        there = [spot for file in files for spot in _holding(file, wanted)]
        meant = [one for one in there if one.line.side is thread.side and (one.line.changed or not changed)]
        if found := _near(thread, meant):
            return found
    return None


def _holding(file: FileDiff, wanted: str) -> Iterator[Spot]:
    for text, places in folded_lines(file).items():
        if occurs_in(wanted, text):
            yield from (Spot(file, hunk, index) for hunk, index in places)


def _near(thread: Thread, spots: list[Spot]) -> Spot | None:
    return min(spots, key=lambda spot: (abs(spot.line.number - thread.original_line), spot.line.number), default=None)
