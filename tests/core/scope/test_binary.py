"""What a diff shows as binary: believed by name, by the base branch, or after a look; else it is unread."""

import pytest

from kireji.core.diff import patch_words as wording
from kireji.core.diff.unified import Unread, parse_diff
from kireji.core.scope.binary import has_binary_name, is_binary, is_wide
from kireji.core.scope.choose import choose_scope
from kireji.core.scope.skips import SkipReason
from tests.make import DIFF

SHOWN = "diff --git a/{0} b/{0}\nindex 1111111..2222222 100644\nBinary files a/{0} and b/{0} differ\n"


@pytest.mark.parametrize(
    "path", ["a.png", "dir/A.JPG", "x.tar.gz", "lib.so", "font.woff2", "data.sqlite3", "bun.lockb"]
)
def test_names_of_binary_files(path: str) -> None:
    """In any case, by the last suffix."""
    assert has_binary_name(path)


@pytest.mark.parametrize(
    "path", ["a.py", "a.ts", "Makefile", "a.csh", "a.svg", "a.ps", "png", ".png", "a.png.py", "x.pl"]
)
def test_names_of_text(path: str) -> None:
    """Also where a table of media types says otherwise."""
    assert not has_binary_name(path)


@pytest.mark.parametrize(
    ("path", "attributes", "looked_at", "end"),
    [
        ("a.png", "", (), SkipReason.BINARY),
        ("load.py", "", (), wording.BINARY),
        ("blob", "", (), wording.BINARY),
        ("load.py", "", ("load.py",), wording.BINARY),
        ("blob", "", ("blob",), SkipReason.BINARY),
        ("load.py", "*.py -diff\n", (), SkipReason.BINARY),
        ("load.py", "*.py binary\n", (), SkipReason.BINARY),
        ("load.py", "*.py -binary\n", (), wording.BINARY),
        ("load.py", "*.py diff=python\n", (), wording.BINARY),
        ("yarn.lock", "", (), SkipReason.LOCK),
        ("vendor/a.py", "", (), SkipReason.VENDORED),
    ],
)
def test_what_is_shown_as_binary(path: str, attributes: str, looked_at: tuple[str, ...], end: str) -> None:
    """Skipped where that is sure, or where its text would be skipped too; else named as unread."""
    scope = choose_scope(
        parse_diff(DIFF + SHOWN.format(path)), attributes={".gitattributes": attributes}, looked_at=looked_at
    )
    assert len(scope.reviewed) == 2
    assert [*(skip.reason for skip in scope.skipped), *(one.reason for one in scope.unread)] == [end]


def test_what_nobody_wants_read_is_not_unread() -> None:
    """What the policy excludes, or nobody asked for, is skipped; what the policy includes is missed."""
    diff = parse_diff(SHOWN.format("a.py"))
    assert choose_scope(diff, exclude=["*.py"]).skipped[0].reason is SkipReason.EXCLUDED
    assert choose_scope(diff, only=["*.c"]).skipped[0].reason is SkipReason.NOT_ASKED
    assert choose_scope(diff, include=["*.py"]).unread == (Unread("a.py", wording.BINARY),)


def test_bytes() -> None:
    """As git looks at them."""
    assert is_binary(b"a\0")
    assert not is_binary(b"a" * 8000 + b"\0")
    assert is_wide("x".encode("utf-16"))
    assert not is_wide(b"x")
