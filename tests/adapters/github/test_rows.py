"""Rows of the list of files, and patches made from blobs, against real git."""

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kireji.adapters.github.read.rows import EMPTY_BLOB, HEAVY, Row, is_heavy, is_hole, quoted, unified
from kireji.core.diff.local_diff import Pair, make_patch
from kireji.core.diff.unified import FileStatus, parse

PATCH = "@@ -1,2 +1,2 @@\n-a\n+b\n c"
SUB = "1" * 40


def row(
    name: str, status: str = "modified", changes: int = 2, patch: str | None = PATCH, old: str | None = None
) -> Row:
    """A row of list-files."""
    return Row(filename=name, status=status, changes=changes, patch=patch, previous_filename=old, sha="c" * 40)


@pytest.mark.parametrize(
    "name", ["plain.py", "with space.py", 'quo"te.py', "back\\slash", "é/ü.txt", "tab\there", "日本.md"]
)
@pytest.mark.parametrize("status", ["modified", "added", "removed", "renamed"])
def test_composed_text_is_read_back(name: str, status: str) -> None:
    """Whatever the name and the status, the parser finds the file and its lines."""
    old = "old " + name if status == "renamed" else None
    patch = {"added": "@@ -0,0 +1 @@\n+x", "removed": "@@ -1 +0,0 @@\n-x"}.get(status, PATCH)
    [file] = parse(unified(row(name, status, patch=patch, old=old))).files
    assert (file.path, file.old_path, str(file.status)) == (name, old or name, status)
    assert len(file.hunks) == 1
    assert file.changed_lines == (1 if status in {"added", "removed"} else 2)


def test_files_follow_each_other() -> None:
    """A patch without its final newline does not swallow the next file."""
    rows = (row("a"), row("b", patch=PATCH + "\n\\ No newline at end of file"), row("c"))
    text = "".join(map(unified, rows))
    assert [file.path for file in parse(text).files] == ["a", "b", "c"]


def test_what_has_no_text() -> None:
    """Pure renames, binaries, empty files and submodules keep their kind."""
    rename, image, empty, sub = parse(
        unified(row("new.py", "renamed", 0, None, "old.py"))
        + unified(row("logo.png", "modified", 0, None))
        + unified(Row(filename="x/__init__.py", status="added", changes=0, sha=EMPTY_BLOB))
        + unified(row("lib", "added", 1, f"@@ -0,0 +1 @@\n+Subproject commit {SUB}"))
    ).files

    assert (rename.status, rename.hunks) == (FileStatus.RENAMED, ())
    assert (image.binary, rename.binary, empty.binary) == (True, False, False)
    assert empty.status is FileStatus.ADDED
    assert sub.submodule


@pytest.mark.parametrize(
    ("one", "around", "hole"),
    [
        (row("a.py"), 0, False),
        (row("a.py", changes=3, patch=None), 0, True),
        (row("a.py", changes=0, patch=None), 0, True),
        (row("a.py", "renamed", 0, None, "b.py"), 0, False),
        (row("a.sh", "changed", 0, None), 0, False),
        (row("a.png", "added", 0, None), 0, False),
        (row("a.png", "added", 0, None), HEAVY, True),
        (row("a.py", "renamed", 0, None, "b.py"), HEAVY, True),
        (Row(filename="a.py", status="added", changes=0, sha=EMPTY_BLOB), HEAVY, False),
    ],
)
def test_which_rows_may_hide_text(suspect: Row, around: int, hole: bool) -> None:
    """0/0/0 beside much text is suspect whatever it looks like, otherwise only with a text file's name."""
    assert is_hole(suspect, heavy=is_heavy([suspect, row("other", changes=around, patch=None)])) is hole


LINES = st.lists(st.sampled_from([b"a", b"b", b"", b"x\r", b"y\x0cz", b"caf\xe9", "\u2028".encode()]), max_size=12)


@given(LINES, LINES, st.booleans(), st.booleans())
def test_a_made_patch_turns_the_old_text_into_the_new(
    old: list[bytes], new: list[bytes], old_end: bool, new_end: bool
) -> None:
    """Applied by hand from the parsed hunks, byte for byte, ends of files included."""
    before = b"\n".join(old) + b"\n" * old_end
    after = b"\n".join(new) + b"\n" * new_end
    if before == after:
        assert make_patch(Pair(before, after)) == ""
        return

    [file] = parse(unified(row("f", patch=make_patch(Pair(before, after)) or ""))).files
    source = before.decode("utf-8", "surrogateescape").split("\n")
    source = [line + "\n" for line in source[:-1]] + ([source[-1]] if source[-1] else [])
    result: list[str] = []
    done = 0
    for hunk in file.hunks:
        start = hunk.old_start - 1 if hunk.old_count else hunk.old_start
        result += source[done:start]
        for line in hunk.lines:
            text = line.text + ("\n" if line.newline else "")
            if line.old is not None:
                assert source[line.old - 1] == text
                done = line.old
            if line.new is not None:
                result.append(text)
        done = max(done, start)

    assert "".join(result + source[done:]).encode("utf-8", "surrogateescape") == after


@pytest.mark.parametrize(
    "name", ["a.py", "a b", 'q"', "b\\s", "é", "t\tx", "n\nx", "bell\x07", "日本/語.md", "del\x7f"]
)
def test_names_are_quoted_as_git_quotes_them(name: str, tmp_path: Path) -> None:
    """Real git writes the same header line."""
    old = tmp_path / "old"
    new = tmp_path / "new"
    for folder, text in ((old, "a\n"), (new, "b\n")):
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_text(text)

    run = subprocess.run(
        ["git", "diff", "--no-index", "old", "new"],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    header = run.stdout.split(b"\nindex ")[0].decode()
    assert header == f"diff --git {quoted('a/old/' + name)} {quoted('b/new/' + name)}"
