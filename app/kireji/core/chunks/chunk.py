"""Diff + token budget -> Chunks; every reviewable line in exactly one chunk."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain

from kireji.core.chunks import weight
from kireji.core.chunks.grouping import by_directory, group_files
from kireji.core.chunks.weight import WeighedFile, WeighedHunk, count_tokens, weigh_file
from kireji.core.diff.unified import FileDiff, Hunk, Line, LineKind

MAX_BUDGETS_AT_ONCE = 2
"""A change of up to so many chunks' budgets is read at once: another chunk costs the cached prefix again."""

MAX_OVERLAP_LINES = 8
"""How many lines before a cut inside a hunk are shown again after it, where they are not too long."""

# What a cut between two lines costs, in points that are only compared with each other.
REPLACEMENT_TORN = 8  # a deleted line and what stands in its place belong together
CHANGE_TORN = 4  # two changed lines in a row are mostly one change
PARAGRAPH_TORN = 2  # no blank line is before the cut
BLOCK_TORN = 1  # nor, behind a blank line, something without indentation, with which a definition begins


@dataclass(frozen=True, slots=True)
class Slice:
    """The lines `hunk.lines[start:stop]`, which the chunk is to review, and `hunk.lines[lead:start]`, shown before them."""

    hunk: Hunk
    start: int
    stop: int

    lead: int
    """`start` where the slice begins the hunk; changed lines between the two belong to another chunk."""

    def changed_lines(self) -> Iterator[tuple[int, Line]]:
        """The changed lines that the chunk is to review, each with its index in the hunk."""
        for index in range(self.start, self.stop):
            line = self.hunk.lines[index]
            if line.changed:
                yield index, line


@dataclass(frozen=True, slots=True)
class Part:
    """What a chunk holds of one file, slices in the file's order."""

    file: FileDiff
    slices: tuple[Slice, ...]


@dataclass(frozen=True, slots=True)
class Chunk:
    """What one model call reads."""

    parts: tuple[Part, ...]

    tokens: int
    """An estimate that errs upwards."""

    @property
    def changed_lines(self) -> int:
        """How many changed lines it is read for."""
        pieces = chain.from_iterable(part.slices for part in self.parts)
        changed = chain.from_iterable(piece.changed_lines() for piece in pieces)
        return sum(1 for _ in changed)


# -- Cutting -----------------------------------------------------------------------------------------------------------


def cut_chunks(files: Sequence[FileDiff], budget: int, chars_per_token: float = 2.2) -> tuple[Chunk, ...]:
    """Cut files into chunks of up to `budget` tokens; each changed line lies in one slice of one chunk.

    The order of `files` does not matter. A file that fits is never cut; one that does not is read by itself, cut between
    hunks, and a hunk too large between lines. Only a chunk of a single line may exceed the budget. A chunk changes only
    if one of its own files does, or one that it could have been read with (see `grouping`). Files and hunks without
    changed lines are left out.
    """
    limit = int(budget * chars_per_token)
    limit -= count_tokens(limit, chars_per_token) > budget  # a float's rounding

    weighed = sorted((weigh_file(file) for file in files if file.changed_lines), key=_order)
    groups = group_files([file.file.path for file in weighed], [file.size for file in weighed], limit)

    chunks = list[Chunk]()
    for group in groups:
        for parts, size in _parts(weighed[group.start : group.stop], limit):
            chunks.append(Chunk(parts, count_tokens(size, chars_per_token)))
    return tuple(chunks)


def cut_sparingly(files: Sequence[FileDiff], budget: int, chars_per_token: float = 2.2) -> tuple[Chunk, ...]:
    """The same, but all in one chunk where that is no more than MAX_BUDGETS_AT_ONCE times the budget."""
    chunks = cut_chunks(files, budget, chars_per_token)
    if len(chunks) > 1 and sum(chunk.tokens for chunk in chunks) <= MAX_BUDGETS_AT_ONCE * budget:
        return cut_chunks(files, MAX_BUDGETS_AT_ONCE * budget, chars_per_token)
    return chunks


def _order(file: WeighedFile) -> tuple[tuple[list[str], str], str, str]:
    """By directory; a path that is there twice has changed its type, and git shows it as deleted and added."""
    return by_directory(file.file.path), file.file.status.value, file.file.old_path


def _parts(files: Sequence[WeighedFile], limit: int) -> Iterator[tuple[tuple[Part, ...], int]]:
    """The parts of each chunk that a group of files makes, with their size: one, unless it is a single file too large."""
    if len(files) > 1:
        yield tuple(Part(file.file, _whole(file)) for file in files), sum(file.size for file in files)
        return

    (file,) = files
    for slices, size in _cut_file(file, limit):
        yield (Part(file.file, slices),), size


def _whole(file: WeighedFile) -> tuple[Slice, ...]:
    return tuple(Slice(hunk.hunk, 0, len(hunk.hunk.lines), 0) for hunk in file.hunks)


def _cut_file(file: WeighedFile, limit: int) -> Iterator[tuple[tuple[Slice, ...], int]]:
    """The slices of each chunk that a file makes, filled hunk by hunk, with their size."""
    held: list[Slice] = []
    used = file.head
    for hunk in file.hunks:
        if held and used + hunk.size > limit:
            yield tuple(held), used
            held.clear()
            used = file.head

        *full, last = _cut_hunk(hunk, limit - file.head)
        for piece in full:
            yield (piece,), file.head + hunk.between(piece.lead, piece.stop)
        held.append(last)
        used += hunk.between(last.lead, last.stop)
    yield tuple(held), used


