"""Unified diff text -> Diff: which file, which hunk, which line, and which lines may carry a comment."""

from dataclasses import dataclass
from enum import StrEnum


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
    r"""One line of a hunk. `old` and `new` are 1-based line numbers, None on the side where the line is not.

    `text` has neither the diff's marker nor the final "\n"; a "\r" before it stays. `newline` is False when the file
    ends here without one.
    """

    kind: LineKind
    old: int | None
    new: int | None
    text: str
    newline: bool = True

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

    @property
    def submodule(self) -> bool:
        """Whether this is a pointer to a commit of another repository (mode 160000)."""
        return "160000" in (self.old_mode, self.new_mode)

    @property
    def symlink(self) -> bool:
        """Whether this is a symbolic link (mode 120000)."""
        return "120000" in (self.old_mode, self.new_mode)

    @property
    def changed_lines(self) -> int:
        """How many lines were added or deleted."""
        return sum(line.changed for hunk in self.hunks for line in hunk.lines)


@dataclass(frozen=True, slots=True)
class Unread:
    """Something that should have been read and was not: the review is partial. `path` is a file's path or a plain phrase.

    `hunks` counts what was missed, 0 where it cannot be known.
    """

    path: str
    reason: str
    hunks: int = 0


@dataclass(frozen=True, slots=True)
class FetchedDiff:
    """What GitHub served: unified text, and the files whose text could not be had."""

    text: str
    unread: tuple[Unread, ...] = ()


@dataclass(frozen=True, slots=True)
class Diff:
    """A whole pull request's diff, files in the order in which git wrote them."""

    files: tuple[FileDiff, ...]
