"""Thread x Diff -> the code around it now, as the model reads it."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

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


@dataclass(frozen=True, slots=True)
class Window:
    """The lines of a hunk around a spot that are shown: those from index `start` up to, but without, `stop`."""

    spot: Spot
    start: int
    stop: int

    def holds(self, spot: Spot) -> bool:
        """Whether it shows the line of another spot."""
        return self.spot.hunk is spot.hunk and self.start <= spot.index < self.stop

    @property
    def slice(self) -> Slice:
        """What of the hunk it is, as rendering takes it."""
        return Slice(self.spot.hunk, self.start, self.stop, self.start)


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
    quoted = here or _quoted(thread, [file] if file else []) or _elsewhere(thread, files)
    return quoted or _nearest(thread, own)


def show(spot: Spot) -> str:
    """The lines around a spot that have room, with the file's name and their labels."""
    window = window_around(spot, MAX_CHARS, MAX_LINES)
    return render_chunk(Chunk((Part(spot.file, (window.slice,)),), 0))


def window_around(spot: Spot, most: int, most_lines: int) -> Window:
    """The lines around a spot that fit into `most` characters: line by line on the side where there are fewer yet."""
    lines = spot.hunk.lines
    start = spot.index
    stop = spot.index + 1
    room = most - _size(spot.line)

    while stop - start < most_lines and (start > 0 or stop < len(lines)):
        above = spot.index - start
        below = stop - 1 - spot.index
        upwards = start > 0 and (stop == len(lines) or above <= below)

        room -= _size(lines[start - 1] if upwards else lines[stop])
        if room < 0:
            break

        if upwards:
            start -= 1
        else:
            stop += 1

    return Window(spot, start, stop)


def _size(line: Line) -> int:
    return min(len(line.text), max_shown_chars(line)) + 12


def _spots(file: FileDiff | None, side: Side) -> Iterator[Spot]:
    if file is None:
        return

    for hunk in file.hunks:
        for index, line in enumerate(hunk.lines):
            if line.side is side:
                yield Spot(file, hunk, index)


def _elsewhere(thread: Thread, files: Mapping[str, FileDiff]) -> Spot | None:
    """In a changed line of another file; the mapping may name a file twice."""
    own = files.get(thread.path)
    others = {file.path: file for file in files.values() if file is not own}
    return _quoted(thread, others.values(), changed=True)


def _quoted(thread: Thread, files: Collection[FileDiff], *, changed: bool = False) -> Spot | None:
    """The spot nearest to the thread's old place that one of its lines stands at; a long line says more than a short one."""
    folded = filter(None, map(fold, thread.quoted))
    for wanted in sorted(folded, key=len, reverse=True):
        spots = chain.from_iterable(_holding(file, wanted) for file in files)
        meant = [spot for spot in spots if spot.line.side is thread.side and (spot.line.changed or not changed)]
        if nearest := _nearest(thread, meant):
            return nearest

    return None


def _holding(file: FileDiff, wanted: str) -> Iterator[Spot]:
    for text, places in folded_lines(file).items():
        if occurs_in(wanted, text):
            yield from (Spot(file, hunk, index) for hunk, index in places)


def _nearest(thread: Thread, spots: list[Spot]) -> Spot | None:
    return min(spots, key=lambda spot: (abs(spot.line.number - thread.original_line), spot.line.number), default=None)
