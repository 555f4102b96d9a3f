"""Which files are reviewed, and for each skip the reason."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pathspec import GitIgnoreSpec

from app.core import attributes as git_attributes
from app.core import binary, conventions
from app.core import wording_patches as wording
from app.core.diff import Diff, FileDiff, Side, Unread
from app.errors import UserError

_NO_FILES: Mapping[str, str] = {}


class SkipReason(StrEnum):
    """Why a file is not reviewed, as people read it in the check run."""

    BINARY = "binary"
    GENERATED = "generated"
    VENDORED = "vendored"
    MINIFIED = "minified"
    LOCK = "lock file"
    SUBMODULE = "submodule"
    NO_TEXT = "no changed lines"
    TOO_LARGE = "too large"
    EXCLUDED = "excluded by the configuration"
    NOT_ASKED = "not asked for"


@dataclass(frozen=True, slots=True)
class Skip:
    """A file left out on purpose; this does not make a review partial. `detail` may name the rule or the size."""

    path: str
    reason: SkipReason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """A diff's files, sorted into those that are reviewed and those that are skipped, both in the diff's order.

    `unread` are files that should be reviewed, and of which the diff shows no text.
    """

    reviewed: tuple[FileDiff, ...]
    skipped: tuple[Skip, ...]
    unread: tuple[Unread, ...] = ()


def choose(
    diff: Diff,
    *,
    attributes: Mapping[str, str] = _NO_FILES,
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
    only: Sequence[str] = (),
    within: Sequence[str] = (),
    max_lines: int = 5000,
    looked_at: Collection[str] = (),
) -> Scope:
    """Sort the files into reviewed and skipped. The first that applies decides:

    1. There is no text to read: binary, submodule, no changed lines. A symbolic link is a text of one line. What is
       shown as binary and is not believed (see `core.binary`; `looked_at` are paths of files whose bytes are binary) goes
       on, and is unread where it would be reviewed.
    2. `only` names patterns and none of them matches: somebody asked for a part of the pull request.
    3. `exclude` matches (patterns as in .gitignore), or `within` names patterns and none of them does: skipped, even if
       `include` matches as well.
    4. `include` matches: reviewed, whatever else is true of the file.
    5. `attributes`, the base branch's .gitattributes (path -> text), call the file generated or vendored.
    6. The conventions of the field call it a lock file, vendored, minified or generated. `-linguist-generated` and
       `-linguist-vendored` in `attributes` keep a file from this.
    7. It has more than `max_lines` changed lines.

    A renamed file goes by its new path. UserError if a pattern means nothing.
    """
    rules = _Rules(
        attributes=git_attributes.read(attributes),
        include=_globs("include", include),
        exclude=_globs("exclude", exclude),
        only=_globs("only", only) if only else None,
        within=_globs("within", within) if within else None,
        max_lines=max_lines,
        looked_at=looked_at,
    )
    verdicts = [(file, rules.verdict(file)) for file in diff.files]
    return Scope(
        tuple(file for file, verdict in verdicts if verdict is None),
        tuple(verdict for _, verdict in verdicts if isinstance(verdict, Skip)),
        tuple(verdict for _, verdict in verdicts if isinstance(verdict, Unread)),
    )


def fitting_nothing(patterns: Iterable[str], diff: Diff) -> tuple[str, ...]:
    """Those of the patterns, by which people ask for files, that fit no file of the diff."""
    wanted = [pattern for pattern in patterns if not pattern.startswith("!")]
    paths = [file.path for file in diff.files]
    return tuple(pattern for pattern in wanted if not any(GitIgnoreSpec.from_lines([pattern]).match_files(paths)))


@dataclass(frozen=True, slots=True)
class _Globs:
    """Patterns that can say which of them matched."""

    patterns: tuple[str, ...]
    spec: GitIgnoreSpec

    def matching(self, path: str) -> str | None:
        """The pattern that decided for the path, None if none did or a "!" pattern took it out again."""
        result = self.spec.check_file(path)
        return self.patterns[result.index] if result.include and result.index is not None else None


def _globs(name: str, patterns: Iterable[str]) -> _Globs:
    patterns = tuple(patterns)
    try:
        return _Globs(patterns, GitIgnoreSpec.from_lines(patterns))
    except ValueError as error:
        raise UserError(
            f"`{name}` holds a pattern that means nothing: {error}.", "Write it as in .gitignore."
        ) from None


_LOCK = _globs("lock files", conventions.LOCK_FILES.split())
_VENDORED = _globs("vendored", conventions.VENDORED.split())
_MINIFIED = _globs("minified", conventions.MINIFIED.split())
_GENERATED = _globs("generated", conventions.GENERATED.split())


def _long_lines(file: FileDiff) -> str | None:
    """Whether the lines that the diff shows are too long, on average, to be hand-written."""
    if not file.path.lower().endswith(conventions.MINIFIED_SUFFIXES):
        return None
    lines = [len(line.text) for hunk in file.hunks for line in hunk.lines]
    mean = sum(lines) // max(len(lines), 1)
    return f"{mean:,} characters a line" if mean > conventions.MINIFIED_MEAN else None


def _mark(file: FileDiff) -> str | None:
    """How a comment near the file's top tells of a generator; the comment itself is untrusted, and not shown."""
    if not file.hunks:
        return None
    side = Side.RIGHT if file.hunks[0].new_count else Side.LEFT
    top = [
        line.text
        for line in file.hunks[0].lines[: 2 * conventions.MARK_LINES]
        if line.side is side and line.number <= conventions.MARK_LINES
    ]
    return next((name for text in top for name, mark in conventions.MARKS.items() if mark.match(text)), None)


