"""Characters that nobody sees: shown to the model, dropped from what is posted.

Bidirectional controls reorder code on the screen, zero-width and tag characters carry text past a human reader, and
the other line ends would break a format of one line each (sources: CVE-2021-42574; Unicode Technical Report 36).
"""

import re

from kireji.core.text.patterns import regex

_CLASS = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls but "\t" and "\n"
    "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0"  # blanks that count as letters or marks
    "\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufe00-\ufe0d\ufeff\ufff9-\ufffb"  # zero width, line ends, bidirectional
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"  # format, tags, selectors
)
_INVISIBLE = regex(f"[{_CLASS}\ud800-\udfff]")
_BREAK = regex("\r\n?|[\x85\u2028\u2029]")
_GAP = regex("[\x0b\x0c\x1c-\x1f]")
_SURROGATE = regex("[\ud800-\udfff]")


def make_visible(text: str) -> str:
    """Every invisible character, and every lone surrogate, as "<U+202E>"; "\n" and "\t" stay."""
    return _INVISIBLE.sub(lambda match: f"<U+{ord(match[0]):04X}>", text)


def make_visible_in_json(literal: str) -> str:
    r"""The same for a JSON string literal, as its own escapes ("\u202e"), so that a reader decodes what was there."""
    return _INVISIBLE.sub(_json_escape, literal)


def drop_invisible(text: str) -> str:
    r"""The text without them: line ends become "\n", other white space a space, lone surrogates U+FFFD."""
    text = _GAP.sub(" ", _BREAK.sub("\n", text))
    return _INVISIBLE.sub("", encodable(text))


def encodable(text: str) -> str:
    """The text with lone surrogates, which UTF-8 has no bytes for, as U+FFFD."""
    return _SURROGATE.sub("\ufffd", text)


def is_clean(text: str) -> bool:
    """Whether there is none of them."""
    return _INVISIBLE.search(text) is None


def _json_escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x10000:
        return f"\\u{code:04x}"
    high, low = divmod(code - 0x10000, 0x400)
    return f"\\u{0xD800 + high:04x}\\u{0xDC00 + low:04x}"
