"""Patterns that can be read in exponentially many ways are known by their automaton, and the product has none."""

import re
import time

import pytest

from tests.patterns.all import elsewhere, known
from tests.patterns.ambiguity import ambiguous

AMBIGUOUS = [
    r"(?:a+)+b", r"(?:a*)*b", r"(?:ab|ab)*c", r"(?:a|ab|b)*c", r"(?:\w+\s?)*x", r"(?:[\s_]+[a-z]*)*9", r"(?:a?b?)*c",
    r"^(?:.*,)*x", r"(?:[^x]|\\.)*x", r"(?i:(?:k|\u212a)+)+x", r"(?=(?:a+)+b)a", r"(?>(?:a+)+b)", r"(?:(?:aa)+|a+)*b",
    r"((?:(?!\")(?:\\.|[^\s\\])|''){6,200})\"", r"(?:\d{1,9}\.?){8,}x",
]  # fmt: skip
CLEAR = [
    r"a+b", r'"(?:[^"\\]|\\.)*"', r"(?:\w+\s)*x", r"(?:a+)?b", r"(?:[a-z]+-)*[a-z]+", r"(?:a++)?b",
    r"((?:(?!\")(?:\\.|[^\s\\])|''){6,200}+)\"", r"(?:a|b|c)*d", r"(?:ab|ac)*d", r"(a)\1{9}", r"(?:x{1,3}y)*z", r"[a-z]*+[a-z ]*+",
]  # fmt: skip


@pytest.mark.parametrize("source", AMBIGUOUS)
def test_an_ambiguous_repeat_is_found(source: str) -> None:
    """Two ways through one loop on the same text are two to the power of its length in all."""
    assert ambiguous(source) is not None


@pytest.mark.parametrize("source", CLEAR)
def test_a_clear_one_is_let_pass(source: str) -> None:
    """Nothing is said of a loop that always knows its way."""
    assert ambiguous(source) is None


def test_what_is_found_is_slow_indeed() -> None:
    """The text it names doubles the work each time that it is repeated: what the engine does agrees with the theory."""
    source = r"(?:[\s_]+[a-z]*)*9"
    piece = ambiguous(source)
    assert piece is not None
    pattern = re.compile(source)
    few, more = (_steps(pattern, "_" * times + "é") for times in (12, 16))
    assert more > 4 * few


def test_the_product_has_none() -> None:
    """Of all patterns that are compiled anywhere in it."""
    patterns = (one.pattern for one in known())
    assert [made.pattern for made in patterns if ambiguous(made.pattern, made.flags) is not None] == []


def test_all_are_compiled_in_one_place() -> None:
    """So that none is unknown here."""
    assert elsewhere() == []


def _steps(pattern: re.Pattern[str], text: str) -> float:
    begun = time.process_time()
    for _ in range(20):
        pattern.match(text)
    return time.process_time() - begun
