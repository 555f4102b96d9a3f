"""Private keys in armour (PEM, OpenSSH, PGP), which run over many lines: which parts of which lines are the key.

The marks themselves stay: they are no secret, and say what stood there. A mark alone, as code that reads keys has it, is
no key. Where a hunk begins within a key its end tells, and in a key's own file the lines themselves.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.core.spans import HELD

_NAME = r"(?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?"
_MARK = re.compile(f"-{{4,5}} ?(BEGIN|END) {_NAME} ?-{{4,5}}")
_OTHER = re.compile(r"-----BEGIN (?![A-Z0-9 ]*PRIVATE)")
# What code puts around a line of a key: quotes, comment marks, escaped line ends. Nothing is tried twice.
_BODY = re.compile(
    rf"""(?:\\[rn]|[\s"'`#*>|(/+-])*+((?:[{HELD}A-Za-z0-9/=+]|\\[rn](?=[A-Za-z0-9/=+]))++)(?:\\[rn]|[\s"'`,;+)\\-])*+"""
)
_HEADER = re.compile(r"\W*+(?:Proc-Type|DEK-Info|Version|Comment|Hash|Charset): .{0,200}")
_NOTHING = re.compile(rf"""(?:\\[rn]|[{HELD}\s"'`,;+()#*>|/\\-])*+""")
_KEY_FILE = re.compile(r"(?:\.(?:pem|key|p8|ppk)|(?:^|/)id_(?:rsa|dsa|ecdsa|ed25519))$", re.IGNORECASE)

SHORT = 16  # characters that the first line of a key has at least
LONG = 40  # that a line has which nothing but its file's name calls a key


@dataclass(frozen=True, slots=True)
class Piece:
    """The characters `start` to `end` of line `line` (all from 0) belong to a private key."""

    line: int
    start: int
    end: int


def key_pieces(path: str, lines: Sequence[str]) -> list[Piece]:
    """Every piece of a private key in lines that follow each other."""
    found = [*_between_marks(lines)] if any("PRIVATE KEY" in line for line in lines) else []
    if _KEY_FILE.search(path) and not any(_OTHER.search(line) for line in lines):
        taken = {piece.line for piece in found}
        found += (
            piece for index, line in enumerate(lines) if index not in taken for piece in _whole(index, line, LONG)
        )
    return found


def _between_marks(lines: Sequence[str]) -> Iterator[Piece]:
    inside, body = False, 0
    for index, text in enumerate(lines):
        at = 0
        for mark in (*_MARK.finditer(text), None):
            stop = len(text) if mark is None else mark.start()
            if inside and (piece := _piece(index, text, at, stop, 1 if body else SHORT)):
                yield piece
                body += 1
            elif inside and _NOTHING.fullmatch(text, at, stop) is None and _HEADER.fullmatch(text, at, stop) is None:
                inside = False  # code, not a key
            if mark is not None:
                if mark[1] == "END" and not body:
                    yield from _before(lines, index)
                inside, body, at = mark[1] == "BEGIN", 0, mark.end()


def _piece(index: int, text: str, start: int, stop: int, least: int) -> Piece | None:
    match = _BODY.fullmatch(text, start, stop)
    if match is None or len(match[1]) < least:
        return None
    first = match.start(1)
    while first > start and text[first - 1] in "+/":  # they may be the key's own
        first -= 1
    return Piece(index, first, match.end(1))


def _before(lines: Sequence[str], end: int) -> Iterator[Piece]:
    """The lines above an end whose beginning is not shown; only the last of them may be short."""
    for index in range(end - 1, -1, -1):
        pieces = [*_whole(index, lines[index], 1 if index == end - 1 else SHORT)]
        if not pieces:
            return
        yield from pieces


def _whole(index: int, text: str, least: int) -> Iterator[Piece]:
    if piece := _piece(index, text, 0, len(text), least):
        yield piece
