"""Sample characters, and which of them one element of a pattern takes, as the bits of a whole number."""

import re

from tests.patterns.engine import compiler, parser

SAMPLES = (*map(chr, range(128)), *"\x85\xa0éßİſK’…–中\u2028\ufeff\ue000😀")
"""All of ASCII, and of the rest some that patterns name or that letters fold to."""
_KNOWN: dict[tuple[str, int], int] = {}
ALL = (1 << len(SAMPLES)) - 1


def taken(element: tuple[object, object], flags: int) -> int:
    """The samples that one element, which takes one character, matches."""
    name = repr(element), flags
    if name not in _KNOWN:
        _KNOWN[name] = _taken(element, flags)
    return _KNOWN[name]


def _taken(element: tuple[object, object], flags: int) -> int:
    state = parser.State()
    state.flags = flags | re.UNICODE
    alone = compiler.compile(parser.SubPattern(state, [element]), flags | re.UNICODE)
    return sum(1 << place for place, sample in enumerate(SAMPLES) if alone.match(sample))


def some(characters: int) -> str:
    """One of the characters, preferably one that can be read."""
    readable = (place for place in range(33, 127) if characters >> place & 1)
    place = next(readable, None)
    if place is None:
        place = (characters & -characters).bit_length() - 1
    return SAMPLES[place]
