"""Findings of all chunks -> one finding a defect: told once, with all its places."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from kireji.core.findings.finding import Finding, FoundBy, Place, fingerprint
from kireji.core.findings.placement import Inline
from kireji.core.findings.titles import alike
from kireji.core.text.patterns import regex

_SPAN = regex(r"`[^`]*`")
# Strings that hold code themselves say what the code is.
_TEXT = regex(r"""(?<![fF`])"(?:[^"\\]|\\.)*"|(?<![fF`])'(?:[^'\\]|\\.)*'""")
_NUMBER = regex(r"\b\d[\w.]*\b")
_WORD = regex(r"[^\W\d_]+")
_LEAST_WORDS = 2

MANY = 4
"""From so many places on a defect is told once: fewer comments at their lines, each with its suggestion, say it better."""


def merge(placed: Sequence[Inline]) -> tuple[list[Inline], list[Inline]]:
    """One of each defect, and what was left out as the same in other words. The order of `placed` decides which stays.

    What overlaps another finding's lines, in its category or under nearly its title, is that finding in other words; so is
    what names them.
    What has the same category, title and code at many places is the same defect there: the further ones are kept in
    `others`. What code found stays as it is.
    """
    kept, repeated = list[Inline](), list[Inline]()
    about = dict[str, list[Inline]]()  # by the path of each file in which they stand, or that they name
    for one in placed:
        paths = {one.finding.path, *(place.path for place in one.finding.other_places)}
        others = (other for path in paths for other in about.get(path, ()))
        if one.finding.found_by is not FoundBy.CODE and any(_is_told(one, other) for other in others):
            repeated.append(one)
            continue
        kept.append(one)
        for path in paths:
            about.setdefault(path, []).append(one)
    return _joined(_joined(kept, fingerprint, 2), _shape, MANY), repeated


def _joined(placed: Iterable[Inline], key: Callable[[Finding], str], least: int) -> list[Inline]:
    """Those that tell one defect, as the key has it, are told at the first of their places, if there are so many."""
    same = dict[str, list[Inline]]()
    for one in placed:
        same.setdefault(key(one.finding), []).append(one)
    joined = ([_join(first, rest)] if len(rest) + 1 >= least else [first, *rest] for first, *rest in same.values())
    return [one for ones in joined for one in ones]


def _join(first: Inline, rest: Sequence[Inline]) -> Inline:
    others = [*first.finding.others]
    for one in rest:
        others += (Place(one.finding.path, one.side, one.start_line), *one.finding.others)
    return replace(first, finding=replace(first.finding, others=tuple(others)))


def _is_told(one: Inline, other: Inline) -> bool:
    """Whether what a model found is told by the other."""
    return _overlap(one, other) or _told_from(one, other) or _told_from(other, one)


def _overlap(one: Inline, other: Inline) -> bool:
    """Whether both tell a defect of one kind, or under one title, at the same lines."""
    first, second = one.finding, other.finding
    if (first.path, one.side) != (second.path, other.side):
        return False
    if one.start_line > other.line or other.start_line > one.line:
        return False
    return first.category is second.category or alike(first.title, second.title)


def _told_from(one: Inline, other: Inline) -> bool:
    """Whether the one tells from another file what the other tells at its own lines: it names them."""
    if FoundBy.CODE in {one.finding.found_by, other.finding.found_by}:
        return False
    there = other.finding
    return one.finding.category is there.category and any(
        (place.path, place.side) == (there.path, other.side) and other.start_line <= place.line <= other.line
        for place in one.finding.other_places
    )


def _shape(finding: Finding) -> str:
    """What two findings share that tell one defect: kind, title and code, but for texts, numbers and white space.

    What code found, or what quotes too little to be known again, is one by itself.
    """
    code = " ".join(_NUMBER.sub("0", _TEXT.sub('""', finding.quote)).split())
    if finding.found_by is FoundBy.CODE or len(_WORD.findall(code)) < _LEAST_WORDS:
        return fingerprint(finding)
    title = " ".join(_WORD.findall(_SPAN.sub("", finding.title).lower()))
    return "\0".join((finding.category, title, code))