def _cut_hunk(hunk: WeighedHunk, room: int) -> list[Slice]:
    """The hunk in slices of up to `room`, or of a single line; those without a changed line are left out."""
    lines = hunk.hunk.lines
    slices = list[Slice]()
    start = 0
    while start < len(lines):
        lead = _lead(hunk, start, max(room // 4, 0))
        stop = _reach(hunk, lead, room)
        if stop <= start:  # what is shown again leaves no room
            lead = start
            stop = max(_reach(hunk, start, room), start + 1)
        if stop < len(lines):
            stop = _good_place(hunk.hunk, stop - (stop - start) // 4, stop)

        if _changes(hunk.hunk, start, stop):
            slices.append(Slice(hunk.hunk, start, stop, lead))
        start = stop
    return slices


def _reach(hunk: WeighedHunk, start: int, room: int) -> int:
    """How far lines from `start` on fit: the index of the first that does not."""
    return bisect_right(hunk.sums, room - hunk.head + hunk.sums[start]) - 1


def _lead(hunk: WeighedHunk, start: int, room: int) -> int:
    """Where to begin so that up to MAX_OVERLAP_LINES before `start` are shown, within `room`."""
    earliest = max(start - MAX_OVERLAP_LINES, 0)
    return next(lead for lead in range(earliest, start + 1) if hunk.sums[start] - hunk.sums[lead] <= room)


def _good_place(hunk: Hunk, first: int, last: int) -> int:
    """Of the places from `first` to `last` to cut before, the latest of the best: least is torn apart there."""
    return min(range(first, last + 1), key=lambda at: (_tearing(hunk, at), -at))


def _tearing(hunk: Hunk, at: int) -> int:
    """How much is torn apart by a cut before this line: the sum of the penalties that apply."""
    before = hunk.lines[at - 1]
    after = hunk.lines[at]
    penalty = 0

    if before.kind is LineKind.DELETED and after.kind is LineKind.ADDED:
        penalty += REPLACEMENT_TORN
    if before.changed and after.changed:
        penalty += CHANGE_TORN
    if before.text.strip():
        penalty += PARAGRAPH_TORN
    if before.text.strip() or not after.text[:1].strip():
        penalty += BLOCK_TORN
    return penalty


def _changes(hunk: Hunk, start: int, stop: int) -> bool:
    return any(line.changed for line in hunk.lines[start:stop])


# -- Splitting ---------------------------------------------------------------------------------------------------------


def split_chunk(chunk: Chunk, chars_per_token: float = 2.2) -> tuple[Chunk, ...]:
    """Two smaller chunks that review the same lines, or the chunk alone if it is of a single changed line.

    Split as near the middle as may be: between files where there are several, else between slices, else between lines.
    """
    only = chunk.parts[0]
    if len(chunk.parts) > 1:
        middle = _halfway([_size_of_part(part) for part in chunk.parts])
        halves = [chunk.parts[:middle], chunk.parts[middle:]]
    elif len(only.slices) > 1:
        width = weight.label_width(only.file)
        middle = _halfway([_size_of_slice(piece, width) for piece in only.slices])
        halves = [(Part(only.file, only.slices[:middle]),), (Part(only.file, only.slices[middle:]),)]
    else:
        halves = [(Part(only.file, (piece,)),) for piece in _halves(only)]

    if len(halves) < 2:
        return (chunk,)
    return tuple(Chunk(parts, count_tokens(sum(map(_size_of_part, parts)), chars_per_token)) for parts in halves)


def _halves(part: Part) -> list[Slice]:
    """The one slice of a part in two with changed lines in both, if it has more than one."""
    (whole,) = part.slices
    lines = whole.hunk.lines
    changed = [index for index in range(whole.start, whole.stop) if lines[index].changed]
    if len(changed) < 2:
        return [whole]

    sizes = weight.weigh_lines(lines[whole.start : whole.stop], weight.label_width(part.file))
    at = min(max(whole.start + _halfway(sizes), changed[0] + 1), changed[-1])

    # The first line is shown in the first half only, so that the second is smaller than the whole.
    lead = max(at - MAX_OVERLAP_LINES, whole.start + 1)
    return [Slice(whole.hunk, whole.start, at, whole.lead), Slice(whole.hunk, at, whole.stop, lead)]


def _halfway(sizes: Sequence[int]) -> int:
    """How many of the sizes make the first half: at least one, and not all."""
    sums = list(accumulate(sizes))
    return min(range(1, len(sizes)), key=lambda count: abs(2 * sums[count - 1] - sums[-1]))


def _size_of_part(part: Part) -> int:
    width = weight.label_width(part.file)
    return weight.weigh_file_head(part.file) + sum(_size_of_slice(piece, width) for piece in part.slices)


def _size_of_slice(piece: Slice, width: int) -> int:
    lines = piece.hunk.lines[piece.lead : piece.stop]
    return weight.weigh_hunk_head(piece.hunk) + sum(weight.weigh_lines(lines, width))
