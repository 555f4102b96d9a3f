"""Unified diff text -> Diff: which file, which hunk, which line, and which lines may carry a comment."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from io import StringIO
from itertools import chain
from operator import length_hint

import unidiff

from kireji.core.diff import header as git_header
from kireji.errors import DiffError


class Side(StrEnum):
    """GitHub's names for the two sides of a diff: LEFT holds deleted lines, RIGHT added lines and context."""

    LEFT = "LEFT"
    RIGHT = "RIGHT"


class LineKind(StrEnum):
    """A diff line's first character."""

    CONTEXT = " "
    ADDED = "+"
    DELETED = "-"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a hunk. `old` and `new` are 1-based line numbers, None on the side where the line is not."""

    kind: LineKind
    old: int | None
    new: int | None

    text: str
    r"""Without the diff's marker and the final "\n"; a "\r" before it stays."""

    newline: bool = True
    """False when the file ends here without one."""

    @property
    def changed(self) -> bool:
        """Whether the pull request added or deleted this line: such a line is reviewable."""
        return self.kind is not LineKind.CONTEXT

    @property
    def side(self) -> Side:
        """The side on which GitHub takes a comment on this line."""
        return Side.LEFT if self.kind is LineKind.DELETED else Side.RIGHT

    @property
    def number(self) -> int:
        """The line's number on `side`."""
        number = self.old if self.side is Side.LEFT else self.new
        assert number is not None  # noqa: S101 - a line stands on the side of its kind
        return number


@dataclass(frozen=True, slots=True)
class Hunk:
    """A run of lines under one `@@` header; `section` is what git writes after the second `@@`."""

    old_start: int
    old_count: int
    new_start: int
    new_count: int
    section: str
    lines: tuple[Line, ...]


class FileStatus(StrEnum):
    """What happened to a file, in GitHub's words."""

    ADDED = "added"
    DELETED = "removed"
    MODIFIED = "modified"
    RENAMED = "renamed"
    COPIED = "copied"


