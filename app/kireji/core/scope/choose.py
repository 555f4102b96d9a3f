"""Which files are reviewed, and for each skip the reason."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from pathspec import GitIgnoreSpec

from kireji.core.diff import patch_words as wording
from kireji.core.diff.unified import Diff, FileDiff, Unread
from kireji.core.scope import attributes as git_attributes
from kireji.core.scope import binary
from kireji.core.scope.by_convention import Globs, adds_lines, find_convention, globs
from kireji.core.scope.skips import Skip, SkipReason

_NO_FILES: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Scope:
    """A diff's files, sorted into those that are reviewed and those that are skipped, both in the diff's order."""

    reviewed: tuple[FileDiff, ...]
    skipped: tuple[Skip, ...]

    unread: tuple[Unread, ...] = ()
    """Files that should be reviewed, and of which the diff shows no text."""

    unproven: tuple[Skip, ...] = ()
    """Files that nobody reads either, and for which the base branch does not vouch.

    Only the change itself calls them generated, vendored or minified, or makes them too large. A review that leaves such a
    file out is partial.
    """


def choose_scope(
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
       shown as binary and is not believed (see `binary`; `looked_at` are paths of files whose bytes are binary,
       before and after) goes on, and is unread where it would be reviewed.
    2. `only` names patterns and none of them matches: somebody asked for a part of the pull request.
    3. `exclude` matches (patterns as in .gitignore), or `within` names patterns and none of them does: skipped, even if
       `include` matches as well.
    4. `include` matches: reviewed, whatever else is true of the file.
    5. `attributes`, the base branch's .gitattributes (path -> text), call the file generated or vendored.
    6. The conventions of the field call it a lock file, vendored, minified or generated. `-linguist-generated` and
       `-linguist-vendored` in `attributes` keep a file from this. Where the base branch does not vouch for it (see
       `by_convention`), it is unproven.
    7. It has more than `max_lines` changed lines: unproven too, unless it only loses some.

    A renamed file goes by its new path. UserError if a pattern means nothing.
    """
    rules = _Rules(
        attributes=git_attributes.read_attributes(attributes),
        include=globs("include", include),
        exclude=globs("exclude", exclude),
        only=globs("only", only) if only else None,
        within=globs("within", within) if within else None,
        max_lines=max_lines,
        looked_at=looked_at,
    )

    verdicts = [(file, rules.verdict(file)) for file in diff.files]

    return Scope(
        tuple(file for file, verdict in verdicts if verdict is None),
        tuple(verdict for _, verdict in verdicts if isinstance(verdict, Skip)),
        tuple(verdict for _, verdict in verdicts if isinstance(verdict, Unread)),
        tuple(verdict.skip for _, verdict in verdicts if isinstance(verdict, _Unproven)),
    )


def find_unmatched(patterns: Iterable[str], diff: Diff) -> tuple[str, ...]:
    """Those of the patterns, by which people ask for files, that fit no file of the diff."""
    wanted = [pattern for pattern in patterns if not pattern.startswith("!")]
    paths = [file.path for file in diff.files]
    return tuple(pattern for pattern in wanted if not any(GitIgnoreSpec.from_lines([pattern]).match_files(paths)))


@dataclass(frozen=True, slots=True)
class _Unproven:
    """Why a file is not read, by the change's own word."""

    skip: Skip


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
    include: Globs
    exclude: Globs
    only: Globs | None
    within: Globs | None
    max_lines: int
    looked_at: Collection[str]

    def verdict(self, file: FileDiff) -> Skip | Unread | _Unproven | None:
        """Why the file is skipped, or cannot be reviewed; None if it is reviewed."""
        for reason, holds in _NO_TEXT:
            if holds(file):
                return Skip(file.path, reason)

        if file.binary and binary.is_believed_binary(file.path, self.attributes.of(file.path), self.looked_at):
            return Skip(file.path, SkipReason.BINARY)

        skip = self._chosen(file)
        return Unread(file.path, wording.BINARY) if skip is None and file.binary else skip

    def _chosen(self, file: FileDiff) -> Skip | _Unproven | None:
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

    def _default(self, file: FileDiff) -> Skip | _Unproven | None:
        told = self.attributes.of(file.path)
        spared = set[SkipReason]()
        for name, reason, reasons in _LINGUIST:
            value = told.get(name)
            if value in {False, "false"}:
                spared |= reasons
            elif value is not None:
                return Skip(file.path, reason, f"{name} in .gitattributes")

        if called := find_convention(file, spared):
            skip = Skip(file.path, called.reason, called.detail)
            return skip if called.vouches else _Unproven(skip)

        if (changed := file.changed_lines) > self.max_lines:
            size = f"{changed:,} changed lines; the limit is {self.max_lines:,}"
            skip = Skip(file.path, SkipReason.TOO_LARGE, size)
            return _Unproven(skip) if adds_lines(file) else skip

        return None
