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
    """A file's lines, one a row, with sections and rows that part hunks; `kinds` has a letter for each, as `LineKind`."""

    path: str
    text: str = field(repr=False)
    kinds: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SearchedRows:
    """The rows without the credentials that are told by the file itself, and the values of those."""

    text: str = field(repr=False)
    known: KnownSecrets = field(repr=False)


@dataclass(frozen=True, slots=True)
class RowsToSpread:
    """Rows in which values are to be replaced that other files have told."""

    text: str = field(repr=False)
    known: KnownSecrets = field(repr=False)


def rows_of(file: FileDiff) -> FileRows:
    """What of a file there is to be searched."""
    rows = [text for hunk in file.hunks for text in (BETWEEN, hunk.section, *(line.text for line in hunk.lines))]
    kinds = (_NO_KIND * 2 + "".join(line.kind.value for line in hunk.lines) for hunk in file.hunks)
    return FileRows(file.path, "\n".join(rows), "".join(kinds))


def search_rows(texts: FileRows) -> SearchedRows:
    """A file's lines, read as they stand in the diff and then, for keys of many lines, each side by itself."""
    if not texts.kinds:
        return SearchedRows(texts.text, KnownSecrets())
    lines = texts.text.split("\n")
    redacted = redact_lines(texts.path, lines)
    shown = [*redacted.lines]
    if may_hold_keys(lines):
        for other in (LineKind.ADDED, LineKind.DELETED):
            side = [index for index, kind in enumerate(texts.kinds) if kind != other.value]
            alone = redact_lines(texts.path, [shown[index] for index in side]).lines
            for index, text in zip(side, alone, strict=True):
                shown[index] = text
    return SearchedRows("\n".join(shown), redacted.known)


def all_secrets(found: Iterable[SearchedRows]) -> KnownSecrets:
    """The values that all files have told."""
    values = dict[str, str]()
    for one in found:
        values |= one.known.kinds
    return KnownSecrets(values)


def replace_spread(one: RowsToSpread) -> str:
    """The rows without them."""
    return replace_known(one.text, one.known)
