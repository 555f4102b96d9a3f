"""Several things in a sentence. Imports nothing, so that whatever says something may say this."""

from collections.abc import Callable, Sequence


def all_of(words: Sequence[str]) -> str:
    """ "a, b and c"."""
    return _joined(words, "and")


def one_of(words: Sequence[str]) -> str:
    """ "a, b or c"."""
    return _joined(words, "or")


def first_of(words: Sequence[str], most: int, written: Callable[[str], str]) -> str:
    """ "a, b and 3 more": so many of them, as they are to be written, and how many are left."""
    more = f" and {len(words) - most:,} more" if len(words) > most else ""
    return ", ".join(map(written, words[:most])) + more


def _joined(words: Sequence[str], last: str) -> str:
    return f" {last} ".join(filter(None, (", ".join(words[:-1]), words[-1])))
