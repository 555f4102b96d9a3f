"""Codes that only our key makes, over what is said and where."""

from kireji.core.pulls.signing import DIGITS, Signer

SIGNER = Signer((b"a" * 32,))


def test_a_code_is_of_one_text_at_one_place() -> None:
    """Another word, another kind, another division of the same characters: another code."""
    code = SIGNER.sign("finding", "7", "1", "a.py", "f0")
    assert len(code) == DIGITS
    assert SIGNER.is_signed(code, "finding", "7", "1", "a.py", "f0")
    others = [
        ("review", "7", "1", "a.py", "f0"),
        ("finding", "8", "1", "a.py", "f0"),
        ("finding", "7", "2", "a.py", "f0"),
        ("finding", "7", "1", "b.py", "f0"),
        ("finding", "7", "1", "a.py", "f1"),
        ("finding", "71", "", "a.py", "f0"),
        ("finding", "7", "1", "a.py", "f0", ""),
        ("finding", "7", "1", 'a.py", "f0'),
    ]
    assert [one for one in others if SIGNER.is_signed(code, *one)] == []


def test_a_code_is_whole_or_none() -> None:
    """Cut, empty, longer, in capitals or of characters that no code has."""
    code = SIGNER.sign("said", "x")
    for wrong in ("", code[:-1], code[:16], code + "0", code.upper(), " " + code, "é" * DIGITS, "\udc80" * DIGITS):
        assert not SIGNER.is_signed(wrong, "said", "x")


def test_text_that_is_no_unicode_can_be_signed() -> None:
    """A path with other bytes comes with lone surrogates."""
    assert SIGNER.is_signed(SIGNER.sign("finding", "caf\udce9.py"), "finding", "caf\udce9.py")


def test_the_first_key_signs_and_all_are_believed() -> None:
    """So that a key can be replaced."""
    old, new = Signer((b"a" * 32,)), Signer((b"b" * 32, b"a" * 32))
    assert new.is_signed(old.sign("said", "x"), "said", "x")
    assert not old.is_signed(new.sign("said", "x"), "said", "x")


def test_a_signer_shows_no_key() -> None:
    """It may end in a log."""
    assert "aaa" not in repr(SIGNER)