@dataclass(frozen=True, slots=True)
class FileDiff:
    """One file's change. `path` is where the file is now, or was, if deleted; `old_path` where it was before.

    Modes are git's six digits ("100755"), None where the diff does not tell. `header` keeps the raw lines before the
    first hunk, so that a diff can be rendered back as it came.
    """

    path: str
    old_path: str
    status: FileStatus
    hunks: tuple[Hunk, ...]
    old_mode: str | None = None
    new_mode: str | None = None
    binary: bool = False
    header: tuple[str, ...] = ()
    _index: dict[tuple[Side, int], tuple[Hunk, Line]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    _folded: dict[str, list[tuple[Hunk, int]]] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def submodule(self) -> bool:
        """Whether this is a pointer to a commit of another repository (mode 160000)."""
        return "160000" in (self.old_mode, self.new_mode)

    @property
    def symlink(self) -> bool:
        """Whether this is a symbolic link (mode 120000)."""
        return "120000" in (self.old_mode, self.new_mode)

    @property
    def lines(self) -> Iterator[Line]:
        """All that the diff shows of it."""
        return chain.from_iterable(hunk.lines for hunk in self.hunks)

    @property
    def changed_lines(self) -> int:
        """How many lines were added or deleted."""
        return sum(line.changed for line in self.lines)


@dataclass(frozen=True, slots=True)
class Unread:
    """Something that should have been read and was not: the review is partial."""

    path: str
    """A file's path or a plain phrase."""

    reason: str

    hunks: int = 0
    """How many were missed, 0 where it cannot be known."""

    partly: bool = False
    """The hunks were read, and something of what came of it is missing."""


@dataclass(frozen=True, slots=True)
class FetchedDiff:
    """What was served: unified text, and the files whose text could not be had."""

    text: str
    unread: tuple[Unread, ...] = ()

    binary: frozenset[str] = frozenset()
    """Paths of files that the text shows as binary, and whose bytes are so on the base branch as well."""


@dataclass(frozen=True, slots=True)
class Diff:
    """A whole pull request's diff, files in the order in which git wrote them."""

    files: tuple[FileDiff, ...]


# -- Which lines may carry a comment -----------------------------------------------------------------------------------


def line_at(file: FileDiff, side: Side, number: int) -> Line | None:
    """The line on which GitHub takes a comment: RIGHT is added lines and context, LEFT deleted lines. Else None."""
    found = _indexed(file).get((side, number))
    return found[1] if found else None


def hunk_of(file: FileDiff, side: Side, number: int) -> Hunk | None:
    """The hunk of the line that `line_at` finds: a comment on several lines must stay within one hunk."""
    found = _indexed(file).get((side, number))
    return found[0] if found else None


def _indexed(file: FileDiff) -> dict[tuple[Side, int], tuple[Hunk, Line]]:
    """The file's index, built at the first question: most files are never asked about."""
    index = file._index  # noqa: SLF001 - the file's own memo
    if not index:
        for hunk in file.hunks:
            index.update({(line.side, line.number): (hunk, line) for line in hunk.lines})
    return index


# -- Diff -> text ------------------------------------------------------------------------------------------------------


def render_diff(diff: Diff) -> str:
    """The unified text: of a parsed diff, what was parsed, to the byte, if git wrote it."""
    lines = chain.from_iterable(map(_file_text, diff.files))
    return "".join(f"{line}\n" for line in lines)


def _file_text(file: FileDiff) -> Iterator[str]:
    yield from file.header or git_header.write_header(
        git_header.Header(file.path, file.old_path, file.status.value, file.old_mode, file.new_mode, file.binary),
        hunks=bool(file.hunks),
    )

    for hunk in file.hunks:
        old = _range(hunk.old_start, hunk.old_count)
        new = _range(hunk.new_start, hunk.new_count)
        yield f"@@ -{old} +{new} @@{' ' if hunk.section else ''}{hunk.section}"
        for line in hunk.lines:
            yield f"{line.kind.value}{line.text}"
            if not line.newline:
                yield "\\ No newline at end of file"


def _range(start: int, count: int) -> str:
    return f"{start}" if count == 1 else f"{start},{count}"


# -- Text -> Diff ------------------------------------------------------------------------------------------------------


def parse_diff(text: str) -> Diff:
    """Parse what `git diff` and GitHub write, decoded as UTF-8 with "surrogateescape". DiffError names file and line.

    Only "\\n" ends a line: form feeds, U+2028 and a lone "\\r" are part of a line's text. Each file must begin with
    `diff --git a/… b/…`. A rename of a file that also changes its type comes, as from git, as two files.
    """
    lines = list(StringIO(text))  # not splitlines(), which breaks at form feeds and their like
    starts = [index for index, line in enumerate(lines) if line.startswith("diff --git ")]
    if lines and (not starts or starts[0] > 0):
        why = " It has colours in it: git's option --no-color keeps them out." if "\x1b[" in lines[0] else ""
        raise DiffError(f"Line 1 of the diff does not begin a file with `diff --git`: {lines[0][:80]!r}.{why}")

    ends = [*starts[1:], len(lines)][: len(starts)]
    return Diff(tuple(_file(lines[start:end], start + 1) for start, end in zip(starts, ends, strict=True)))


def _file(lines: Sequence[str], first: int) -> FileDiff:
    """One file's section, which begins at line `first` of the diff."""
    size = next((index for index, line in enumerate(lines) if line.startswith("@@ ")), len(lines))
    header = tuple(line.removesuffix("\n") for line in lines[:size])
    try:
        told = git_header.read_header(header)
    except ValueError as error:
        raise DiffError(f"Line {first} of the diff, {header[0][:200]!r}: {error}.") from None

    return FileDiff(
        path=told.path,
        old_path=told.old_path,
        status=FileStatus(told.status),
        hunks=_hunks(told.path, lines[size:], first + size),
        old_mode=told.old_mode,
        new_mode=told.new_mode,
        binary=told.binary,
        header=header,
    )


def _hunks(path: str, lines: Sequence[str], first: int) -> tuple[Hunk, ...]:
    """The hunks in `lines`, whose first is line `first` of the diff."""
    if not lines:
        return ()

    # unidiff reads the path neither unquoted nor safely, so it gets a plain one.
    reading = iter(["--- a/file\n", "+++ b/file\n", *lines])
    try:
        patch = unidiff.PatchSet(reading)
    except (unidiff.UnidiffParseError, ValueError) as error:
        number = first + len(lines) - length_hint(reading) - 1
        raise DiffError(f"{path!r}, line {number} of the diff: {str(error).partition(':')[0]}.") from None

    # Lines beyond a hunk's counts are no error to unidiff, which drops them: they would never be reviewed.
    read = sum(len(hunk) + 1 for hunk in patch[0]) if patch else 0
    if read != len(lines):
        raise DiffError(f"{path!r}, line {first + read} of the diff: a line after the end of its hunk.")

    firsts = chain.from_iterable(hunk[:1] for hunk in patch[0])
    if strayed := next((line for line in firsts if line.line_type == "\\"), None):
        number = first + (strayed.diff_line_no or 0) - 3
        raise DiffError(f"{path!r}, line {number} of the diff: a hunk begins with its end-of-file mark.")

    return tuple(_hunk(hunk) for hunk in patch[0])


_KINDS = {kind.value: kind for kind in LineKind}


def _hunk(hunk: unidiff.Hunk) -> Hunk:
    lines: list[Line] = []
    for line in hunk:
        kind = _KINDS.get(line.line_type)
        if kind is not None:
            text = line.value.removesuffix("\n")
            lines.append(Line(kind, line.source_line_no, line.target_line_no, text))
        elif line.line_type == "\\":
            lines[-1] = replace(lines[-1], newline=False)

    return Hunk(
        hunk.source_start, hunk.source_length, hunk.target_start, hunk.target_length, hunk.section_header, tuple(lines)
    )
