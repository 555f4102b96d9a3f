"""Diff text, there and back; what git itself says is the judge."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kireji.core.diff.quoting import quote, unquote
from kireji.core.diff.unified import (
    Diff,
    FileDiff,
    FileStatus,
    Hunk,
    Line,
    LineKind,
    Side,
    hunk_of,
    line_at,
    parse_diff,
    render_diff,
)
from kireji.errors import DiffError
from tests import strategies
from tests.make import DIFF

DATA = Path(__file__).parents[2] / "data" / "diffs"
GOLDEN = sorted(DATA.glob("*.diff"))


def read(path: Path) -> str:
    """A diff's text as the adapter decodes it."""
    return path.read_bytes().decode("utf-8", "surrogateescape")


def shown(file: FileDiff) -> dict[str, object]:
    """A file as the golden JSON has it: hunks as their ranges, lines as number, mark and text."""
    plain = {
        "path": file.path,
        "old_path": file.old_path,
        "status": file.status.value,
        "modes": [file.old_mode, file.new_mode],
        "is": [name for name in ("binary", "submodule", "symlink") if getattr(file, name)],
        "hunks": [
            {
                "range": [hunk.old_start, hunk.old_count, hunk.new_start, hunk.new_count],
                "section": hunk.section,
                "lines": [
                    f"{line.side[0]}{line.number} {line.kind}{line.text}" + ("" if line.newline else " <no newline>")
                    for line in hunk.lines
                ],
            }
            for hunk in file.hunks
        ],
    }
    return {key: value for key, value in plain.items() if value}


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_golden(path: Path) -> None:
    """Each stored diff parses to the JSON beside it, and renders back to its own bytes."""
    diff = parse_diff(read(path))
    assert [shown(file) for file in diff.files] == json.loads(path.with_suffix(".json").read_text("utf-8"))
    assert render_diff(diff) == read(path)


def test_every_golden_has_its_pair() -> None:
    """No JSON file is left without its diff, and there are diffs at all."""
    assert {path.stem for path in GOLDEN} == {path.stem for path in DATA.glob("*.json")} != set()


# -- What cannot be parsed ---------------------------------------------------------------------------------------------

HEAD = "diff --git a/ok b/ok\nold mode 100644\nnew mode 100755\ndiff --git a/src/x.py b/src/x.py\n"
NAMES = "--- a/src/x.py\n+++ b/src/x.py\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nonsense\n", ["Line 1 "]),
        ("\n" + HEAD, ["Line 1 "]),
        (NAMES + "@@ -1 +1 @@\n-a\n+b\n", ["Line 1 "]),
        (HEAD + NAMES + "@@ -1,2 +1,2 @@\n-a\n+b\n", ["'src/x.py'", "line 9 ", "shorter"]),
        (HEAD + NAMES + "@@ -1 +1 @@\n-a\n+b\n+lost\n", ["'src/x.py'", "line 10 "]),
        (HEAD + NAMES + "@@ -1 +1 @@\n-a\n+b\n+lost\n@@ -9 +9 @@\n-a\n+b\n", ["'src/x.py'", "line 11 "]),
        (HEAD + NAMES + "@@ -1 +1 @@\n-a\n+b\n--- a/y\n+++ b/y\n@@ -1 +1 @@\n-a\n+b\n", ["'src/x.py'", "line 10 "]),
        (HEAD + NAMES + "@@ -1,2 +1 @@\n-a\nwhat\n", ["'src/x.py'", "line 9 ", "Hunk diff line expected"]),
        (HEAD + NAMES + "@@ -1 +1 @@\n\\ No newline at end of file\n-a\n+b\n", ["'src/x.py'", "line 8"]),
        (HEAD + NAMES + "@@ what @@\n-a\n+b\n", ["'src/x.py'", "line 7 "]),
        (HEAD + NAMES + "@@ -1 +" + "9" * 5000 + " @@\n-a\n+b\n", ["'src/x.py'", "line 7 "]),
        ("diff --git a/x b/y\n", ["Line 1 ", "does not name its file"]),
        ("\x1b[1mdiff --git a/x b/x\x1b[m\n", ["Line 1 ", "--no-color"]),
        ("diff --git x x\n--- x\n+++ x\n@@ -1 +1 @@\n-a\n+b\n", ["Line 1 ", "does not begin with a/"]),
    ],
)
def test_a_bad_diff_names_file_and_line(text: str, said: list[str]) -> None:
    """What does not parse raises DiffError that names the file and the line in the diff, and never loses lines."""
    with pytest.raises(DiffError) as error:
        parse_diff(text)
    assert all(words in str(error.value) for words in said), str(error.value)


