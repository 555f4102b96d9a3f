"""Findings of all chunks -> one finding a defect: reported once, with all its places."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import chain

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
"""From so many places on a defect is reported once: fewer comments at their lines, each with its suggestion, say it better."""


def merge(placed: Sequence[Inline]) -> tuple[list[Inline], list[Inline]]:
    """One of each defect, and what was left out as the same in other words. The order of `placed` decides which stays.

    What overlaps another finding's lines, in its category or under nearly its title, is that finding in other words; so is
    what names them.
    What has the same category, title and code at many places is the same defect there: the further ones are kept in
    `others`. What code found stays as it is.
    """
    kept = list[Inline]()
    repeated = list[Inline]()
    about = dict[str, list[Inline]]()  # by the path of each file in which they stand, or that they name

    for inline in placed:
        paths = {inline.finding.path, *(place.path for place in inline.finding.other_places)}
        others = chain.from_iterable(about.get(path, ()) for path in paths)
        may_repeat = inline.finding.found_by is not FoundBy.CODE
        if may_repeat and any(_reports_same(inline, other) for other in others):
            repeated.append(inline)
            continue

        kept.append(inline)
        for path in paths:
            about.setdefault(path, []).append(inline)

    return _joined(_joined(kept, fingerprint, 2), _shape, MANY), repeated


def _joined(placed: Iterable[Inline], key: Callable[[Finding], str], least: int) -> list[Inline]:
    """Those that report one defect, as the key has it, become one at the first of their places, if there are so many."""
    same = dict[str, list[Inline]]()
    for inline in placed:
        same.setdefault(key(inline.finding), []).append(inline)

    joined = list[Inline]()
    for first, *rest in same.values():
        joined += [_join(first, rest)] if len(rest) + 1 >= least else [first, *rest]
    return joined


def _join(first: Inline, rest: Sequence[Inline]) -> Inline:
    others = [*first.finding.others]
    for inline in rest:
        others += (Place(inline.finding.path, inline.side, inline.start_line), *inline.finding.others)

    return replace(first, finding=replace(first.finding, others=tuple(others)))


def _reports_same(first: Inline, second: Inline) -> bool:
    """Whether what a model found is reported by the other."""
    return _overlap(first, second) or _names_lines_of(first, second) or _names_lines_of(second, first)


def _overlap(first: Inline, second: Inline) -> bool:
    """Whether both report a defect of one kind, or under one title, at the same lines."""
    if (first.finding.path, first.side) != (second.finding.path, second.side):
        return False
    if first.start_line > second.line or second.start_line > first.line:
        return False

    same_kind = first.finding.category is second.finding.category
    return same_kind or alike(first.finding.title, second.finding.title)


def _names_lines_of(teller: Inline, owner: Inline) -> bool:
    """Whether the one reports from another file what the other reports at its own lines: it names them."""
    if FoundBy.CODE in {teller.finding.found_by, owner.finding.found_by}:
        return False
    if teller.finding.category is not owner.finding.category:
        return False

    file_and_side = (owner.finding.path, owner.side)
    for place in teller.finding.other_places:
        if (place.path, place.side) == file_and_side and owner.start_line <= place.line <= owner.line:
            return True

    return False


def _shape(finding: Finding) -> str:
    """What two findings share that report one defect: kind, title and code, but for texts, numbers and white space.

    What code found, or what quotes too little to be known again, is a defect by itself.
    """
    code = " ".join(_NUMBER.sub("0", _TEXT.sub('""', finding.quote)).split())
    if finding.found_by is FoundBy.CODE or len(_WORD.findall(code)) < _LEAST_WORDS:
        return fingerprint(finding)
    title = " ".join(_WORD.findall(_SPAN.sub("", finding.title).lower()))
    return "\0".join((finding.category, title, code))
