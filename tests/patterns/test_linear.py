"""Hostile texts of up to a megabyte: what reads them takes time in proportion, pattern by pattern and reader by reader."""

import pytest

from tests.patterns.all import Known, known, matching
from tests.patterns.hostile import GENERAL, pieces
from tests.patterns.readers import READERS
from tests.patterns.slope import worst

pytestmark = [pytest.mark.proof, pytest.mark.timeout(900)]


@pytest.mark.parametrize("one", known(), ids=lambda one: one.name)
def test_no_pattern_takes_the_square(one: Known) -> None:
    """On what it begins to match and cannot end, repeated."""
    found = worst(matching(one), pieces(one.pattern.pattern, one.pattern.flags))
    assert not found.steep, f"{found.a_megabyte:.1f} s a megabyte, slope {found.slope:.2f}, on {found.piece!a}"


@pytest.mark.parametrize("name", READERS)
def test_no_reader_takes_the_square(name: str) -> None:
    """On signs and words that are something to it, repeated."""
    found = worst(READERS[name], GENERAL)
    assert not found.steep, f"{found.a_megabyte:.1f} s a megabyte, slope {found.slope:.2f}, on {found.piece!a}"
