"""Pieces of a text that are credentials: found again by value, merged, sorted by lines, and replaced by placeholders."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from kireji.core.secrets.credentials import VAGUE
from kireji.core.text.patterns import regex

PLACEHOLDER = regex(r"<secret:[a-z0-9-]{2,40}>")
HELD = "\ue000"
"""The character that stands for a placeholder while credentials are looked for. Nobody's text has a use for it."""

SPREAD = 10
"""Values of at least so many characters that only their surroundings tell are replaced wherever else they stand."""


@dataclass(frozen=True, slots=True)
class Span:
    """The characters `start` to `end` of a line, or of a text, are a credential of this kind."""

    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class KnownSecrets:
    """Each value with its kind. Never shown, never stored."""

    kinds: Mapping[str, str] = field(default_factory=dict, repr=False)
    _lengths: dict[str, list[int]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def spans(self, text: str) -> Iterator[Span]:
        """Where they stand in the text, the longest at each place. However many there are, the text is gone through once."""
        if not self.kinds:
            return

        lengths = self._by_start()
        for at in range(len(text) - SPREAD + 1):
            start = text[at : at + SPREAD]
            for length in lengths.get(start, ()):
                value = text[at : at + length]
                if value in self.kinds:
                    yield Span(at, at + length, self.kinds[value])
                    break

    def _by_start(self) -> dict[str, list[int]]:
        """How long the values are that begin so, longest first; made at the first question."""
        if not self._lengths:
            lengths = dict[str, set[int]]()
            for value in self.kinds:
                lengths.setdefault(value[:SPREAD], set()).add(len(value))
            self._lengths.update((start, sorted(those, reverse=True)) for start, those in lengths.items())
        return self._lengths


def placeholder(kind: str) -> str:
    """What stands for a credential of this kind."""
    return f"<secret:{kind}>"


def has_placeholder(text: str) -> bool:
    """Whether something was replaced in it: such text must not be offered for a commit."""
    return PLACEHOLDER.search(text) is not None


def merged(spans: Iterable[Span]) -> list[Span]:
    """Spans that overlap as one; of two kinds the more telling one counts, then the one that begins first."""
    kept = list[Span]()
    for span in sorted(spans, key=lambda span: (span.start, span.kind in VAGUE, -span.end)):
        if kept and span.start < kept[-1].end:
            last = kept[-1]
            kind = span.kind if last.kind in VAGUE and span.kind not in VAGUE else last.kind
            kept[-1] = Span(last.start, max(last.end, span.end), kind)
        else:
            kept.append(span)
    return kept


def by_line(spans: Iterable[Span], starts: Sequence[int]) -> dict[int, list[Span]]:
    """Each line that has spans, with them counted from its own beginning; lines begin at `starts`."""
    held = dict[int, list[Span]]()
    for span in spans:
        line = bisect_right(starts, span.start) - 1
        held.setdefault(line, []).append(Span(span.start - starts[line], span.end - starts[line], span.kind))
    return held


def replaced(line: str, spans: Sequence[Span]) -> str:
    """The line with placeholders for its spans, which are merged."""
    parts = list[str]()
    at = 0
    for span in spans:
        parts += (line[at : span.start], placeholder(span.kind))
        at = span.end
    return "".join((*parts, line[at:]))
