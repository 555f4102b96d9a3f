"""What a diff costs when it is shown to a model, in bytes of UTF-8: never less than `rendering` writes, a test holds them.

Bytes and not characters, since a character beyond ASCII is often more than one token; of ASCII it is the same.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import ceil

from kireji.core.diff.unified import FileDiff, Hunk, Line
from kireji.core.text.invisible import make_visible

MAX_LINE_CHARS = 2_000
"""A line that need not be read whole is shown up to here, with a note of what is left out: it costs no more than this."""

MAX_WHOLE_LINE_CHARS = 8_000
"""A changed line up to so many characters, as they are shown, is shown whole. One beyond is not read, and said to be so."""

_WIDEST = 9  # "<U+E0001>", which stands for one character

_CUT_NOTE = 40  # "… (12345 more characters)"
_LABEL = 7  # the letter and the marks of "R12 + | ", and the line's end
_NO_NEWLINE = 28  # a line of its own
_HUNK_HEAD = 140
"""For "@@ … @@" without its numbers and its section, and two lines of "... 12 lines of this hunk are not shown"."""
_FILE_HEAD = 120
"""For '=== file: "" (renamed from "", mode 100644 to 100755, JavaScript)' without its paths, and the empty line."""


def count_tokens(text: str | int, chars_per_token: float = 2.2) -> int:
    """Tokens of a text, or of a number of characters, rounded up. Beyond ASCII, a character counts as its UTF-8 bytes."""
    return ceil((text if isinstance(text, int) else _bytes(text)) / chars_per_token)


def label_width(file: FileDiff) -> int:
    """The digits of the file's largest line number."""
    largest = max(
        (max(hunk.old_start + hunk.old_count, hunk.new_start + hunk.new_count) for hunk in file.hunks), default=0
    )
    return len(str(largest))


def weigh_file_head(file: FileDiff) -> int:
    """The line above a file's hunks."""
    return _FILE_HEAD + len(json.dumps(file.path)) + len(json.dumps(file.old_path))


def weigh_hunk_head(hunk: Hunk) -> int:
    """The `@@` line, and what tells of lines that are not shown."""
    numbers = sum(len(str(number)) for number in (hunk.old_start, hunk.old_count, hunk.new_start, hunk.new_count))
    return _HUNK_HEAD + numbers + _text(hunk.section)


def weigh_lines(lines: Sequence[Line], width: int) -> list[int]:
    """Each line with its label; `width` as in `label_width`."""
    around = _LABEL + width
    return [around + _text(line.text, max_shown_chars(line)) + (0 if line.newline else _NO_NEWLINE) for line in lines]


def is_whole(line: Line) -> bool:
    """Whether a line that is to be reviewed is shown to its end."""
    text = line.text
    if len(text) * _WIDEST <= MAX_WHOLE_LINE_CHARS:  # nearly all, and quick
        return True
    return len(text) <= MAX_WHOLE_LINE_CHARS and len(make_visible(text)) <= MAX_WHOLE_LINE_CHARS


def max_shown_chars(line: Line) -> int:
    """Up to how many characters, as they are shown, a line is shown."""
    return MAX_WHOLE_LINE_CHARS if line.changed and is_whole(line) else MAX_LINE_CHARS


def _text(text: str, most: int = MAX_LINE_CHARS) -> int:
    if len(text) <= most and text.isascii() and text.isprintable():  # nearly all, and quick
        return len(text)
    visible = make_visible(text[: most + 1])
    note = _CUT_NOTE if len(visible) > most else 0
    return _bytes(visible[:most]) + note


def _bytes(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


@dataclass(frozen=True, slots=True)
class WeighedHunk:
    """A hunk and its costs."""

    hunk: Hunk

    head: int
    """The cost of its head."""

    sums: Sequence[int]
    """The running total of its lines' costs: `sums[n]` is that of the first n."""

    def between(self, start: int, stop: int) -> int:
        """What the lines from `start` to before `stop` cost, with the head."""
        return self.head + self.sums[stop] - self.sums[start]

    @property
    def size(self) -> int:
        """The whole."""
        return self.head + self.sums[-1]


@dataclass(frozen=True, slots=True)
class WeighedFile:
    """A file and its costs."""

    file: FileDiff

    head: int
    """The cost of its head."""

    hunks: Sequence[WeighedHunk]
    """Those that change something."""

    @property
    def size(self) -> int:
        """The whole."""
        return self.head + sum(hunk.size for hunk in self.hunks)


def weigh_file(file: FileDiff) -> WeighedFile:
    """Weigh a file once, so that any stretch of its lines is a subtraction."""
    width = label_width(file)
    changing = (hunk for hunk in file.hunks if any(line.changed for line in hunk.lines))
    hunks = [
        WeighedHunk(hunk, weigh_hunk_head(hunk), [0, *accumulate(weigh_lines(hunk.lines, width))]) for hunk in changing
    ]
    return WeighedFile(file, weigh_file_head(file), hunks)