def test_a_hunk_that_lost_its_first_line_is_no_header() -> None:
    """Its lines would go by unread: whichever `@@` is missing, the diff is refused."""
    lines = DIFF.splitlines(keepends=True)
    starts = [index for index, line in enumerate(lines) if line.startswith("@@ ")]
    assert starts
    for lost in starts:
        with pytest.raises(DiffError):
            parse_diff("".join(lines[:lost] + lines[lost + 1 :]))


def test_an_error_is_short_though_the_line_is_long() -> None:
    """A message does not carry a whole untrusted line."""
    with pytest.raises(DiffError) as error:
        parse_diff("y" * 100_000)
    assert len(str(error.value)) < 400
    with pytest.raises(DiffError) as error:
        parse_diff(HEAD + NAMES + "@@ -1 +1 @@\n-a\n" + "y" * 100_000 + "\n")
    assert len(str(error.value)) < 400


# -- What parses ---------------------------------------------------------------------------------------------------


def test_nothing_changed() -> None:
    """An empty text is a diff of no files."""
    assert parse_diff("") == Diff(())
    assert render_diff(Diff(())) == ""


def test_a_hunk_of_no_lines() -> None:
    """A header that promises nothing and has nothing is a hunk, if an empty one."""
    assert parse_diff(HEAD + NAMES + "@@ -0,0 +0,0 @@\n").files[1].hunks == (Hunk(0, 0, 0, 0, "", ()),)


def test_the_last_line_feed_may_be_missing() -> None:
    """A text cut of its last line feed, as GitHub's `patch` fields are, loses no line."""
    text = HEAD + NAMES + "@@ -1 +1 @@\n-a\n+b\n"
    assert parse_diff(text[:-1]) == parse_diff(text)


def test_a_line_of_a_million_characters() -> None:
    """Long lines come through whole."""
    text = HEAD + NAMES + "@@ -1 +1 @@\n-a\n+" + "b" * 1_000_000 + "\n"
    assert len(parse_diff(text).files[1].hunks[0].lines[1].text) == 1_000_000
    assert render_diff(parse_diff(text)) == text


FILE = parse_diff(HEAD + NAMES + "@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n@@ -10,2 +10 @@ f()\n j\n-k\n").files[1]


@pytest.mark.parametrize(
    ("side", "number", "text"),
    [
        (Side.RIGHT, 1, "a"),
        (Side.RIGHT, 2, "B"),
        (Side.LEFT, 2, "b"),
        (Side.RIGHT, 3, "c"),
        (Side.RIGHT, 10, "j"),
        (Side.LEFT, 11, "k"),
        (Side.LEFT, 1, None),  # context takes comments on the right only
        (Side.RIGHT, 4, None),
        (Side.RIGHT, 11, None),
        (Side.RIGHT, 0, None),
        (Side.LEFT, -1, None),
    ],
)
def test_a_line_that_takes_a_comment(side: Side, number: int, text: str | None) -> None:
    """RIGHT finds added lines and context, LEFT deleted lines only; the hunk found is the one with the line."""
    line, hunk = line_at(FILE, side, number), hunk_of(FILE, side, number)
    assert (line and line.text) == text
    assert (hunk is None) == (line is None)
    assert hunk is None or line in hunk.lines


