"""Hypothesis strategies for diffs: values that `kireji.core.diff.unified` could have parsed, nasty ones included.

`diffs()` and `file_diffs()` are what most tests want. A property that needs a real header (or the text) passes a value
through `parse(render(diff))`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from hypothesis import settings
from hypothesis import strategies as st

from kireji.core.diff.unified import Diff, FileDiff, FileStatus, Hunk, Line, LineKind

calm = settings()
"""For tests of whole diffs: as tests/conftest.py has it."""

ODD_TEXTS = (
    "",
    "x" * 300,
    "-- sql comment",
    "++ counter",
    "-- a/fake",
    "++ b/fake",
    "diff --git a/fake b/fake",
    "@@ -1,2 +1,2 @@ fake",
    "\\ No newline at end of file",
    "carriage\rreturn",
    "windows\r",
    "form\x0cfeed",
    "next\x85line \u2028 separator \u2029 \x1c",
    "not utf-8: \udcff\udc80",
    "日本語 🎉 e\u0301",
)
"""Lines that have broken diff parsers."""

texts = st.sampled_from(ODD_TEXTS) | st.text(
    st.characters(exclude_characters="\n", exclude_categories=["Cs"]), max_size=20
)
"""The text of a line: anything but a line feed."""

_odd_names = (
    "with space",
    "tab\there",
    'quo"te',
    "back\\slash",
    "é",
    "日本",
    "new\nline",
    "\udcff",
    " lead",
    "a b b",
    "-",
)
names = st.sampled_from(_odd_names) | st.text("abcxyz._- ", min_size=1, max_size=8).filter(lambda name: name.strip("."))
"""One component of a path."""

paths = st.lists(names, min_size=1, max_size=4).map("/".join)
"""A file's path in its repository."""

modes = st.sampled_from(["100644", "100755"])


@dataclass(frozen=True, slots=True)
class _Run:
    """A stretch of unchanged lines between hunks (`gap`), then a hunk's lines."""

    gap: int
    lines: tuple[tuple[LineKind, str], ...]


@st.composite
def _runs(draw: st.DrawFn, texts: st.SearchStrategy[str], kinds: Sequence[LineKind], most: int) -> list[_Run]:
    """The insides of one to three hunks, each of up to `most` lines, at least one of them changed."""
    # One number a line, for speed: it picks the kind and, from a small pool, the text.
    pool = draw(st.lists(texts, min_size=1, max_size=4))
    line = st.integers(0, len(pool) * len(kinds) - 1).map(lambda n: (kinds[n % len(kinds)], pool[n // len(kinds)]))
    lines = st.lists(line, min_size=1, max_size=most).map(tuple).filter(_changes)
    return draw(st.lists(st.builds(_Run, st.integers(1, 200), lines), min_size=1, max_size=3))


def _changes(lines: Sequence[tuple[LineKind, str]]) -> bool:
    return any(kind is not LineKind.CONTEXT for kind, _ in lines)


def _hunks(runs: Sequence[_Run], section: str, *, ends_bare: bool) -> tuple[Hunk, ...]:
    """Number the runs' lines. With `ends_bare` the last line of the last hunk has no newline."""
    hunks: list[Hunk] = []
    old = new = 0  # the lines that are behind us
    for run in runs:
        old, new = old + run.gap, new + run.gap
        before, lines = (old, new), list[Line]()
        for kind, text in run.lines:
            old += kind is not LineKind.ADDED
            new += kind is not LineKind.DELETED
            sides = (None if kind is LineKind.ADDED else old, None if kind is LineKind.DELETED else new)
            lines.append(Line(kind, *sides, text))
        if ends_bare and run is runs[-1]:
            lines[-1] = replace(lines[-1], newline=False)
        counts = (old - before[0], new - before[1])
        # The number of an empty side is that of the line before it.
        starts = [at + (count > 0) for at, count in zip(before, counts, strict=True)]
        hunks.append(Hunk(starts[0], counts[0], starts[1], counts[1], section, tuple(lines)))
    return tuple(hunks)


@st.composite
def file_diffs(
    draw: st.DrawFn,
    paths: st.SearchStrategy[str] = paths,
    texts: st.SearchStrategy[str] = texts,
    max_hunk_lines: int = 12,
) -> FileDiff:
    """A file with at least one changed line; its `header` is empty, which `render` makes good."""
    path, status = draw(paths), draw(st.sampled_from(list(FileStatus)))
    moved = status in {FileStatus.RENAMED, FileStatus.COPIED}
    whole = {FileStatus.ADDED: LineKind.ADDED, FileStatus.DELETED: LineKind.DELETED}.get(status)
    runs = draw(_runs(texts, [whole] if whole else list(LineKind), max_hunk_lines))
    if whole:
        runs = [replace(runs[0], gap=0)]
    section, ends_bare = draw(st.sampled_from(["", "def f(x):", "\udc80"])), draw(st.booleans())
    return FileDiff(
        path=path,
        old_path=draw(paths.filter(lambda other: other != path)) if moved else path,
        status=status,
        hunks=_hunks(runs, section, ends_bare=ends_bare),
        old_mode=None if status is FileStatus.ADDED else draw(modes),
        new_mode=None if status is FileStatus.DELETED else draw(modes),
    )


@st.composite
def diffs(
    draw: st.DrawFn, files: st.SearchStrategy[FileDiff] | None = None, min_files: int = 0, max_files: int = 4
) -> Diff:
    """A whole diff; no path is there twice."""
    some = st.lists(
        file_diffs() if files is None else files,
        min_size=min_files,
        max_size=max_files,
        unique_by=lambda file: file.path,
    )
    return Diff(tuple(draw(some)))
