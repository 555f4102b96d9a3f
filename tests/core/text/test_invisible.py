"""Characters that nobody sees are shown, or dropped, and nothing else is touched."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kireji.core.text.invisible import drop_invisible, encodable, is_clean, make_visible, make_visible_in_json


@pytest.mark.parametrize(
    ("text", "as_shown", "as_posted"),
    [
        ("a\tb\nc", "a\tb\nc", "a\tb\nc"),
        ("naïve 日本 ⚠️ 😀\xa0", "naïve 日本 ⚠️ 😀\xa0", "naïve 日本 ⚠️ 😀\xa0"),
        ("a\r\nb\rc", "a<U+000D>\nb<U+000D>c", "a\nb\nc"),
        ("a\u2028b\x85c", "a<U+2028>b<U+0085>c", "a\nb\nc"),
        ("a\x0bb\x0cc\x1cd", "a<U+000B>b<U+000C>c<U+001C>d", "a b c d"),
        ("\x00\x1b[31m\x7f", "<U+0000><U+001B>[31m<U+007F>", "[31m"),
        ("\u202e\u2066\u200b\u200d\ufeff\xad\u3164", "<U+202E><U+2066><U+200B><U+200D><U+FEFF><U+00AD><U+3164>", ""),
        ("\U000e0041\U000e0100", "<U+E0041><U+E0100>", ""),
        ("\ud83d", "<U+D83D>", "\ufffd"),
    ],
)
def test_shows_or_drops_what_nobody_sees(text: str, as_shown: str, as_posted: str) -> None:
    """The model sees code points, the reader of a comment sees none of it."""
    assert make_visible(text) == as_shown
    assert drop_invisible(text) == as_posted
    assert is_clean(text) == (text == as_shown)


@given(st.text(st.characters()))
def test_what_was_treated_is_clean_and_stays(text: str) -> None:
    """Both ways leave one line a "\\n", text that UTF-8 can hold, and nothing for a second pass."""
    for treat in (make_visible, drop_invisible):
        treated = treat(text)
        assert is_clean(treated)
        assert treat(treated) == treated
        assert len(treated.splitlines()) <= treated.count("\n") + 1
        treated.encode()
    encodable(text).encode()


@given(st.text())
def test_json_literals_decode_to_what_was_there(text: str) -> None:
    """Escapes keep the literal on one line and give the very text back."""
    literal = make_visible_in_json(json.dumps(text, ensure_ascii=False))
    assert is_clean(literal)
    assert json.loads(literal) == text
