"""Two texts -> the hunks between them, as git writes them: for files whose patch GitHub does not serve.

Two texts made for it keep a comparison busy for hours, so it is done in a process of its own.
"""

from dataclasses import dataclass, field

import cydifflib

MAX_LINES = 50_000  # a side; more would be no review's


@dataclass(frozen=True, slots=True)
class Pair:
    """A file's bytes before and after."""

    old: bytes = field(repr=False)
    new: bytes = field(repr=False)


def make_patch(pair: Pair) -> str | None:
    """The hunks; "" where both are the same, None beyond MAX_LINES. What is not UTF-8 becomes lone surrogates."""
    before = _lines(pair.old)
    after = _lines(pair.new)
    if max(len(before), len(after)) > MAX_LINES:
        return None

    # pyrefly: ignore[missing-attribute] - a compiled module without stubs
    diff = list(cydifflib.unified_diff(before, after))[2:]  # without the two header lines
    return "".join(line if line.endswith("\n") else line + "\n\\ No newline at end of file\n" for line in diff)


def _lines(data: bytes) -> list[str]:
    """Lines with their end; only LF ends one."""
    *whole, rest = data.decode("utf-8", "surrogateescape").split("\n")
    return [line + "\n" for line in whole] + ([rest] if rest else [])
