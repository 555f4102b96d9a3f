"""A chunk's text is exact, and content of a pull request can never pass for structure."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kireji.core.chunks.chunk import Chunk, Part, Slice
from kireji.core.chunks.rendering import render_chunk
from kireji.core.chunks.weight import MAX_LINE_CHARS, MAX_WHOLE_LINE_CHARS
from kireji.core.diff.unified import FileDiff, FileStatus, Hunk
from tests.wire import FORGERIES, HUNK, file, hunk, numbered, read, whole


def rendered(*parts: Part) -> str:
    """A chunk's text."""
    return render_chunk(Chunk(parts, 1))


def test_renders_the_wire_format() -> None:
    """The format that the rules describe, to the letter."""
    part = Part(file(HUNK), (Slice(HUNK, 0, 4, 0),))
    assert rendered(part) == (
        '=== file: "src/app.py" (modified, Python)\n'
        "@@ -10,2 +10,4 @@ class Store:\n"
        "R10   | def load(path):\n"
        "L11 - |     return open(path).read()\n"
        "R11 + |     with open(path) as f:\n"
        "R12 + |         return f.read()\n"
        "... 1 line of this hunk is not shown"
    )


def test_shows_what_another_chunk_reviews_as_such() -> None:
    """Changed lines before the slice are marked '~', and lines left out are counted."""
    part = Part(file(HUNK), (Slice(HUNK, 3, 5, 2),))
    assert rendered(part).split("\n")[2:] == [
        "... 2 lines of this hunk are not shown",
        "R11 ~ |     with open(path) as f:",
        "R12 + |         return f.read()",
        "R13 + |     # more",
    ]


def test_slices_of_one_hunk_share_its_header_and_repeat_no_line() -> None:
    """A gap between two slices is visible; a lead that reaches into the slice before is not shown twice."""
    gap = rendered(Part(file(HUNK), (Slice(HUNK, 0, 1, 0), Slice(HUNK, 3, 5, 3)))).split("\n")
    assert gap[3] == "... 2 lines of this hunk are not shown"
    lead = rendered(Part(file(HUNK), (Slice(HUNK, 0, 3, 0), Slice(HUNK, 3, 5, 1))))
    assert lead == rendered(whole(file(HUNK)))
    assert lead.count("@@ -") == 1


def test_labels_align_within_a_file() -> None:
    """The marks of a file stand under each other though line numbers differ in length."""
    far = hunk(numbered("+ ", ["x", "y"], start=1000), start=1000)
    lines = rendered(whole(file(HUNK, far))).split("\n")
    assert "R10     | def load(path):" in lines
    assert "R1000 + | x" in lines


