"""A patch with the words that git's commands put around it."""

import pytest

from app.core.diff import parse
from app.core.patch import without_prose
from app.errors import DiffError
from tests.make import DIFF

SHA = "1a" * 20
SHOWN = f"commit {SHA}\nAuthor: A <a@example.org>\n\n    Title\n\n    diff --gut a b\n\n"
MAIL = f"From {SHA} Mon Sep 17 00:00:00 2001\nFrom: A <a@example.org>\nSubject: [PATCH] Title\n\n---\n a | 2 +-\n\n"


@pytest.mark.parametrize(
    "text",
    [
        DIFF,
        SHOWN + DIFF,
        MAIL + DIFF + "-- \n2.47.1\n\n",
        f"warning: something\n{DIFF}",
    ],
    ids=["git diff", "git show", "git format-patch", "with a warning"],
)
def test_only_the_diff_is_kept(text: str) -> None:
    """Whatever stands before it, and behind it."""
    assert without_prose(text) == DIFF


def test_line_ends_of_a_pipe() -> None:
    """One "\\r" is taken from each line where the pipe has put it there; a file's own stays, as in any other patch."""
    own = DIFF.replace("+    net = sum(cart)\n", "+    net = sum(cart)\r\n")
    for text in (DIFF, own):
        assert without_prose((SHOWN + text).replace("\n", "\r\n")) == text
        assert without_prose(SHOWN + text) == text


def test_several_commits() -> None:
    """`git log -p` puts words between them; lines of a hunk that look like such words stay."""
    first = "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n--- \n \n+commit " + SHA + "\n"
    second = first.replace("/x", "/y")
    assert without_prose(f"{SHOWN}{first}\n{SHOWN}{second}") == first + second
    assert [file.path for file in parse(without_prose(first + "\n" + SHOWN + second)).files] == ["x", "y"]


@pytest.mark.parametrize(
    "text",
    [
        "kaputt",
        "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n",
        DIFF + "+one line more\n",
        DIFF.replace("@@ -1,5", "@@ -1,6"),
    ],
)
def test_what_is_broken_stays_so(text: str) -> None:
    """It is for the parser to tell, and never silently less."""
    with pytest.raises(DiffError):
        parse(without_prose(text))


def test_nothing_at_all() -> None:
    """No patch is an empty one."""
    assert parse(without_prose("\n \n")).files == ()
