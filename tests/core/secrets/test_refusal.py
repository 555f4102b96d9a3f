"""What a service says of a request that it refused, as it may be shown."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kireji.core.secrets.refusal import ALIKE, GAP, LONGEST, told
from tests.credentials import ALNUM, letters

CODE = "def charge(card, amount):\n    return gateway.charge(card, amount * 2)\n"


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("max_tokens: 9 > 8", "max_tokens: 9 > 8"),
        ("one\nline\tonly\x1b[31m", "one line only[31m"),
        ('messages.0: "return gateway.charge(card, amount * 2)" is bad', f'messages.0: "{GAP}" is bad'),
        ("messages.0: 'def charge(card, amount): return gateway' is bad", f"messages.0: '{GAP}' is bad"),
        ("", ""),
    ],
)
def test_what_is_shown(words: str, shown: str) -> None:
    """One line; what it quotes of what was sent, however its lines are broken, is a gap."""
    assert told(words, CODE) == shown


def test_credentials_are_not_shown() -> None:
    """Of any known form."""
    key = f"sk-ant-api03-{letters(random.Random(3), ALNUM, 93)}AA"
    assert key not in told(f"the key {key} is not known", "")


@given(st.text(), st.text(max_size=200), st.integers(0, 200))
def test_no_quotation_is_left(before: str, sent: str, at: int) -> None:
    """Whatever was sent: no piece of it as long as ALIKE is in what is shown, which is short."""
    shown = told(before + sent[at:] + before, sent)
    plain = " ".join(sent.split())
    assert len(shown) <= LONGEST
    assert not any(shown[start : start + ALIKE] in plain for start in range(len(shown) - ALIKE + 1))
