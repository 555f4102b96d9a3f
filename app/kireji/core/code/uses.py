"""Whether a name stands in a file's code, or in its comments and texts only.

By the signs of each language's comments and strings; in doubt, what stands there is code.
"""

import re
from collections.abc import Sequence

from kireji.core.code.languages import language
from kireji.core.text.patterns import made, regex

MAX_CHARS = 400_000
"""Of longer files nothing is said: each is gone through for one claim."""

_DOUBLE = r"\"(?:[^\"\\\n]|\\.)*\""
_SINGLE = r"'(?:[^'\\\n]|\\.)*'"
_HASH = regex(rf"(?P<text>\"\"\"[\s\S]*?\"\"\"|'''[\s\S]*?'''|{_DOUBLE}|{_SINGLE})|(?:(?<=\s)|^)#[^\n]*", re.MULTILINE)
_BEHIND = r"(?<![:\\])//[^\n]*|/\*(?:[\s\S]*?\*/|[\s\S]*)"
_SLASHES = regex(rf"(?P<text>{_DOUBLE}|'(?:[^'\\\n]|\\.)'|`[^`]*`)|{_BEHIND}")
_SCRIPT = regex(rf"(?P<text>{_DOUBLE}|{_SINGLE}|`[^`]*`)|{_BEHIND}")
_SIGNS = {
    **dict.fromkeys(("Python", "Starlark", "Ruby", "Elixir", "shell"), _HASH),
    **dict.fromkeys(("JavaScript", "TypeScript", "Dart", "Groovy"), _SCRIPT),
    **dict.fromkeys(("Go", "Java", "Kotlin", "Scala", "Rust", "C", "C/C++", "C++", "C#", "Swift"), _SLASHES),
}
_PROSE = regex(r"\s")
_FILLED_IN = regex(r"[{$`]|\\\(")  # values may stand in such a text, and their names


def is_only_mentioned(name: str, path: str, lines: Sequence[str]) -> bool:
    """Whether the file has the name, but in its comments and in sentences only, so that nothing uses it."""
    signs = _SIGNS.get(language(path) or "")
    if signs is None or sum(map(len, lines)) > MAX_CHARS or not any(name in line for line in lines):
        return False

    word = made(rf"\b{re.escape(name)}\b")
    text = "\n".join(lines)
    return word.search(text) is not None and word.search(signs.sub(_code, text)) is None


def _code(found: re.Match[str]) -> str:
    """What of a text or a comment counts as code: a text that is a word, or has places for values."""
    text = found["text"] or ""
    return text if _FILLED_IN.search(text) or not _PROSE.search(text) else ""
