"""Values that were found to be credentials, and where else in a text they stand."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from kireji.core.secrets.spans import Span

SPREAD = 10
"""Values of at least so many characters that only their surroundings tell are replaced wherever else they stand."""


@dataclass(frozen=True, slots=True)
class Known:
    """Each value with its kind. Never shown, never stored."""

    kinds: Mapping[str, str] = field(default_factory=dict, repr=False)
    _lengths: dict[str, list[int]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def spans(self, text: str) -> Iterator[Span]:
        """Where they stand in the text, the longest at each place. However many there are, the text is gone through once."""
        if not self.kinds:
            return
        lengths = self._by_start()
        for at in range(len(text) - SPREAD + 1):
            if (start := text[at : at + SPREAD]) in lengths:
                there = (length for length in lengths[start] if text[at : at + length] in self.kinds)
                if length := next(there, 0):
                    yield Span(at, at + length, self.kinds[text[at : at + length]])

    def _by_start(self) -> dict[str, list[int]]:
        """How long the values are that begin so, longest first; made at the first question."""
        if not self._lengths:
            lengths = dict[str, set[int]]()
            for value in self.kinds:
                lengths.setdefault(value[:SPREAD], set()).add(len(value))
            self._lengths.update((start, sorted(those, reverse=True)) for start, those in lengths.items())
        return self._lengths
