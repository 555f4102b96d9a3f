"""Do two titles name the same defect? For findings at one line, where a model may report one thing under two categories.

In doubt they do not: a defect reported twice costs a glance, and one that is taken for another is lost.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from kireji.core.text.patterns import regex

LEAST_SHARE = 0.6
"""How much of the longer title's words the shorter one must have."""

LEAST_WORDS = 2  # names counted: less says too little to be known again

MOST_CHARS = 400

_TOKEN = regex(r"`(?P<span>[^`]+)`|(?P<word>\w+(?:\.\w+)*)")
_NAME = regex(r"\w[._]\w|[a-z][A-Z]|\w\d")
_DENYING = "no not never none without missing lack cannot neither nor nothing"
_SMALL = (
    "a an the of from by via through with in on at to for when if is are was were be been being it its this that and or "
    "may might can could will would should as into while because does do did has have had also potentially potential "
    "possibly possible any which there so then"
)
_ORDERING = "before after instead than rather until between"
_NOT = regex(r"n['’]t\b")


@dataclass(frozen=True, slots=True)
class _Said:
    """What a title says."""

    names: frozenset[str]
    """Names of code, and numbers."""

    words: tuple[str, ...]
    """Its other words that count, in their order, without their endings."""

    denies: bool
    """Whether it denies something."""

    @property
    def size(self) -> int:
        return len(self.names) + len(set(self.words))


def alike(title: str, other: str) -> bool:
    """Whether they say the same, but for small words, endings, and details that only one of them has.

    Names of code, numbers and denials must agree; where something is before or after something, the order too.
    """
    first, second = sorted((_said(title), _said(other)), key=lambda said: len(set(said.words)))
    short = set(first.words)
    long = set(second.words)

    if min(first.size, second.size) < LEAST_WORDS or first.denies is not second.denies:
        return False
    if first.names and second.names and not (first.names <= second.names or second.names <= first.names):
        return False
    if any(word in short | long for word in _ORDERED) and first.words != second.words:
        return False

    return short <= long and len(short) >= LEAST_SHARE * len(long)


def _said(title: str) -> _Said:
    names = set[str]()
    words = list[str]()
    denies = False

    for kind, token in _tokens(title):
        low = token.lower()
        if kind == "span" or low[0].isdigit() or _NAME.search(token):
            names.add(token)
        elif _stem(low) in _DENIES:
            denies = True
        elif low not in _LITTLE:
            words.append(_stem(low))

    return _Said(frozenset(names), tuple(words), denies)


def _tokens(title: str) -> Iterator[tuple[str, str]]:
    text = _NOT.sub(" not", title[:MOST_CHARS])
    for found in _TOKEN.finditer(text):
        kind = found.lastgroup or ""
        yield kind, found[kind].strip() or "`"


def _stem(word: str) -> str:
    """A word without its ending, so that its forms are the same."""
    if len(word) < 4:
        return word
    for ending in ("ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word.removesuffix(ending)
            break
    if word[-1] == word[-2]:
        word = word[:-1]
    return word.removesuffix("e")


_DENIES = frozenset(map(_stem, _DENYING.split()))
_LITTLE = frozenset(_SMALL.split())
_ORDERED = frozenset(map(_stem, _ORDERING.split()))
