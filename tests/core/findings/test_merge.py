"""Findings of all chunks: what is the same defect, and how it is told once."""

import pytest

from kireji.core.diff.unified import Side
from kireji.core.findings.finding import Category, FoundBy, Place
from kireji.core.findings.merge import MANY, merge
from kireji.core.findings.placement import Inline
from tests.make import finding


def at(line: int, quote: str = "total = cart.sum(rate)", side: Side = Side.RIGHT, **changes: object) -> Inline:
    """A finding with its place; `last` is its last line."""
    last = changes.pop("last", line)
    assert isinstance(last, int)
    one = finding(
        **{"start_line": line, "end_line": last, "quote": quote, "side": side, "title": "It fails", **changes}
    )
    return Inline(one, side, line, last)


def told(*placed: Inline) -> tuple[list[int], list[int]]:
    """Lines of what is kept, and of what is left out as a repeat."""
    kept, repeated = merge(placed)
    return [one.start_line for one in kept], [one.start_line for one in repeated]


TITLE = "`load` runs code from the document"
SAME = "`load` may run code of the document"
CODE, OTHER = FoundBy.CODE, Category.SECURITY
ELSEWHERE = "It is called at `shop/pay.py:7` with one argument."


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [
        (at(5), at(5, "rate = 1 + net"), [5]),
        (at(5, last=9), at(9, "rate = 1 + net"), [5]),
        (at(5, last=9), at(10, "rate = 1 + net"), [5, 10]),
        (at(5), at(5, "rate = 1 + net", category=OTHER), [5, 5]),
        (at(5, title=TITLE), at(5, title=SAME, category=OTHER), [5]),
        (at(5, title=TITLE), at(6, title=SAME, category=OTHER), [5, 6]),
        (at(5, title=TITLE), at(5, title="`load` hides the error", category=OTHER), [5, 5]),
        (at(5, title=TITLE), at(5, title=SAME, category=OTHER, found_by=CODE), [5, 5]),
        (at(5, title=TITLE, found_by=CODE), at(5, title=SAME, category=OTHER), [5]),
        (at(5), at(5, "rate = 1 + net", Side.LEFT), [5, 5]),
        (at(5), at(5, "rate = 1 + net", path="b.py"), [5, 5]),
        (at(5, found_by=CODE), at(5, "rate = 1 + net"), [5]),
        (at(5), at(5, "rate = 1 + net", found_by=CODE), [5, 5]),
        (at(5, explanation=ELSEWHERE), at(7, "rate = 1 + net", path="shop/pay.py"), [5]),
        (at(6, "rate = 1 + net", last=8, path="shop/pay.py"), at(5, explanation=ELSEWHERE), [6]),
        (at(5, explanation=ELSEWHERE), at(8, "rate = 1 + net", path="shop/pay.py"), [5, 8]),
        (at(5, explanation=ELSEWHERE), at(7, "rate = 1 + net", path="shop/other.py"), [5, 7]),
        (at(5, explanation=ELSEWHERE), at(7, "rate = 1 + net", path="shop/pay.py", category=OTHER), [5, 7]),
        (at(5, explanation=ELSEWHERE), at(7, "rate = 1 + net", Side.LEFT, path="shop/pay.py"), [5, 7]),
        (at(5, explanation=ELSEWHERE), at(7, "rate = 1 + net", path="shop/pay.py", found_by=CODE), [5, 7]),
    ],
)
def test_the_same_in_other_words(first: Inline, second: Inline, kept: list[int]) -> None:
    """What overlaps in its category, or names the other's lines; the first stays, and what code found always does."""
    lines, repeated = told(first, second)
    assert lines == kept
    assert len(repeated) == 2 - len(kept)


def test_one_defect_at_the_same_line_of_code_twice() -> None:
    """Its fingerprint is one, so it is told at the first place, which lists the other."""
    (one,), repeated = merge([at(5), at(30)])
    assert (one.start_line, one.finding.others, repeated) == (5, (Place("shop/cart.py", Side.RIGHT, 30),), [])


@pytest.mark.parametrize(
    ("quotes", "kept"),
    [
        ([f'load("{number}", {number}, rate)' for number in range(MANY)], 1),
        ([f'load("{number}", {number}, rate)' for number in range(MANY - 1)], MANY - 1),
        ([f"x = {number}" for number in range(MANY)], MANY),
        ([f"load_{'abcd'[number]}(rate, net)" for number in range(MANY)], MANY),
        ([f'run(f"rm {word}", net)' for word in ("one", "two", "six", "ten")], MANY),
    ],
    ids=["texts and numbers do not count", "too few", "too little code", "other code", "a string that holds code"],
)
def test_the_same_kind_of_line_at_many_places(quotes: list[str], kept: int) -> None:
    """From so many on it is told once, with all its places; the words of a title count, its code spans do not."""
    placed = [at(10 * number + 1, quote, title=f"`a{number}` fails") for number, quote in enumerate(quotes)]
    lines, _ = merge(placed)
    assert len(lines) == kept
    assert [place.line for place in lines[0].finding.others] == ([11, 21, 31] if kept == 1 else [])
    other = [at(10 * number + 1, quote, title=f"Fails in {'abcd'[number]}") for number, quote in enumerate(quotes)]
    assert len(merge(other)[0]) == len(quotes)
