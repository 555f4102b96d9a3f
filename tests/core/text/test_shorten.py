"""Texts in a limited number of characters."""

import pytest

from kireji.core.text.shorten import shorten


@pytest.mark.parametrize(
    ("text", "short"),
    [("", ""), ("abcde", "abcde"), ("abcdef", "abcd…"), ("abc   def", "abc…")],
)
def test_what_is_too_long_ends_with_an_ellipsis(text: str, short: str) -> None:
    """The ellipsis counts among the characters, and no white space stands before it."""
    assert shorten(text, 5) == short
