"""Reads what `git diff` prints: files, hunks, and which lines may carry a review comment.

Names come from `--raw -z`, which quotes nothing; hunks from the text. Written apart from the product's own parser on
purpose: the sandbox judges the product, so the two must not share a mistake.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Literal

Side = Literal["LEFT", "RIGHT"]
_HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_STATUS = {"A": "added", "D": "removed", "M": "modified", "R": "renamed", "C": "copied", "T": "changed"}


@dataclass(frozen=True, slots=True)
class DiffLine:
    """One line of a hunk. `position` counts as GitHub's does: from 1, below the file's first hunk header."""

    position: int
    mark: str
    old: int | None
    new: int | None
    text: str

    def number(self, side: Side) -> int | None:
        """The line's number on the side where a comment may name it: deleted lines on LEFT, all others on RIGHT."""
        if side == "LEFT":
            return self.old if self.mark == "-" else None
        return self.new


@dataclass(frozen=True, slots=True)
class DiffHunk:
    """One hunk: its header, its (old start, old count, new start, new count), and its lines."""

    header: str
    range: tuple[int, int, int, int]
    lines: tuple[DiffLine, ...]


@dataclass(frozen=True, slots=True)
class FileChange:
    """One changed file. `patch` is its hunks as GitHub's list of files shows them, empty where there are none."""

    path: str
    previous_path: str | None
    status: str
    old_sha: str
    new_sha: str
    binary: bool
    patch: str
    additions: int
    deletions: int

    @property
    def lines(self) -> int:
        """How many lines the patch has, headers included."""
        return self.patch.count("\n") + 1 if self.patch else 0

    def hunks(self) -> tuple[DiffHunk, ...]:
        """The patch, parsed."""
        return _hunks(self.patch)


def find_line(change: FileChange, number: int, side: Side) -> tuple[int, DiffLine] | None:
    """The hunk's index and the line that a comment names, None where the diff does not show it on that side."""
    for index, hunk in enumerate(change.hunks()):
        for line in hunk.lines:
            if line.number(side) == number:
                return index, line
    return None


def find_position(change: FileChange, position: int) -> tuple[int, DiffLine] | None:
    """As `find_line`, by the older diff position."""
    for index, hunk in enumerate(change.hunks()):
        for line in hunk.lines:
            if line.position == position:
                return index, line
    return None


def hunk_until(change: FileChange, index: int, last: DiffLine) -> str:
    """The `diff_hunk` of a comment: the hunk's header and its lines up to the commented one."""
    hunk = change.hunks()[index]
    shown = [line.mark + line.text for line in hunk.lines if line.position <= last.position]
    return "\n".join([hunk.header, *shown])


@lru_cache(maxsize=4096)
def _hunks(patch: str) -> tuple[DiffHunk, ...]:
    rows = patch.split("\n") if patch else []
    starts = [index for index, row in enumerate(rows) if _HUNK.match(row)]
    return tuple(_hunk(rows, start, end) for start, end in pairwise([*starts, len(rows)]))


def _hunk(rows: list[str], start: int, end: int) -> DiffHunk:
    header = _HUNK.match(rows[start])
    if header is None:
        raise ValueError(f"not a hunk header: {rows[start]!r}")

    old, old_count, new, new_count = (1 if part is None else int(part) for part in header.groups())
    span = (old, old_count, new, new_count)
    lines: list[DiffLine] = []
    for position in range(start + 1, end):
        mark = rows[position][:1]
        text = rows[position][1:]
        if mark not in {" ", "+", "-"}:  # "\\ No newline at end of file" counts as a position and is no line
            continue
        lines.append(DiffLine(position, mark, None if mark == "+" else old, None if mark == "-" else new, text))
        old += mark != "+"
        new += mark != "-"

    return DiffHunk(rows[start], span, tuple(lines))


def parse_changes(raw: bytes, text: bytes) -> tuple[FileChange, ...]:
    """Pair the rows of `--raw -z` with the sections of the text, which come in the same order."""
    sections = _sections(text)
    changes: list[FileChange] = []
    for row in _raw_rows(raw):
        taken, sections = (sections[:2], sections[2:]) if row.status == "T" else (sections[:1], sections[1:])
        changes.append(_change(row, taken))
    return tuple(changes)


def parse_hunks(text: bytes) -> tuple[DiffHunk, ...]:
    """The hunks of a diff of one file."""
    return _hunks(_patch_of(_sections(text)))


def _sections(text: bytes) -> list[bytes]:
    return re.split(rb"^diff --git ", text, flags=re.MULTILINE)[1:]


@dataclass(frozen=True, slots=True)
class _RawRow:
    status: str
    mode_changed: bool
    old_sha: str
    new_sha: str
    old_path: str
    path: str


def _raw_rows(raw: bytes) -> list[_RawRow]:
    fields = iter(raw.split(b"\0")[:-1])
    rows: list[_RawRow] = []
    for head in fields:
        old_mode, new_mode, old_sha, new_sha, status = head.decode().removeprefix(":").split()
        old_path = path = next(fields).decode("utf-8", "replace")
        if status[0] in "RC":
            path = next(fields).decode("utf-8", "replace")
        rows.append(_RawRow(status[0], old_mode != new_mode, old_sha, new_sha, old_path, path))
    return rows


def _patch_of(sections: list[bytes]) -> str:
    """The hunks of a file; a file that became a symlink (or the other way round) has two sections."""
    starts = [(section, re.search(rb"^@@ ", section, flags=re.MULTILINE)) for section in sections]
    hunks = [section[start.start() :] for section, start in starts if start is not None]
    return b"".join(hunk if hunk.endswith(b"\n") else hunk + b"\n" for hunk in hunks).decode("utf-8", "replace")[:-1]


def _change(row: _RawRow, sections: list[bytes]) -> FileChange:
    patch = _patch_of(sections)
    binary = any(re.search(rb"^Binary files .* differ$", section, flags=re.MULTILINE) for section in sections)
    marks = [line[:1] for line in patch.split("\n")]
    status = _STATUS.get(row.status, "modified")
    if status == "modified" and row.old_sha == row.new_sha and row.mode_changed:
        status = "changed"

    return FileChange(
        path=row.path,
        previous_path=row.old_path if row.status in "RC" else None,
        status=status,
        old_sha=row.old_sha,
        new_sha=row.new_sha,
        binary=binary and not patch,
        patch=patch,
        additions=marks.count("+"),
        deletions=marks.count("-"),
    )
