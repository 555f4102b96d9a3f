"""Files whose text a diff does not show since they are marked as binary: which they are, and the diff with that text."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

from kireji.core.diff.unified import Diff, FetchedDiff, FileDiff, Hunk, Unread, parse_diff, render_diff
from kireji.core.scope import attributes
from kireji.core.scope.binary import is_believed_binary

_MARK = "\nBinary files "


def find_hidden(text: str, base_files: Mapping[str, str]) -> tuple[FileDiff, ...]:
    """The files of a diff that are shown as binary, and are not believed to be.

    `base_files`, path -> text, has the base branch's .gitattributes. A file that changes its type stands in a diff twice,
    and is left to be named as unread.
    """
    if _MARK not in text:
        return ()

    files = parse_diff(text).files
    base = attributes.read_attributes(base_files)
    times = Counter(file.path for file in files)
    binary = (file for file in files if file.binary and times[file.path] == 1)
    return tuple(file for file in binary if not is_believed_binary(file.path, base.of(file.path), ()))


def show_hidden(text: str, made: Mapping[str, tuple[Hunk, ...] | Unread], binary: frozenset[str]) -> FetchedDiff:
    """The diff with the hunks that were made for some paths, or the reasons why they could not be. `binary` as there."""
    if not made:
        return FetchedDiff(text, (), binary)

    files = [file for file in parse_diff(text).files if not isinstance(made.get(file.path), Unread)]
    shown = tuple(_shown(file, made.get(file.path)) for file in files)
    unread = tuple(instead for instead in made.values() if isinstance(instead, Unread))
    return FetchedDiff(render_diff(Diff(shown)), unread, binary)


def _shown(file: FileDiff, made: tuple[Hunk, ...] | Unread | None) -> FileDiff:
    return replace(file, hunks=made, binary=False, header=()) if isinstance(made, tuple) else file
