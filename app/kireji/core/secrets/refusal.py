"""What a service says of a request that it refused -> a few words of it that may be shown.

They may quote the request: a field's value, a line of code, a key. What they quote of the text that was sent is left out,
and so are credentials; the rest is one short line. All of it takes time linear in both texts.
"""

from itertools import groupby

from kireji.core.secrets.redact import redact_text
from kireji.core.text.invisible import dropped

LONGEST = 300
"""Characters of the words that are kept."""

ALIKE = 16
"""So many characters in a row that also stand in what was sent are a quotation of it."""

GAP = "…"


def told(words: str, sent: str) -> str:
    """The words as they may be shown, "" for none. `sent` is the part of the request that others wrote."""
    line = " ".join(dropped(words[: 4 * LONGEST]).split())
    line = redact_text("", line)
    kept = _without(line, " ".join(sent.split()))
    return kept if len(kept) <= LONGEST else f"{kept[: LONGEST - 1]}{GAP}"


def _without(line: str, sent: str) -> str:
    """The line with each piece that also stands in `sent` replaced by a gap."""
    starts = range(len(line) - ALIKE + 1)
    pieces = {line[start : start + ALIKE] for start in starts}
    quoted = pieces & {sent[start : start + ALIKE] for start in range(len(sent) - ALIKE + 1)} if sent else set()
    hidden = bytearray(len(line))
    for start in starts:
        if line[start : start + ALIKE] in quoted:
            hidden[start : start + ALIKE] = b"\1" * ALIKE
    runs = groupby(zip(line, hidden, strict=True), key=lambda pair: pair[1])
    return "".join(GAP if gone else "".join(letter for letter, _ in run) for gone, run in runs)
