r"""Git's C-style quoting of paths: "\303\251.txt" is é.txt."""

import re

from kireji.core.text.patterns import regex

# Source: quote.c of git, which quotes these, control characters, DEL and (core.quotePath, the default) all above ASCII.
_LETTERS = {"a": 7, "b": 8, "t": 9, "n": 10, "v": 11, "f": 12, "r": 13, '"': 34, "\\": 92}
_BYTES = {code: f"\\{letter}" for letter, code in _LETTERS.items()}
_ESCAPE = regex(rb'\\([abtnvfr"\\]|[0-3][0-7]{2})')


def unquote(path: str) -> str:
    """A path as it is on disk, from what a diff's header holds. What is not quoted comes back as it was.

    Bytes that are not UTF-8 become surrogates ("surrogateescape"), as in `os.fsdecode`.
    """
    if len(path) < 2 or not (path.startswith('"') and path.endswith('"')):
        return path
    raw = path[1:-1].encode("utf-8", "surrogateescape")
    return _ESCAPE.sub(_unescape, raw).decode("utf-8", "surrogateescape")


def _unescape(match: re.Match[bytes]) -> bytes:
    code = match[1].decode("ascii")
    return bytes([int(code, 8) if code.isdigit() else _LETTERS[code]])


def quote(path: str) -> str:
    """A path as git writes it in a diff's header; the reverse of `unquote`."""
    raw = path.encode("utf-8", "surrogateescape")
    quoted = "".join(_BYTES.get(byte) or (chr(byte) if 32 <= byte < 127 else f"\\{byte:03o}") for byte in raw)
    return path if quoted == path else f'"{quoted}"'
