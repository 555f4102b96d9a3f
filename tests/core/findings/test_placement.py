"""Where a finding is shown: the quote is trusted first, the number second."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kireji.core.diff.unified import Side, hunk_of
from kireji.core.findings.finding import Finding
from kireji.core.findings.placement import Inline, InSummary, by_path, place
from tests.make import files, finding

FILES = by_path(files())


def spot(found: Finding) -> tuple[str, Side, int, int] | str:
    """Path, side and lines of a placed finding, or the reason why it has none."""
    placement = place(found, FILES)
    if isinstance(placement, InSummary):
        return placement.reason
    return placement.finding.path, placement.side, placement.start_line, placement.line


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param({}, ("shop/cart.py", Side.RIGHT, 22, 22), id="quote and number agree"),
        pytest.param({"start_line": 3, "end_line": 3}, ("shop/cart.py", Side.RIGHT, 22, 22), id="number wrong: quote wins"),
        pytest.param({"start_line": 900, "end_line": 900}, ("shop/cart.py", Side.RIGHT, 22, 22), id="number off the file"),
        pytest.param({"end_line": 23}, ("shop/cart.py", Side.RIGHT, 22, 23), id="two lines"),
        pytest.param({"end_line": 400}, ("shop/cart.py", Side.RIGHT, 22, 24), id="span cut at the hunk's end"),
        pytest.param({"start_line": 1, "end_line": 2}, ("shop/cart.py", Side.RIGHT, 22, 23), id="the span moves with the quote"),
        pytest.param({"quote": "handle = open("}, ("shop/cart.py", Side.RIGHT, 22, 22), id="a fragment is enough"),
        pytest.param({"quote": "  handle   =  open(path, \"w\")\n    more"}, ("shop/cart.py", Side.RIGHT, 22, 22), id="white space folded"),
        pytest.param({"side": Side.LEFT}, ("shop/cart.py", Side.RIGHT, 22, 22), id="wrong side: the quote's side wins"),
        pytest.param(
            {"side": Side.LEFT, "quote": "    open(path).write(json.dumps(cart))", "start_line": 21, "end_line": 21},
            ("shop/cart.py", Side.LEFT, 21, 21),
            id="a deleted line",
        ),
        pytest.param(
            {"path": "shop/old.py", "side": Side.LEFT, "quote": "def gone():", "start_line": 1, "end_line": 2},
            ("shop/old.py", Side.LEFT, 1, 2),
            id="a deleted file",
        ),
        pytest.param({"quote": "import os"}, "the line it quotes is not in the diff", id="invented line"),
        pytest.param({"quote": ""}, "the line it quotes is not in the diff", id="no quote"),
        pytest.param({"quote": "net"}, "the line it quotes is not in the diff", id="a fragment too short to mean one line"),
        pytest.param(
            {"path": "shop/none.py"}, "it names a file that this pull request does not change", id="a file not changed"
        ),
    ],
)  # fmt: skip
def test_placement(changes: dict[str, object], expected: object) -> None:
    """A finding stands where its quote stands, inside one hunk, or in the summary with the reason."""
    assert spot(finding(**changes)) == expected


def test_of_equal_lines_the_nearest_on_the_named_side_is_meant() -> None:
    """A quote that stands several times is placed at the one nearest to the number."""
    text = "".join(
        "diff --git a/f b/f\n--- a/f\n+++ b/f\n" if not n else f"@@ -{n},0 +{n},2 @@\n+same line here\n+x{n}\n"
        for n in (0, 10, 30, 50)
    )
    placed = place(finding(path="f", quote="same line here", start_line=33, end_line=33), by_path(files(text)))
    assert isinstance(placed, Inline)
    assert placed.line == 30


def test_of_equal_lines_the_one_within_the_span_is_meant() -> None:
    """A span holds its quote mostly not at its first line: what lies within comes before what lies near its beginning."""
    rows = ["a()", "return None", "b()", "c()", "return None", "d()"]
    text = "diff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -0,0 +1,6 @@\n" + "".join(f"+{row}\n" for row in rows)
    placed = place(finding(path="f", quote="return None", start_line=3, end_line=6), by_path(files(text)))
    assert isinstance(placed, Inline)
    assert (placed.start_line, placed.line) == (3, 6)


def test_a_file_that_becomes_a_link_keeps_both_sides() -> None:
    """git writes it as two files of one path: what was deleted can be told of as well as what was added."""
    text = (
        "diff --git a/l b/l\ndeleted file mode 100644\nindex 1..0\n--- a/l\n+++ /dev/null\n@@ -1,2 +0,0 @@\n"
        "-check_owner(x)\n-b\ndiff --git a/l b/l\nnew file mode 120000\nindex 0..2\n--- /dev/null\n+++ b/l\n"
        "@@ -0,0 +1 @@\n+target\n\\ No newline at end of file\n"
    )
    there = by_path(files(text))
    gone = place(finding(path="l", side=Side.LEFT, quote="check_owner(x)", start_line=1, end_line=1), there)
    new = place(finding(path="l", quote="target", start_line=1, end_line=1), there)
    assert [(one.side, one.line) for one in (gone, new) if isinstance(one, Inline)] == [(Side.LEFT, 1), (Side.RIGHT, 1)]
    assert there["l"].symlink


@pytest.mark.parametrize(
    ("changes", "kept"),
    [
        ({"replacement": "    with open(path, 'w') as handle:"}, True),
        ({"replacement": "x", "end_line": 400}, False),
        ({"replacement": "x", "side": Side.LEFT, "quote": "open(path).write(json.dumps(cart))", "start_line": 21, "end_line": 21}, False),
    ],
)  # fmt: skip
def test_a_replacement_survives_only_for_exactly_its_lines(changes: dict[str, object], *, kept: bool) -> None:
    """A suggestion whose lines were cut, or that stands on deleted lines, is dropped; the text stays."""
    placed = place(finding(**changes), FILES)
    assert isinstance(placed, Inline)
    assert (placed.finding.replacement is not None) is kept


@given(
    start=st.integers(1, 60),
    length=st.integers(0, 40),
    side=st.sampled_from(Side),
    quote=st.sampled_from(
        [line.text for file in files() for hunk in file.hunks for line in hunk.lines] + ["net = sum", "zz"]
    ),
    path=st.sampled_from(["shop/cart.py", "shop/old.py"]),
)
def test_every_inline_placement_names_lines_of_one_hunk(
    start: int, length: int, side: Side, quote: str, path: str
) -> None:
    """Whatever the model claims, what is placed inline has both ends in the same hunk, on its side, in order."""
    placed = place(finding(path=path, side=side, start_line=start, end_line=start + length, quote=quote), FILES)
    if isinstance(placed, Inline):
        file = FILES[placed.finding.path]
        assert placed.start_line <= placed.line
        hunk = hunk_of(file, placed.side, placed.line)
        assert hunk is not None
        assert hunk is hunk_of(file, placed.side, placed.start_line)
