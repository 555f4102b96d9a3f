"""The code around a thread, as it is now."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kireji.core.diff.unified import FileDiff
from kireji.core.findings.placement import by_path
from kireji.core.prompts.spots import MAX_CHARS, MAX_LINES, Spot, code_around, find, show
from tests.make import finding
from tests.strategies import calm, file_diffs
from tests.threads import added, changed, outdated, thread
from tests.wire import read

BASE = [f"line {number}" for number in range(1, 61)]
BUG = "    handle = open(path)"
HEAD = [*BASE[:10], "def save(path):", BUG, *BASE[10:50], "tail", *BASE[50:]]
FILE = changed(BASE, HEAD)
ONE = thread(finding(path=FILE.path, quote=BUG, start_line=12, end_line=12), FILE)


def numbers(text: str) -> list[int]:
    """The labels of the lines shown."""
    return [line.number for part in read(text) for line in part.lines]


def test_the_hunk_it_stands_in() -> None:
    """With the file's name, labels and marks, and no other hunk."""
    text = code_around(ONE, by_path((FILE,)))
    assert text.startswith('=== file: "shop/cart.py" (modified, Python)\n@@ -8,6 +8,8 @@\n')
    assert "R12 + |     handle = open(path)" in text
    assert numbers(text) == list(range(8, 16))


@pytest.mark.parametrize(
    ("file", "line", "number"),
    [
        (FILE, 53, 53),
        (FILE, None, 12),
        (changed(BASE, [*BASE, "    with handle = open(path)"]), None, 61),
        (changed(BASE, [*BASE[:40], "x", *BASE[40:50], "y", *BASE[50:]]), None, 38),
    ],
    ids=["where GitHub says", "where it is quoted", "where it is a part", "nearest to where it was"],
)
def test_where_it_is(file: FileDiff, line: int | None, number: int) -> None:
    """GitHub's word counts most, then the quote, then the old number."""
    spot = find(replace(ONE, line=line), by_path((file,)))
    assert spot is not None
    assert spot.line.number == number


def test_another_file_that_holds_it_now() -> None:
    """Code that moved is shown where it is."""
    other = added(["import os", BUG], "shop/files.py")
    spot = find(outdated(ONE), by_path((changed(BASE, [*BASE, "x"]), other)))
    assert spot is not None
    assert (spot.file.path, spot.line.number) == ("shop/files.py", 2)


def test_nothing_to_show() -> None:
    """A file without text, or none at all, shows nothing."""
    assert code_around(outdated(ONE), {}) == ""
    assert code_around(outdated(ONE), by_path((replace(FILE, hunks=()),))) == ""


@pytest.mark.parametrize(
    ("text", "most"), [("x", MAX_LINES), ("y" * 50_000, 2), ("z" * 500, 9)], ids=["short", "endless", "long"]
)
def test_it_is_bounded(text: str, most: int) -> None:
    """So many lines and so many characters, and the line itself always."""
    file = added([text] * 300)
    shown = show(Spot(file, file.hunks[0], 150))
    assert 151 in numbers(shown)
    assert len(numbers(shown)) == most
    assert len(shown) <= MAX_CHARS + 400


@calm
@given(file_diffs(), st.data())
def test_any_line_of_any_file_is_shown(file: FileDiff, data: st.DataObject) -> None:
    """Whatever stands in a hunk, what is shown can be read back and holds the line."""
    hunk = data.draw(st.sampled_from(file.hunks))
    spot = Spot(file, hunk, data.draw(st.integers(0, len(hunk.lines) - 1)))
    ((part,),) = (read(show(spot)),)
    assert (spot.line.side, spot.line.number) in {(line.side, line.number) for line in part.lines}
