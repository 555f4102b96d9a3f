"""Which changes earlier rounds have read, known by their content.

A *change* is one added or deleted line between the changed lines directly before and after it, if there are any. Its
digest is made of the path, their marks and their texts; not of numbers, nor of unchanged lines. So a rebase or a
force-push that leaves a change alone leaves its digest alone, and an edit makes new what it touches and the two
neighbours, not a whole new file of which it may be a part. Changes of equal content in one file share a digest.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator
from itertools import chain, islice

from kireji.core.chunks.chunk import Chunk
from kireji.core.chunks.weight import is_whole
from kireji.core.diff.unified import FileDiff, Hunk, Side, hunk_of
from kireji.core.findings.coverage import Reading

MAX_DIGESTS = 50_000
"""Digests of one review; what is beyond counts as never read."""

_DIGITS = 12


def digests(file: FileDiff) -> tuple[str, ...]:
    """A digest of 12 hex digits for each changed line of a file, in its order."""
    return tuple(chain.from_iterable(of_hunk(file, hunk) for hunk in file.hunks))


def of_hunk(file: FileDiff, hunk: Hunk) -> Iterator[str]:
    """The same for one hunk of it."""
    return (_digest(file.path, hunk, index) for index, line in enumerate(hunk.lines) if line.changed)


def is_new(file: FileDiff, side: Side, start: int, end: int, seen: Collection[str]) -> bool:
    """Whether lines `start` to `end` (1-based, on `side`) touch a change that no earlier round has read.

    Lines without a change in them, which are context, are as new as the newest change in their hunk.
    """
    hunk = hunk_of(file, side, end)
    if hunk is None:
        return True

    touched = [
        index
        for index, line in enumerate(hunk.lines)
        if line.changed and line.side is side and start <= line.number <= end
    ]
    changes = (_digest(file.path, hunk, index) for index in touched) if touched else of_hunk(file, hunk)
    return any(digest not in seen for digest in changes)


def read_changes(readings: Iterable[Reading]) -> frozenset[str]:
    """The digests of the changes in chunks that were really read; one that also stands in an unread chunk is none of them."""
    read = dict[str, None]()
    missed = set[str]()

    for reading in readings:
        for digest, whole in _of_chunk(reading.chunk):
            if reading.unread or reading.rejected or not whole:
                missed.add(digest)
            else:
                read[digest] = None

    really_read = (digest for digest in read if digest not in missed)
    return frozenset(islice(really_read, MAX_DIGESTS))


def _of_chunk(chunk: Chunk) -> Iterator[tuple[str, bool]]:
    """Each change's digest, and whether all of its line was shown."""
    for part in chunk.parts:
        for piece in part.slices:
            for index in range(piece.start, piece.stop):
                line = piece.hunk.lines[index]
                if line.changed:
                    yield _digest(part.file.path, piece.hunk, index), is_whole(line)


def _digest(path: str, hunk: Hunk, index: int) -> str:
    """A path may hold a line feed, so it is quoted; a line's text holds none."""
    named = "\n".join((json.dumps(path), _marked(hunk, index - 1), _marked(hunk, index), _marked(hunk, index + 1)))
    return hashlib.sha256(named.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]


def _marked(hunk: Hunk, index: int) -> str:
    """A changed line with its mark; "" for context and beyond the hunk's ends."""
    if not 0 <= index < len(hunk.lines):
        return ""
    line = hunk.lines[index]
    return f"{line.kind.value}{line.text}" if line.changed else ""