# In this order; each test gives the detail, or None where it does not apply.
_CONVENTIONS: tuple[tuple[SkipReason, Callable[[FileDiff], str | None]], ...] = (
    (SkipReason.LOCK, lambda file: _LOCK.matching(file.path)),
    (SkipReason.VENDORED, lambda file: _VENDORED.matching(file.path)),
    (SkipReason.MINIFIED, lambda file: _MINIFIED.matching(file.path)),
    (SkipReason.GENERATED, lambda file: _GENERATED.matching(file.path)),
    (SkipReason.GENERATED, _mark),
    (SkipReason.MINIFIED, _long_lines),
)
_NO_TEXT: tuple[tuple[SkipReason, Callable[[FileDiff], bool]], ...] = (
    (SkipReason.SUBMODULE, lambda file: file.submodule),
    (SkipReason.NO_TEXT, lambda file: not (file.binary or file.changed_lines)),
)
# To Linguist lock files and minified files are generated ones.
_LINGUIST: tuple[tuple[str, SkipReason, frozenset[SkipReason]], ...] = (
    (
        "linguist-generated",
        SkipReason.GENERATED,
        frozenset({SkipReason.GENERATED, SkipReason.LOCK, SkipReason.MINIFIED}),
    ),
    ("linguist-vendored", SkipReason.VENDORED, frozenset({SkipReason.VENDORED})),
)


@dataclass(frozen=True, slots=True)
class _Rules:
    attributes: git_attributes.Attributes
    include: _Globs
    exclude: _Globs
    only: _Globs | None
    within: _Globs | None
    max_lines: int
    looked_at: Collection[str]

    def verdict(self, file: FileDiff) -> Skip | Unread | None:
        """Why the file is skipped, or cannot be reviewed; None if it is reviewed."""
        for reason, holds in _NO_TEXT:
            if holds(file):
                return Skip(file.path, reason)
        if file.binary and binary.believed(file.path, self.attributes.of(file.path), self.looked_at):
            return Skip(file.path, SkipReason.BINARY)
        skip = self._chosen(file)
        return Unread(file.path, wording.BINARY) if skip is None and file.binary else skip

    def _chosen(self, file: FileDiff) -> Skip | None:
        """Why the file is skipped, although it has text."""
        if self.only is not None and not self.only.matching(file.path):
            return Skip(file.path, SkipReason.NOT_ASKED)
        if self.within is not None and not self.within.matching(file.path):
            return Skip(file.path, SkipReason.EXCLUDED)
        if pattern := self.exclude.matching(file.path):
            return Skip(file.path, SkipReason.EXCLUDED, pattern)
        if self.include.matching(file.path):
            return None
        return self._default(file)

    def _default(self, file: FileDiff) -> Skip | None:
        told = self.attributes.of(file.path)
        spared = set[SkipReason]()
        for name, reason, reasons in _LINGUIST:
            value = told.get(name)
            if value in {False, "false"}:
                spared |= reasons
            elif value is not None:
                return Skip(file.path, reason, f"{name} in .gitattributes")
        for reason, test in _CONVENTIONS:
            if reason not in spared and (detail := test(file)) is not None:
                return Skip(file.path, reason, detail)
        if (changed := file.changed_lines) > self.max_lines:
            return Skip(file.path, SkipReason.TOO_LARGE, f"{changed:,} changed lines; the limit is {self.max_lines:,}")
        return None
