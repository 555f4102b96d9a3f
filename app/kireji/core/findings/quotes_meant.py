"""A quote as the model writes it -> the lines of code that it may mean: without what the prompt or Markdown puts around."""

import html
from collections.abc import Iterator
from itertools import islice, product

from kireji.core.diff.folded import fold
from kireji.core.text.patterns import regex

MAX_LINES = 12  # of a quote; a comment stands at one
MAX_LAYERS = 4  # around a line
MAX_TEXTS = 20  # that it may mean

# "R3 + | code", or what is left of that; "3: code"; "+code". A label alone is no number of a list: it has a letter or a bar.
_GUTTER = regex(r"\s*(?:[RL]\d{1,8}|\d{1,8}(?=\s*[-+~ ]?\s*[|│]))?\s*(?:[-+~]\s*)?[|│]\s?|\s*[RL]\d{1,8}\s*:?\s")
_NUMBER = regex(r"\s*\d{1,8}\s*[:.)|]\s*|\s*\d{1,8}\s+(?=[-+]?\s)|\s*\d{1,8}\t")
_MARK = regex(r"\s*[-+~>]")
_FENCE = regex(r"\s*(?:`{3,}|~{3,})[\w+#.-]*\s*")
_NOT_CODE = regex(r"\\ No newline at end of file|\s*(?:\.{3}|…)\s*")
_CUT = regex(r"(?<!\s)\s*+(?:…|\.{3})(?:\s*\(\d+ more characters\))?\s*\Z")
_CUT_BEFORE = regex(r"(?<!\s)\s*+(?:…|\.{3})")
_PAIRS = {"`": "`", '"': '"', "'": "'", "“": "”", "‘": "’", "«": "»", "„": "“"}
_ESCAPE = regex(r'\\(["\'\\/tnr`])')
_ESCAPED = {"t": "\t", "n": "\n", "r": "\r"}


def lines_meant(quote: str) -> tuple[tuple[str, ...], ...]:
    """For each line of a quote the texts that it may mean, folded: first the line as it is.

    Fences and what is no code are left out, if there is anything else.
    """
    written = [line for line in quote.splitlines() if line.strip()]
    code = [line for line in written if not (_FENCE.fullmatch(line) or _NOT_CODE.fullmatch(line))]
    return tuple(texts for line in (code or written)[:MAX_LINES] if (texts := _texts(line)))


def _texts(line: str) -> tuple[str, ...]:
    folded = (fold(text) for text in _peeled(line))
    return tuple(dict.fromkeys(text for text in folded if text))


def _peeled(line: str) -> Iterator[str]:
    """The line, and what is left of it as one thing after another comes off, in any order: the likeliest first."""
    found = {line: None}
    layer = [line]

    for _ in range(MAX_LAYERS):
        stripped = [strip(text) for text, strip in product(layer, _STRIPPERS)]
        layer = [text for text in stripped if text not in found]
        found |= dict.fromkeys(layer)
        layer = layer[:MAX_TEXTS]

    yield from islice(found, MAX_TEXTS)


def _without_pair(line: str) -> str:
    """The line without a pair of backticks or quotation marks around it."""
    text = line.strip()
    return text[1:-1] if len(text) > 2 and _PAIRS.get(text[0]) == text[-1] else line


def _without_gutter(line: str) -> str:
    found = _GUTTER.match(line) or _NUMBER.match(line)
    return line[found.end() :] if found else line


def _without_mark(line: str) -> str:
    found = _MARK.match(line)
    return line[found.end() :] if found else line


def _without_cuts(line: str) -> str:
    """The line without the dots that say that there is more of it."""
    return _CUT_BEFORE.sub("", _CUT.sub("", line), count=1) if "…" in line or "..." in line else line


def _unescaped(line: str) -> str:
    """What was escaped for JSON twice, or for HTML."""
    return html.unescape(_ESCAPE.sub(lambda match: _ESCAPED.get(match[1], match[1]), line))


_STRIPPERS = (_without_pair, _without_gutter, _without_mark, _without_cuts, _unescaped)