@pytest.mark.parametrize(
    ("changed", "header"),
    [
        (file(path="a b.go"), '"a b.go" (modified, Go)'),
        (file(path="LICENSE", status=FileStatus.ADDED), '"LICENSE" (added)'),
        (file(path="x.rs", status=FileStatus.DELETED), '"x.rs" (removed, Rust)'),
        (replace(file(path="b.py", status=FileStatus.RENAMED), old_path="a.py"), '"b.py" (renamed from "a.py", Python)'),
        (replace(file(path="b.py", status=FileStatus.COPIED), old_path='"'), '"b.py" (copied from "\\"", Python)'),
        (replace(file(path="run.sh"), old_mode="100644", new_mode="100755"), '"run.sh" (modified, mode 100644 to 100755, shell)'),
        (replace(file(path="link.py"), new_mode="120000"), '"link.py" (modified, symbolic link)'),
        (file(path="日本.py"), '"日本.py" (modified, Python)'),
        (file(path="a\n=== file: b.py"), '"a\\n=== file: b.py" (modified, Python)'),
        (file(path="a\u2028\u202e\udc80\U000e0041"), '"a\\u2028\\u202e\\udc80\\udb40\\udc41" (modified)'),
    ],
)  # fmt: skip
def test_the_header_tells_path_change_and_language(changed: FileDiff, header: str) -> None:
    """One line that decodes to the very path, whatever the path holds."""
    text = rendered(whole(changed))
    assert text == f"=== file: {header}"
    assert read(text)[0].path == changed.path
    text.encode()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x\r", "x"),
        ("x\ry", "x<U+000D>y"),
        ("x\x0cy\x85z\u2028", "x<U+000C>y<U+0085>z<U+2028>"),
        ("a\u202eb\u200b", "a<U+202E>b<U+200B>"),
        ("\udcff", "<U+DCFF>"),
        ("\tif x:", "\tif x:"),
        ("naïve — 日本 😀", "naïve — 日本 😀"),
        ("x" * MAX_LINE_CHARS, "x" * MAX_LINE_CHARS),
    ],
)
def test_a_line_stays_one_line(text: str, expected: str) -> None:
    """Invisible and line-ending characters are shown as code points."""
    assert rendered(whole(file(hunk(numbered("+", [text]))))).split("\n")[2] == f"R10 + | {expected}"


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [
        ("+", "x" * MAX_WHOLE_LINE_CHARS, "x" * MAX_WHOLE_LINE_CHARS),
        ("-", "x" * MAX_WHOLE_LINE_CHARS, "x" * MAX_WHOLE_LINE_CHARS),
        (
            "+",
            "x" * (MAX_WHOLE_LINE_CHARS + 9),
            "x" * MAX_LINE_CHARS + f"… ({MAX_WHOLE_LINE_CHARS + 9 - MAX_LINE_CHARS} more characters)",
        ),
        ("+", "\u202e" * (MAX_WHOLE_LINE_CHARS // 8), "<U+202E>" * (MAX_WHOLE_LINE_CHARS // 8)),
        (
            "+",
            "\u202e" * (MAX_WHOLE_LINE_CHARS // 8 + 1),
            "<U+202E>" * (MAX_LINE_CHARS // 8) + "… (6008 more characters)",
        ),
        (" ", "x" * (MAX_LINE_CHARS + 9), "x" * MAX_LINE_CHARS + "… (9 more characters)"),
    ],
)
def test_a_long_line(kind: str, text: str, expected: str) -> None:
    """A changed line is shown whole where that is possible at all; else, as context always, it is cut with a mark."""
    shown = rendered(whole(file(hunk((*numbered(kind, [text]), *numbered("+", ["y"], start=11)))))).split("\n")[2]
    assert shown == f"{'L' if kind == '-' else 'R'}10 {kind} | {expected}"


def test_a_missing_newline_at_the_end_is_shown() -> None:
    """As git shows it, after the line that lacks it."""
    lines = rendered(whole(file(hunk(numbered("+", ["end"], newline=False))))).split("\n")
    assert lines[-2:] == ["R10 + | end", "\\ No newline at end of file"]


def test_blocks_are_separated_by_an_empty_line() -> None:
    """Two files, two blocks."""
    text = rendered(whole(file(HUNK)), whole(file(HUNK, path="b.go")))
    assert text.count("\n\n") == 1
    assert [block.path for block in read(text)] == ["src/app.py", "b.go"]


TEXTS = st.sampled_from(["", *FORGERIES]) | st.text(st.characters(exclude_characters="\n"), max_size=12)
PATHS = st.sampled_from(FORGERIES) | st.text(min_size=1, max_size=12)


@st.composite
def parts(draw: st.DrawFn) -> Part:
    """A part of one file with hunks, each cut into slices of which some are left out."""
    slices: list[Slice] = []
    hunks: list[Hunk] = []
    for start in range(1, 1 + draw(st.integers(1, 3)) * 100, 100):
        kinds = draw(st.text(" +-", min_size=1, max_size=6))
        texts = draw(st.lists(TEXTS, min_size=len(kinds), max_size=len(kinds)))
        hunks.append(hunk(numbered(kinds, texts, start), draw(TEXTS), start))
        bounds = sorted({*draw(st.lists(st.integers(0, len(kinds)), max_size=3)), 0, len(kinds)})
        for low, high in pairwise(bounds):
            if draw(st.booleans()):
                slices.append(Slice(hunks[-1], low, high, max(0, low - draw(st.integers(0, 3)))))
    status = draw(st.sampled_from(FileStatus))
    return Part(FileDiff(draw(PATHS), draw(PATHS), status, tuple(hunks)), tuple(slices))


@given(st.lists(parts(), max_size=3))
def test_content_never_passes_for_structure(chunk_parts: list[Part]) -> None:
    """A reader finds exactly the files of the chunk, and each line to review exactly once, at its own number."""
    text = rendered(*chunk_parts)
    text.encode()
    found = read(text)
    assert [block.path for block in found] == [part.file.path for part in chunk_parts]
    for block, part in zip(found, chunk_parts, strict=True):
        wanted = [
            (line.side, line.number, line.kind.value)
            for cut in part.slices
            for line in cut.hunk.lines[cut.start : cut.stop]
        ]
        marked = [(line.side, line.number, line.mark) for line in block.lines]
        assert [spot for spot in marked if spot[2] in "+-"] == [spot for spot in wanted if spot[2] in "+-"]
        assert {*wanted} <= {*marked}
        assert len({(side, number) for side, number, _ in marked}) == len(marked)
