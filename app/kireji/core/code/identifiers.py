"""Names of code in prose and in code: what a finding speaks of, and whether that is there at all."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from kireji.core.text.patterns import regex

_SPAN = regex(r"`([^`\n]+)`")
_SENTENCE = regex(r"(?<=[.;:])\s+")
_NAME = regex(r"[^\W\d]\w*")

# Words that may stand in a code span without naming anything of the repository's: keywords, literals and common types.
_COMMON = frozenset(
    """
    and as assert async await break case catch class const continue def default defer del delete do elif else enum
    except export extends false final finally fn for foreach from func function go goto if implements import in
    instanceof int interface is lambda let loop match module mut new nil none nonlocal not null object or package
    pass private protected public pub raise raises return returns self static str struct super switch this throw
    throws true try type typeof undefined unless unsafe until use using var void where while with yield nan
    infinity bool boolean byte bytes char dict double float list long map set short string tuple any never unknown
    number select insert update left right
    """.split()  # noqa: SIM905 - a list of so many would be a page
)
_RAISED = regex(r"(?:Error|Exception|Warning|Interrupt|Panic)$")
_MIN_CHARS = 2
_PLAIN = regex(r"\b([a-z]\w*_\w+|[A-Za-z_]\w*(?=\(\)))")
_WHOLE = regex(r"[A-Za-z_][\w.]*(?:\(.*\))?")
_CURE = regex(
    r"^\s*(?:use|add|replace|call|restore|pass|make|wrap|catch|open|move|set|return|check|prefer|await)\b", re.I
)


def names_in_spans(prose: str) -> list[list[str]]:
    """The names in each code span of the prose that speak of the code: no keywords, no literals, no kinds of error."""
    spans = (names_in_code(span) for span in _SPAN.findall(prose))
    return [kept for span in spans if (kept := [name for name in span if not is_common(name)])]


def names_in_title(title: str) -> list[list[str]]:
    """The same of a title, where names stand without backticks too: `snake_case` and `called()`."""
    bare = ([name] for name in _PLAIN.findall(_SPAN.sub("", title)) if not is_common(name))
    return [*names_in_spans(title), *bare]


def names_in_explanation(prose: str) -> list[list[str]]:
    """The same of an explanation, without sentences that tell the cure, and without spans that are an example's text."""
    told = " ".join(sentence for sentence in _SENTENCE.split(prose) if not _CURE.search(sentence))
    return names_in_spans(" ".join(f"`{span}`" for span in _SPAN.findall(told) if _WHOLE.fullmatch(span)))


def names_in_code(code: str) -> list[str]:
    """The identifiers in a piece of code, in order."""
    return _NAME.findall(code)


def is_common(name: str) -> bool:
    """Whether a word means the same in any repository, or is too short to mean anything."""
    return len(name) < _MIN_CHARS or name.lower() in _COMMON or _RAISED.search(name) is not None


def identifiers_in(texts: Iterable[str]) -> frozenset[str]:
    """All identifiers that stand in these texts."""
    names = set[str]()
    for text in texts:
        names.update(_NAME.findall(text))

    return frozenset(names)


@dataclass(frozen=True, slots=True)
class Hit:
    """A line of a file at the commit that has one of the names, as a word."""

    path: str
    line: str
