"""A file at the head commit, as far as it is known: from GitHub, or from the diff."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kireji.core.diff.unified import FileDiff, FileStatus, Line, Side
from kireji.core.review import syntax
from kireji.core.review.syntax import Original


@dataclass(frozen=True, slots=True)
class HeadFile:
    """What is known of a file at the head commit."""

    lines: Mapping[int, str]
    """Its lines by number: all, or those that the diff shows."""
    ending: str | None
    """"\\r" where each line ends in "\\r\\n", "" where none does, None where some do."""
    whole: Original | None = None
    """All of it, if that is known."""


def read_head(file: FileDiff, text: str | None) -> HeadFile:
    """The file by its text, or, where there is none, by its diff."""
    text = added_text(file) if text is None else text
    if text is not None:
        lines = text.split("\n")
        return HeadFile(dict(enumerate(lines, start=1)), _ending(lines[:-1]), syntax.original(file.path, text))

    shown = list[Line]()
    for hunk in file.hunks:
        shown += [line for line in hunk.lines if line.side is Side.RIGHT]
    ending = _ending([line.text for line in shown if line.newline])
    return HeadFile({line.number: line.text for line in shown}, ending)


def added_text(file: FileDiff) -> str | None:
    """The text of a new file, which the diff shows whole; None for any other."""
    if file.status is not FileStatus.ADDED or file.symlink or len(file.hunks) != 1:
        return None
    lines = file.hunks[0].lines
    return "\n".join(line.text for line in lines) + ("\n" if lines[-1].newline else "")


def _ending(lines: Sequence[str]) -> str | None:
    """What stands before each "\\n"."""
    endings = {"\r" if line.endswith("\r") else "" for line in lines}
    return None if len(endings) > 1 else next(iter(endings), "")
