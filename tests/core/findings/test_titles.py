"""Titles that tell one defect, and titles that do not: in doubt they are two."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kireji.core.findings.titles import alike

SAME = [
    ("`yaml.load` runs code from the document", "`yaml.load` may run code of the document"),
    ("yaml.load runs code from the document", "`yaml.load` runs code from the document"),
    ("SQL injection through `name`", "SQL injection via `name`"),
    ("The file is never closed", "File handle is never closed"),
    ("The file is never closed", "The file isn't closed"),
    ("Lock is never released on a cache miss", "Lock not released when the cache misses"),
    ("Division by zero when the list is empty", "Division by zero for an empty list"),
    ("Missing await of `save`", "`save` is not awaited"),
    ("`total` is read before it is set", "`total` read before set"),
]
DIFFERENT = [
    ("The file is never closed", "The file is closed twice"),
    ("`name` reaches SQL unescaped", "`id` reaches SQL unescaped"),
    ("The lock is never released", "The lock is taken twice"),
    ("The lock is never released", "The lock is released"),
    ("`total` overflows", "`total` is read before it is set"),
    ("The password is logged", "The password is stored in plain text"),
    ("Returns the wrong user", "Returns the wrong order"),
    ("Returns the wrong user total", "Returns the wrong order total"),
    ("Waits 5 seconds for each row", "Waits 30 seconds for each row"),
    ("Reads `cart` before it writes it", "Writes `cart` before it reads it"),
    ("The list is changed while it is read", "The list may be empty"),
    ("`load` fails", "`save` fails"),
    ("`load`", "`load`"),
    ("It fails", "It fails"),
    ("", ""),
    ("空のリストで失敗する", "ファイルが閉じられない"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_one_defect(one: str, other: str) -> None:
    """Small words, endings and a detail more make no other defect, whichever comes first."""
    assert alike(one, other)
    assert alike(other, one)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_two_defects(one: str, other: str) -> None:
    """Another name, number, thing or order is another defect; so is the contrary, and what says too little."""
    assert not alike(one, other)
    assert not alike(other, one)


@given(st.text(max_size=60), st.text(max_size=60))
def test_it_does_not_matter_which_is_first(one: str, other: str) -> None:
    """Of any two titles."""
    assert alike(one, other) == alike(other, one)
