"""Readings of chunks -> Coverage: how much of what should be read was read, and what was not."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from kireji.core.chunks.chunk import Chunk
from kireji.core.chunks.weight import MAX_WHOLE_LINE_CHARS, is_whole
from kireji.core.diff.unified import FileDiff, Hunk, Unread
from kireji.core.findings.finding import Finding
from kireji.core.findings.row_words import some_of, unusable
from kireji.core.models.catalogue import Usage

HunkName = tuple[str, int, int]
"""A hunk's path and where it begins, in the new file and in the old one."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of one chunk."""

    chunk: Chunk
    findings: tuple[Finding, ...] = ()

    unread: str = ""
    """Why it was not read, "" if it was."""

    usages: tuple[Usage, ...] = ()
    """Each answer's tokens in order, none for a remembered one."""

    attempts: int = 0

    rejected: tuple[str, ...] = ()
    """Why findings broke the schema: then the chunk was read in part only."""


def all_findings(readings: Iterable[Reading]) -> list[Finding]:
    """The findings of all of them, in their order."""
    return list(chain.from_iterable(reading.findings for reading in readings))


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of what should be read was read. Skipped files count in neither number."""

    files: int
    hunks: int
    hunks_read: int
    lines: int
    lines_read: int
    unread: tuple[Unread, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether everything that should be read was read."""
        return not self.unread and self.hunks == self.hunks_read

    @property
    def nothing(self) -> bool:
        """Whether nothing was read of what should be: then no review happened."""
        return not self.complete and not self.hunks_read


def cover(
    files: Sequence[FileDiff],
    unserved: Sequence[Unread],
    readings: Sequence[Reading],
    unproven: Sequence[FileDiff] = (),
) -> Coverage:
    """Count what was read: a hunk, if each chunk that holds a piece of it was read; a line, if all of it was shown.

    `unproven` are files that the diff shows and nobody reads; their hunks are in `unserved`, which says why.
    """
    hunks = set[HunkName]()
    for file in files:
        hunks.update(_name(file, hunk) for hunk in file.hunks)

    missed = dict[HunkName, str]()
    lines_missed = 0
    long = Counter[str]()
    for reading in readings:
        for part in reading.chunk.parts:
            for piece in part.slices:
                changed = [line for _, line in piece.changed_lines()]
                if reading.unread:
                    missed[_name(part.file, piece.hunk)] = reading.unread
                    lines_missed += len(changed)
                else:
                    long[part.file.path] += sum(not is_whole(line) for line in changed)

    lines = sum(file.changed_lines for file in files)
    return Coverage(
        files=len(files) + len(unproven),
        hunks=len(hunks) + sum(unread.hunks for unread in unserved),
        hunks_read=len(hunks) - len(missed),
        lines=lines + sum(file.changed_lines for file in unproven),
        lines_read=lines - lines_missed - long.total(),
        unread=(
            *unserved,
            *_by_file(missed),
            *_in_part(readings),
            *(Unread(path, too_long(count)) for path, count in long.items() if count),
        ),
    )


def _name(file: FileDiff, hunk: Hunk) -> HunkName:
    return file.path, hunk.new_start, hunk.old_start


def _in_part(readings: Sequence[Reading]) -> Iterator[Unread]:
    """One row for each chunk in whose answer there were findings that nobody could use."""
    for reading in readings:
        if reading.rejected and not reading.unread:
            paths = dict.fromkeys(part.file.path for part in reading.chunk.parts)
            yield Unread(some_of(tuple(paths)), unusable(len(reading.rejected)), partly=True)


def _by_file(missed: Mapping[HunkName, str]) -> list[Unread]:
    """One row for each file and reason, in the files' order."""
    counts = Counter((path, reason) for (path, _, _), reason in missed.items())
    return [Unread(path, reason, hunks) for (path, reason), hunks in counts.items()]


def too_long(lines: int) -> str:
    """Of lines that are longer than a model is shown."""
    what = "a changed line is" if lines == 1 else f"{lines:,} changed lines are"
    return f"{what} longer than {MAX_WHOLE_LINE_CHARS:,} characters, and only the beginning was read"
