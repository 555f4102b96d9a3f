"""What a file is by the conventions of the field, and whether the base branch has it so, or only the change says it.

A change may call its own code vendored or generated, by a name or by a mark in its first lines, so that nobody reads
it. Such a word counts where it stood on the base branch before: who merged it there has accepted it. Lock files and
other data that no program runs are believed by their names: a new one comes with many an ordinary change.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from pathspec import GitIgnoreSpec

from kireji.core.diff.unified import FileDiff, FileStatus, Line, LineKind
from kireji.core.scope import conventions
from kireji.core.scope.skips import SkipReason
from kireji.core.text.patterns import regex
from kireji.errors import UserError


@dataclass(frozen=True, slots=True)
class Globs:
    """Patterns that can say which of them matched."""

    patterns: tuple[str, ...]
    spec: GitIgnoreSpec

    def matching(self, path: str) -> str | None:
        """The pattern that decided for the path, None if none did or a "!" pattern took it out again."""
        result = self.spec.check_file(path)
        return self.patterns[result.index] if result.include and result.index is not None else None


def globs(name: str, patterns: Iterable[str]) -> Globs:
    """Patterns as in .gitignore; UserError, which names the list, if one means nothing."""
    patterns = tuple(patterns)
    try:
        return Globs(patterns, GitIgnoreSpec.from_lines(patterns))
    except ValueError as error:
        raise UserError(
            f"`{name}` holds a pattern that means nothing: {error}.", "Write it as in .gitignore."
        ) from None


@dataclass(frozen=True, slots=True)
class Convention:
    """What a file is called."""

    reason: SkipReason
    """Why it would be skipped."""

    detail: str
    """By which rule."""

    vouches: bool
    """Whether the base branch vouches for it."""


_DATA = (
    (SkipReason.LOCK, globs("lock files", conventions.LOCK_FILES.split())),
    (SkipReason.GENERATED, globs("data", conventions.DATA.split())),
)
_CODE = (
    (SkipReason.VENDORED, globs("vendored", conventions.VENDORED.split())),
    (SkipReason.MINIFIED, globs("minified", conventions.MINIFIED.split())),
    (SkipReason.GENERATED, globs("generated", conventions.GENERATED.split())),
)


def find_convention(file: FileDiff, spared: Collection[SkipReason]) -> Convention | None:
    """The first convention that applies, but for those `spared`; None where none does."""
    return next((called for called in _called(file) if called.reason not in spared), None)


def adds_lines(file: FileDiff) -> bool:
    """Whether the change adds a line to it."""
    return any(line.kind is LineKind.ADDED for line in file.lines)


def _called(file: FileDiff) -> Iterator[Convention]:
    for reason, data in _DATA:
        if pattern := data.matching(file.path):
            yield Convention(reason, pattern, vouches=True)

    gone = not (adds_lines(file) or file.binary)
    for reason, named in _CODE:
        if pattern := named.matching(file.path):
            yield Convention(reason, pattern, vouches=gone or _had_name(file, named) or _is_snapshot(file))

    if mark := _mark(file, before=False):
        yield Convention(SkipReason.GENERATED, mark, vouches=gone or _mark(file, before=True) is not None)

    yield from _long_lines(file)


def _had_name(file: FileDiff, named: Globs) -> bool:
    """Whether the base branch has the file under such a name."""
    if file.status is FileStatus.RENAMED:
        return named.matching(file.old_path) is not None
    return file.status in {FileStatus.MODIFIED, FileStatus.DELETED}


# -- Marks of generators -----------------------------------------------------------------------------------------------


def _mark(file: FileDiff, *, before: bool) -> str | None:
    """How a comment near the file's top tells of a generator, now or `before`; the comment is untrusted, and not shown.

    Of a file that is deleted, now is before.
    """
    if not file.hunks:
        return None

    old = before or not file.hunks[0].new_count
    top = (_numbered(line, old=old) for line in file.hunks[0].lines[: 2 * conventions.MAX_MARK_LINES])
    texts = [text for number, text in top if number is not None and number <= conventions.MAX_MARK_LINES]

    for text in texts:
        for name, mark in conventions.MARKS.items():
            if mark.match(text):
                return name

    return None


def _numbered(line: Line, *, old: bool) -> tuple[int | None, str]:
    return line.old if old else line.new, line.text


# -- Minified by its lines ---------------------------------------------------------------------------------------------


def _long_lines(file: FileDiff) -> Iterator[Convention]:
    """Whether the lines that the diff shows are too long, on average, to be hand-written.

    Where they were not so before, a file with few of them is read all the same: an icon is one long line.
    """
    if not file.path.lower().endswith(conventions.MINIFIED_SUFFIXES):
        return

    lines = list(file.lines)
    mean = _mean(lines)
    before = [line for line in lines if line.old is not None]
    added = [line for line in lines if line.kind is LineKind.ADDED]
    vouches = not added or (bool(before) and _mostly_long(before) and _mostly_long(added))

    small = sum(len(line.text) for line in lines) <= conventions.MAX_MINIFIED_CHARS
    if mean > conventions.MINIFIED_MEAN and (vouches or not small):
        yield Convention(SkipReason.MINIFIED, f"{mean:,} characters a line", vouches)


def _mostly_long(lines: Collection[Line]) -> bool:
    """Whether no more of them are short than long: one long line among others makes no bundle of what stands beside it."""
    sizes = [len(line.text) for line in lines if line.text.strip()]
    return 2 * sum(size > conventions.MINIFIED_MEAN for size in sizes) >= len(sizes)


def _mean(lines: Collection[Line]) -> int:
    return sum(len(line.text) for line in lines) // max(len(lines), 1)


# -- Snapshots ---------------------------------------------------------------------------------------------------------

# Jest and Vitest run a snapshot as a module (source: jest-snapshot-utils, `getSnapshotData`), so a new one is data only
# in the form that they write: names and values as template literals in which nothing is left to be computed. Those of
# Rust's insta begin with a line that is none of JavaScript's.
_LITERAL = r"`(?:[^`\\$]|\\.|\$(?!\{))*+`"
_SNAPSHOT = regex(rf"(?:\s|//[^\n\r\u2028\u2029]*+|exports\[{_LITERAL}\] = {_LITERAL};)*+", re.DOTALL)


def _is_snapshot(file: FileDiff) -> bool:
    """Whether a new file is a snapshot of a test, with nothing in it that runs."""
    if file.status is not FileStatus.ADDED or not file.path.endswith(".snap"):
        return False

    text = "\n".join(line.text for line in file.lines)
    return text.startswith("---\n") or _SNAPSHOT.fullmatch(text) is not None