def test_a_file_without_hunks_has_no_line() -> None:
    """A mode change takes no comment on a line."""
    assert line_at(parse_diff(HEAD).files[0], Side.RIGHT, 1) is None


@strategies.calm
@given(strategies.diffs(min_files=1))
def test_each_line_is_found_where_it_is(diff: Diff) -> None:
    """`line_at` and `hunk_of` find each line by its own side and number."""
    for file in diff.files:
        for hunk in file.hunks:
            for line in hunk.lines:
                assert line_at(file, line.side, line.number) is line
                assert hunk_of(file, line.side, line.number) is hunk


@strategies.calm
@given(strategies.diffs())
def test_rendering_is_the_reverse_of_parsing(diff: Diff) -> None:
    """What is rendered parses to the same files, and renders to the same text again."""
    parsed = parse_diff(render_diff(diff))
    assert Diff(tuple(replace(file, header=()) for file in parsed.files)) == diff
    assert render_diff(parsed) == render_diff(diff)


@strategies.calm
@given(strategies.paths.filter(lambda path: "\0" not in path))
def test_unquoting_is_the_reverse_of_quoting(path: str) -> None:
    """Any path survives git's quoting."""
    assert unquote(quote(path)) == path


@pytest.mark.parametrize(
    ("quoted", "plain"),
    [
        ('"\\303\\251.txt"', "é.txt"),
        ('"a\\tb\\\\c\\"d\\n\\a\\b\\v\\f\\r"', 'a\tb\\c"d\n\a\b\v\f\r'),
        ('"\\377"', "\udcff"),
        ("plain name", "plain name"),
        ('"', '"'),
    ],
)
def test_unquoting(quoted: str, plain: str) -> None:
    """Git's escapes become the characters they stand for."""
    assert unquote(quoted) == plain


_content = st.lists(strategies.texts, max_size=12)


@strategies.calm
@given(_content, st.data())
def test_hunks_tell_the_new_file(old: list[str], data: st.DataObject) -> None:
    """A parsed hunk, laid over the old lines, gives the new ones: numbers and texts are right."""
    ops = data.draw(st.lists(st.sampled_from(list(LineKind)), min_size=1, max_size=20))
    fresh = iter(data.draw(st.lists(strategies.texts, min_size=len(ops), max_size=len(ops))))
    lines, new, at = list[tuple[LineKind, str]](), list[str](), 0
    for kind in ops:
        if kind is LineKind.ADDED or at == len(old):
            lines.append((LineKind.ADDED, next(fresh)))
        else:
            lines.append((kind, old[at]))
            at += 1
        if lines[-1][0] is not LineKind.DELETED:
            new.append(lines[-1][1])
    begin = (int(at > 0), int(bool(new)))
    text = f"{HEAD}{NAMES}@@ -{begin[0]},{at} +{begin[1]},{len(new)} @@\n"
    text += "".join(f"{kind}{line}\n" for kind, line in lines)
    (hunk,) = parse_diff(text).files[1].hunks
    assert applied(hunk, old[:at]) == new


def applied(hunk: Hunk, old: list[str]) -> list[str]:
    """The new lines, each checked against its number."""
    new: list[str] = []
    for line in hunk.lines:
        if line.old is not None:
            assert old[line.old - 1] == line.text
        if line.new is not None:
            new.append(line.text)
            assert line.new == len(new)
    return new


def test_what_a_line_and_a_file_say_of_themselves() -> None:
    """Sides, numbers, counts and kinds follow from the diff's characters."""
    line = Line(LineKind.DELETED, 7, None, "x")
    assert (line.changed, line.side, line.number) == (True, Side.LEFT, 7)
    assert FILE.changed_lines == 3
    assert FILE.status is FileStatus.MODIFIED
