"""Rows that break the answer's schema: what is plainly meant is meant, and what is not stays for `finding` to reject."""

import json
from enum import StrEnum

import pytest

from kireji.core.diff.unified import Side
from kireji.core.findings.finding import Category, Confidence, Finding, Severity
from kireji.core.findings.mended_rows import CATEGORIES, CONFIDENCES, SEVERITIES, SIDES, mended, whole_number
from kireji.core.findings.parsing import parse
from tests.core.findings.test_finding import FINDING, WIRE


def read(row: object) -> Finding | None:
    """The finding of one row, None where it is rejected."""
    parsed = parse(json.dumps({"findings": [row]}))
    assert len(parsed.findings) + len(parsed.rejected) == 1
    return parsed.findings[0] if parsed.findings else None


@pytest.mark.parametrize(
    ("changes", "lines"),
    [
        ({"start_line": "11", "end_line": " 12 "}, (11, 12)),
        ({"start_line": 11.0, "end_line": "12.0"}, (11, 12)),
        ({"start_line": "R11", "end_line": "r12"}, (11, 12)),
        ({"start_line": "line 11", "end_line": "Lines 12"}, (11, 12)),
        ({"start_line": "11-12", "end_line": None}, (11, 12)),
        ({"start_line": "R11 to R12", "end_line": 0}, (11, 12)),
        ({"end_line": 0}, (11, 11)),
        ({"end_line": None}, (11, 11)),
        ({"end_line": -1}, (11, 11)),
        ({"end_line": True}, (11, 11)),
        ({"end_line": 11.5}, (11, 11)),
        ({"end_line": "1.5"}, (11, 11)),
        ({"end_line": "here"}, (11, 11)),
        ({"end_line": 10**7 + 1}, (11, 11)),
        ({"start_line": 0}, (12, 12)),
        ({"start_line": 0, "end_line": 0}, (0, 0)),
        ({"start_line": None, "end_line": None}, (0, 0)),
        ({"start_line": "R11 + |", "end_line": 12}, (11, 12)),
    ],
)
def test_lines(changes: dict[str, object], lines: tuple[int, int]) -> None:
    """A number as text, with its label or as a float is one; what is none is the other; and a finding may name none."""
    found = read(WIRE | changes)
    assert found is not None
    assert (found.start_line, found.end_line) == lines


@pytest.mark.parametrize(
    ("field", "said", "meant"),
    [
        ("severity", "major", Severity.HIGH),
        ("severity", "Blocker", Severity.CRITICAL),
        ("severity", "warning", Severity.MEDIUM),
        ("severity", "nit", Severity.LOW),
        ("severity", "High severity", Severity.HIGH),
        ("severity", "🔴 critical", Severity.CRITICAL),
        ("category", "Race Condition", Category.CONCURRENCY),
        ("category", "data-loss", Category.DATA_LOSS),
        ("category", "error handling", Category.ERRORS),
        ("category", "security/injection", Category.SECURITY),
        ("category", "bug", Category.CORRECTNESS),
        ("confidence", 0.9, Confidence.HIGH),
        ("confidence", 1, Confidence.HIGH),
        ("confidence", "0.6", Confidence.MEDIUM),
        ("confidence", "30%", Confidence.LOW),
        ("confidence", None, Confidence.MEDIUM),
        ("confidence", "very high", Confidence.HIGH),
        ("side", None, Side.RIGHT),
        ("side", "new", Side.RIGHT),
        ("side", "-", Side.LEFT),
        ("quote", None, ""),
        ("quote", ["a", "b"], "a\nb"),
        ("title", None, "`f` is never closed."),
        ("explanation", "", "The file stays open"),
        ("replacement", ["x"], None),
    ],
)
def test_words(field: str, said: object, meant: object) -> None:
    """A word of another scale, a probability, a missing field that another tells; of a replacement nothing is guessed."""
    found = read(WIRE | {field: said})
    assert found is not None
    assert getattr(found, field) == meant


def test_a_label_tells_the_side_that_is_missing() -> None:
    """L is the old file, as in the prompt."""
    found = read({name: value for name, value in WIRE.items() if name != "side"} | {"start_line": "L11"})
    assert found is not None
    assert (found.side, found.start_line) == (Side.LEFT, 11)


def test_fields_under_other_names() -> None:
    """As other tools call them; where ours is there too, it counts."""
    ours = {"path": "file", "start_line": "line", "quote": "snippet", "explanation": "Description"}
    other = {ours.get(name, name): value for name, value in WIRE.items()} | {"comment": "Not this"}
    assert read(other) == FINDING
    assert read(WIRE | {"file": "other.py", "line": 99}) == FINDING


@pytest.mark.parametrize("item", [None, 3, "text", [], {}, {"surprise": 1}])
def test_what_is_no_row_is_not_made_one(item: object) -> None:
    """Nothing says what it could mean."""
    assert read(item) is None


def test_a_good_row_stays_as_it_is() -> None:
    """Nothing is mended where nothing is broken."""
    assert mended(WIRE) == WIRE


@pytest.mark.parametrize(
    ("words", "scale"),
    [(SEVERITIES, Severity), (CATEGORIES, Category), (CONFIDENCES, Confidence), (SIDES, Side)],
)
def test_the_tables_hold_each_scale_once(words: dict[str, tuple[str, ...]], scale: type[StrEnum]) -> None:
    """Each value has its row, and no word means two of them."""
    assert [*words] == [value.value for value in scale] or {*words} == {value.value for value in scale}
    every = [word for row in words.values() for word in row]
    assert len(every) == len({*every, *words} - {*words})


@pytest.mark.parametrize(("value", "number"), [(3, 3), ("3", 3), (3.0, 3), (True, None), ("x", None), (None, None)])
def test_whole_numbers(value: object, number: int | None) -> None:
    """As rows of every kind of answer may write them."""
    assert whole_number(value) == number


@pytest.mark.parametrize("field", ["start_line", "end_line", "side"])
@pytest.mark.parametrize("text", [" ", "1 ", "R ", "line ", "1-", "\t\n"])
def test_no_line_is_slow(field: str, text: str) -> None:
    """200,000 characters where a number is wanted; minutes would end the test."""
    mended(WIRE | {field: (text * 200_000)[:200_000]})
