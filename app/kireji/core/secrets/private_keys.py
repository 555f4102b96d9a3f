"""Private keys in armour (PEM, OpenSSH, PGP) and PuTTY's, which run over many lines: which parts of which lines are the key.

The marks themselves stay: they are no secret, and say what stood there. A mark alone, as code that reads keys has it, is
no key. Where a hunk begins within a key its end tells; in a key's own file the lines themselves; and where neither is
shown, a hunk of nothing but lines as keys have them may be one.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kireji.core.secrets.spans import HELD
from kireji.core.text.patterns import regex

_NAME = r"(?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?"
_MARK = regex(f"-{{4,5}} ?(BEGIN|END) {_NAME} ?-{{4,5}}", re.IGNORECASE)
_OTHER = regex(r"-----BEGIN (?![A-Z0-9 ]{0,60}PRIVATE)", re.IGNORECASE)
_NAMES = ("private key", "private-lines:")
# What code puts around a line of a key: quotes, comment marks, joints, escaped or encoded line ends. Nothing is tried twice.
_GLUE = r"""(?:\\{1,2}[rnt]|%0[AaDd]|&\#1[03];|<br ?/?>|vbCrLf|vbLf|[\s"'`#*>|(),.;&_+/\[\]\\-])"""
_PARTS = regex(rf"{_GLUE}++|([{HELD}A-Za-z0-9/=+]++)")
_NOTHING = regex(rf"(?:{_GLUE}|{HELD})*+")
_HEADER = regex(r"\W{0,40}+(?:Proc-Type|DEK-Info|Version|Comment|Hash|Charset): .{0,200}")
_SAID = regex(rf"{_GLUE}*+(?:(?:Proc-Type|DEK-Info|Version|Comment|Hash|Charset): [\w.,:@()/ -]{{1,200}}+)?")
_RUN = regex(r"\\{1,2}[rnt]|%0[AaDd]|([A-Za-z0-9/=+]{16,}+)")
_KEY_FILE = regex(r"(?:\.(?:pem|key|p8|ppk)|(?:^|/)id_(?:rsa|dsa|ecdsa|ed25519))$", re.IGNORECASE)
_PUTTY = regex(r"\W{0,20}Private-Lines: (\d{1,4})\b", re.IGNORECASE)
_LETTER = "[A-Za-z0-9/+]"
_COLUMNS = regex(rf"(?<!{_LETTER})(?:{_LETTER}{{70}}|{_LETTER}{{64}})(?![A-Za-z0-9/+=])")
_ESCAPED = regex(r"\\[rn]")

SHORT = 16  # characters that the first line of a key has at least
LONG = 40  # that a line has which nothing but its file's name calls a key, or one of other text has in it
FEW = 3  # lines of equal length that may be the middle of a key
BETWEEN = "@@ another hunk @@"
"""What stands between the lines of two hunks: no key runs over it."""


@dataclass(frozen=True, slots=True)
class KeyPiece:
    """The characters `start` to `end` of line `line` (all from 0) belong to a private key."""

    line: int
    start: int
    end: int

    sure: bool = True
    """Whether something says that they do."""


def may_hold_keys(texts: Sequence[str]) -> bool:
    """Whether something in them names a private key."""
    there = "\n".join(texts).lower()
    return any(name in there for name in _NAMES)


def key_pieces(path: str, lines: Sequence[str]) -> list[KeyPiece]:
    """Every piece of a private key in lines that follow each other."""
    found = [*_between_marks(lines), *_putty(lines)] if may_hold_keys(lines) else []
    if _KEY_FILE.search(path) and not any(_OTHER.search(line) for line in lines):
        taken = {piece.line for piece in found}
        for index, line in enumerate(lines):
            if index not in taken:
                found += _whole(index, line, LONG)

    return found or [*_middles(lines)]


def _between_marks(lines: Sequence[str]) -> Iterator[KeyPiece]:
    inside = False
    body = 0  # lines of it so far

    for index, text in enumerate(lines):
        at = 0
        looked = False

        for mark in (*_MARK.finditer(text), None):
            stop = len(text) if mark is None else mark.start()
            pieces = [*_pieces(index, text, at, stop, 1 if body else SHORT)] if inside else []
            if pieces:
                yield from pieces
                body += 1
            elif inside and _NOTHING.fullmatch(text, at, stop) is None and _HEADER.fullmatch(text, at, stop) is None:
                inside = False  # code, not a key

            if mark is not None:
                began = mark[1].upper() == "BEGIN"
                if not began and not body and not looked:
                    yield from _before(lines, index)
                    looked = True

                inside = began
                body = 0
                at = mark.end()


def _pieces(index: int, text: str, start: int, stop: int, least: int) -> Iterator[KeyPiece]:
    """The key's part of a line: all of it between its first letter and its last, or else each long run of letters."""
    if piece := _piece(index, text, start, stop, least) or _joined(index, text, start, stop):
        yield piece
        return

    runs = [run for run in _RUN.finditer(text, start, stop) if run[1]]
    if any(len(run[1]) >= LONG for run in runs):
        yield from (KeyPiece(index, *run.span(1)) for run in runs)


def _piece(index: int, text: str, start: int, stop: int, least: int) -> KeyPiece | None:
    """A line of a key by itself."""
    runs = _runs(text, start, stop)
    if len(runs) != 1 or len(runs[0]) < least:
        return None
    return KeyPiece(index, _first(text, start, runs[0].start), runs[0].stop)


def _joined(index: int, text: str, start: int, stop: int) -> KeyPiece | None:
    """Several lines of a key written as one: all but the last are long."""
    said = _SAID.match(text, start, stop)
    runs = _runs(text, said.end() if said else start, stop)
    all_but_last = runs[:-1] or runs
    if not runs or any(len(run) < SHORT for run in all_but_last):
        return None
    return KeyPiece(index, _first(text, start, runs[0].start), runs[-1].stop)


def _runs(text: str, start: int, stop: int) -> list[range]:
    """The runs of a key's letters; none if something else stands between or around them."""
    runs = list[range]()
    at = start
    for part in _PARTS.finditer(text, start, stop):
        if part.start() != at:
            return []
        at = part.end()
        if part[1]:
            runs.append(range(*part.span(1)))

    return runs if at == stop else []


def _first(text: str, start: int, first: int) -> int:
    while first > start and text[first - 1] in "+/":  # they may be the key's own
        first -= 1
    return first


def _before(lines: Sequence[str], end: int) -> Iterator[KeyPiece]:
    """The lines above an end whose beginning is not shown; only the last of them may be short."""
    for index in range(end - 1, -1, -1):
        pieces = [*_whole(index, lines[index], 1 if index == end - 1 else SHORT)]
        if not pieces:
            return
        yield from pieces


def _whole(index: int, text: str, least: int) -> Iterator[KeyPiece]:
    if piece := _piece(index, text, 0, len(text), least):
        yield piece


def _putty(lines: Sequence[str]) -> Iterator[KeyPiece]:
    """The lines of which "Private-Lines: 14" says how many there are."""
    left = 0
    for index, text in enumerate(lines):
        if said := _PUTTY.match(text):
            left = int(said[1])
        elif left:
            yield from _whole(index, text, 1)
            left -= 1


def _middles(lines: Sequence[str]) -> Iterator[KeyPiece]:
    """Hunks of nothing but lines of 64 or 70 letters, as OpenSSL and OpenSSH break keys; other data breaks at 76."""
    begun = 0
    for end in (*(index for index, text in enumerate(lines) if text == BETWEEN), len(lines)):
        yield from _middle(lines, begun, end)
        begun = end + 1


def _middle(lines: Sequence[str], begun: int, end: int) -> Sequence[KeyPiece]:
    """The hunk's lines as pieces, if they all are such lines."""
    found = list[KeyPiece]()
    columns = set[int]()

    for index in range(begun, end):
        text = lines[index]
        match = _COLUMNS.search(text)
        around = text if match is None else _ESCAPED.sub("", text[: match.start()] + text[match.end() :])
        if any(map(str.isalnum, around)) or (match is None and text.strip()):
            return ()

        if match:
            columns.add(len(match[0]))
            found.append(KeyPiece(index, *match.span(), sure=False))

    return found if len(found) >= FEW and len(columns) == 1 else ()
