"""An HTTP request on its way in, byte by byte: is it whole, and is it worth waiting for? Sans-I/O, and in linear time.

Only what tells where a request ends is looked at; whether it is well-formed the server says, who gets the same bytes.
"""

import string
from collections.abc import Callable, Mapping
from enum import StrEnum

LONGEST_HEAD = 64 * 1024
LONGEST_LINE = 256  # of a chunk's size, with its extensions; as many bytes of trailers
MOST_CHUNKS = 4096  # and more of a large body, which has one for each
FAIR_CHUNK = 512  # bytes: whoever reads them has as much work with a chunk as with a thousand bytes
_HEX = frozenset(string.hexdigits.encode())

# The request line, and the header fields by their names in lower case (of several of a name the last).
Wants = Callable[[str, Mapping[str, str]], bool]


class Progress(StrEnum):
    """How far it is. `cut`: what is missing is not waited for, as the head alone decides, or the framing is broken."""

    HEAD = "head"
    BODY = "body"
    WHOLE = "whole"
    CUT = "cut"


class Arrival:
    """One request. Whether its body is worth waiting for `wants` says, which is asked once, when the head is there.

    A body longer than `limit` is cut as soon as that is known.
    """

    def __init__(self, limit: int, wants: Wants) -> None:
        self.data = bytearray()
        self.progress = Progress.HEAD

        self._limit = limit
        self._wants = wants
        self._at = 0  # of the next byte that was not looked at; of a chunk the place of its size
        self._end = 0  # of the whole request, where that is announced
        self._chunked = False
        self._taken = 0  # bytes of chunks
        self._chunks = 0
        self._last = False  # the chunk of size 0 was seen

    def feed(self, data: bytes) -> Progress:
        """Some bytes more. What comes behind a whole request is kept and belongs to the next."""
        self.data += data
        if self.progress is Progress.HEAD:
            self._read_head()
        if self.progress is Progress.BODY:
            self._read_chunks() if self._chunked else self._measure()
        return self.progress

    def _measure(self) -> None:
        if len(self.data) >= self._end:
            self.progress = Progress.WHOLE

    def _read_head(self) -> None:
        end = self.data.find(b"\r\n\r\n", max(0, self._at - 3))
        if end < 0 or end > LONGEST_HEAD:
            self._at = len(self.data)
            if len(self.data) > LONGEST_HEAD:
                self.progress = Progress.CUT
            return

        self._at = end + 4
        line, *fields = self.data[:end].decode("latin-1").split("\r\n")
        split = [field.partition(":") for field in fields]
        pairs = [(name.lower(), value.strip(" \t")) for name, _, value in split]
        self.progress = self._framed(line, pairs)

    def _framed(self, line: str, pairs: list[tuple[str, str]]) -> Progress:
        """Where the request ends. What could be read in two ways is cut: the server refuses it by its head."""
        lengths = [value for name, value in pairs if name == "content-length"]
        codings = [value.lower() for name, value in pairs if name == "transfer-encoding"]
        if not codings and not lengths:
            self._end = self._at
            return Progress.BODY

        if codings not in ([], ["chunked"]) or len(lengths) + len(codings) > 1:
            return Progress.CUT

        self._chunked = bool(codings)
        if lengths:
            digits = lengths[0]
            if not (digits.isascii() and digits.isdigit() and len(digits) < len(str(self._limit)) + 3):
                return Progress.CUT
            self._end = self._at + int(digits)
            if int(digits) > self._limit:
                return Progress.CUT

        wanted = self._end == self._at or self._wants(line, dict(pairs))
        return Progress.BODY if wanted else Progress.CUT

    def _read_chunks(self) -> None:
        """RFC 9112, section 7.1: size, data, size, data, …, 0, trailers, an empty line."""
        while self.progress is Progress.BODY:
            end = self.data.find(b"\r\n", self._at, self._at + LONGEST_LINE)
            if end < 0:
                if len(self.data) > self._at + LONGEST_LINE:
                    self.progress = Progress.CUT
                return
            line = self.data[self._at : end]

            if self._last:
                self._read_trailer(line, end + 2)
                continue

            digits = bytes(line.partition(b";")[0]).strip(b" \t")
            if not digits or len(digits) > 8 or not _HEX.issuperset(digits):
                self.progress = Progress.CUT
                return

            size = int(digits, 16)
            if not size:
                self._last = True
                self._at = end + 2
                continue

            if self._taken + size > self._limit:
                self._await_limit(end)
                return
            if len(self.data) < end + 2 + size + 2:
                return

            self._taken += size
            self._chunks += 1
            if self._chunks > MOST_CHUNKS + self._taken // FAIR_CHUNK:
                self.progress = Progress.CUT
                return
            self._at = end + 2 + size + 2

    def _await_limit(self, end: int) -> None:
        """Read a byte more than may be, so that whoever reads the body sees it, too."""
        if len(self.data) > end + 2 + self._limit - self._taken:
            self.progress = Progress.CUT

    def _read_trailer(self, line: bytes | bytearray, after: int) -> None:
        self._taken += len(line)
        self._at = after
        if not line:
            self.progress = Progress.WHOLE
        elif self._taken > self._limit:
            self.progress = Progress.CUT
