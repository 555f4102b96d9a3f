"""A file's changed lines -> the same without credentials: pure functions of plain values, for a process of their own."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from kireji.core.diff.unified import FileDiff, LineKind
from kireji.core.secrets.private_keys import BETWEEN, may_hold_keys
from kireji.core.secrets.redact import redact_lines, replace_known
from kireji.core.secrets.spans import KnownSecrets

_NO_KIND = "@"


@dataclass(frozen=True, slots=True)
class FileRows:
    """A file's lines, one a row, with sections and rows that part hunks."""

    path: str
    text: str = field(repr=False)

    kinds: str = field(repr=False)
    """A letter for each row, as `LineKind` has them."""


@dataclass(frozen=True, slots=True)
class SearchedRows:
    """Rows without the credentials that the file itself tells."""

    text: str = field(repr=False)

    known: KnownSecrets = field(repr=False)
    """The values of those."""


@dataclass(frozen=True, slots=True)
class RowsToSpread:
    """Rows in which values are to be replaced that other files have told."""

    text: str = field(repr=False)
    known: KnownSecrets = field(repr=False)


def rows_of(file: FileDiff) -> FileRows:
    """What of a file there is to be searched."""
    rows = list[str]()
    kinds = list[str]()
    for hunk in file.hunks:
        rows += (BETWEEN, hunk.section, *(line.text for line in hunk.lines))
        kinds += (_NO_KIND, _NO_KIND, *(line.kind.value for line in hunk.lines))

    return FileRows(file.path, "\n".join(rows), "".join(kinds))


def search_rows(rows: FileRows) -> SearchedRows:
    """A file's lines, read as they stand in the diff and then, for keys of many lines, each side by itself."""
    if not rows.kinds:
        return SearchedRows(rows.text, KnownSecrets())

    lines = rows.text.split("\n")
    redacted = redact_lines(rows.path, lines)
    shown = [*redacted.lines]

    if may_hold_keys(lines):
        for other_side in (LineKind.ADDED, LineKind.DELETED):
            indices = [index for index, kind in enumerate(rows.kinds) if kind != other_side.value]
            alone = redact_lines(rows.path, [shown[index] for index in indices]).lines
            for index, text in zip(indices, alone, strict=True):
                shown[index] = text

    return SearchedRows("\n".join(shown), redacted.known)


def all_secrets(searched: Iterable[SearchedRows]) -> KnownSecrets:
    """The values that all files have told."""
    values = dict[str, str]()
    for rows in searched:
        values |= rows.known.kinds
    return KnownSecrets(values)


def replace_spread(rows: RowsToSpread) -> str:
    """The rows without them."""
    return replace_known(rows.text, rows.known)
