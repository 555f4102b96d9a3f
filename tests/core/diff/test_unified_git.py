"""Diffs as the installed git writes them: parsed, they agree with git's own counts and with the files' contents."""

import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kireji.core.diff.quoting import quote
from kireji.core.diff.unified import FileDiff, FileStatus, Line, parse_diff, render_diff
from tests import strategies

Tree = Mapping[str, tuple[str, bytes]]
"""Path -> mode and content (a submodule's is the commit's id)."""

RENAMES = ("-M", "-C", "--find-copies-harder")
WAYS = [
    RENAMES,
    ("--no-renames",),
    (*RENAMES, "--binary"),
    (*RENAMES, "-U0"),
    (*RENAMES, "-U20", "--full-index"),
    (*RENAMES, "--function-context"),
    (*RENAMES, "--histogram", "--inter-hunk-context=9"),
]


@dataclass(frozen=True)
class Repository:
    """A bare repository that holds two trees, `old` and `new`."""

    path: Path

    def git(self, *words: str, stdin: bytes = b"") -> bytes:
        """Run git."""
        return subprocess.run(["git", *words], cwd=self.path, input=stdin, check=True, capture_output=True).stdout

    def store(self, old: Tree, new: Tree) -> None:
        """Replace both trees."""
        self.git("fast-import", "--quiet", "--force", stdin=_commit("old", old) + _commit("new", new))

    def diff(self, *options: str, config: str = "core.quotePath=true") -> str:
        """The diff's text, decoded as the adapter decodes it."""
        return self.git("-c", config, "diff", *options, "old", "new").decode("utf-8", "surrogateescape")

    def counts(self, *options: str) -> list[tuple[str, str, str, str]]:
        """Added, deleted, old and new path of each file; "-" for both counts of a binary one."""
        # The others would add the diff's text, and change no count.
        options = tuple(option for option in options if option in {*RENAMES, "--no-renames", "--histogram"})
        told = self.git("diff", "--numstat", "-z", *options, "old", "new").decode("utf-8", "surrogateescape")
        words = iter(told.split("\0")[:-1])
        return [_counted(word, words) for word in words]


def _counted(word: str, more: Iterator[str]) -> tuple[str, str, str, str]:
    added, deleted, path = word.split("\t", 2)
    old, new = (path, path) if path else (next(more), next(more))
    return added, deleted, old, new


def _commit(branch: str, tree: Tree) -> bytes:
    branch = f"refs/heads/{branch}"
    lines = [f"reset {branch}\ncommit {branch}\ncommitter A <a@example.com> 0 +0000\ndata 0\ndeleteall\n".encode()]
    for path, (mode, content) in tree.items():
        name = quote(path) if quote(path) != path else f'"{path}"'
        if mode == "160000":
            lines.append(f"M 160000 {content.decode()} {name}\n".encode())
        else:
            lines.append(f"M {mode} inline {name}\ndata {len(content)}\n".encode() + content + b"\n")
    return b"".join(lines)


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Repository]:
    """One repository for all tests here, each of which replaces its trees; the machine's own git settings are kept out."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
        patch.setenv("GIT_CONFIG_NOSYSTEM", "1")
        made = Repository(tmp_path_factory.mktemp("repository"))
        made.git("init", "--quiet", "--bare")
        yield made


def _file(text: str, mode: str = "100644") -> tuple[str, bytes]:
    return mode, text.encode("utf-8", "surrogateescape")


LONG = "".join(f"line {number}\n" for number in range(60))
OLD: Tree = {
    "plain.txt": _file(LONG),
    "gone.txt": _file("one\ntwo\n"),
    "gone empty.txt": _file(""),
    "moved from here.txt": _file(LONG * 2),
    "moved and edited é.txt": _file(LONG + "a\n" * 9),
    "copied.txt": _file(LONG + "copy\n" * 9),
    "mode only.sh": _file("#!/bin/sh\n"),
    "mode and text.sh": _file("#!/bin/sh\n"),
    "becomes a link": _file("text\n"),
    "link": ("120000", b"plain.txt"),
    "module": ("160000", b"1" * 40),
    "binary.png": ("100644", b"\x89PNG\0\0" + bytes(range(256))),
    "crlf.txt": _file("a\r\nb\r\nc\r\n"),
    "lone cr.txt": _file("a\rb\rc\n"),
    "no newline.txt": _file("a\nb"),
    "newline lost.txt": _file("a\nb\n"),
    "newline won.txt": _file("a\nb"),
    "separators.txt": _file("a\x0cb\nc\x85d\ne\u2028f\n\x1cg\n"),
    "sql.sql": _file("-- drop\n++ add\n-- a/x\nkeep\n"),
    "fake.diff": _file("diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n"),
    "latin1.txt": ("100644", b"caf\xe9\nol\xe9\n"),
    "blank lines.txt": _file("\n\n\n\na\n\n\n\n"),
    "dir b/b b/x b/y": _file("spaces\n"),
    'tab\there "quoted" back\\slash\nnewline': _file("a\n"),
    "日本語/ファイル.txt": _file("あ\n"),
    "bytes \udcff\udce9.txt": _file("a\n"),
    "long.min.js": _file("x" * 100_000 + "\n"),
}
NEW: Tree = {
    "plain.txt": _file(LONG.replace("line 7\n", "LINE 7\n").replace("line 50\n", "")),
    "new.txt": _file("one\n"),
    "new empty.txt": _file(""),
    "moved to there.txt": _file(LONG * 2),
    "moved and edited ü.txt": _file(LONG + "b\n" + "a\n" * 9),
    "copied.txt": _file(LONG + "copy\n" * 9),
    "a copy.txt": _file(LONG + "copy\n" * 9 + "and more\n"),
    "mode only.sh": _file("#!/bin/sh\n", "100755"),
    "mode and text.sh": _file("#!/bin/bash\n", "100755"),
    "becomes a link": ("120000", b"plain.txt"),
    "link": ("120000", b"new.txt"),
    "new link": ("120000", b"new.txt"),
    "module": ("160000", b"2" * 40),
    "new module": ("160000", b"3" * 40),
    "binary.png": ("100644", b"\x89PNG\0\0" + bytes(reversed(range(256)))),
    "new.png": ("100644", b"\0\1\2"),
    "crlf.txt": _file("a\r\nB\r\nc\n"),
    "lone cr.txt": _file("a\rB\rc\nd\r"),
    "no newline.txt": _file("a\nB"),
    "newline lost.txt": _file("a\nb"),
    "newline won.txt": _file("a\nb\n"),
    "separators.txt": _file("a\x0cB\nc\x85D\ne\u2028F\n\x1cG\n\x0c\n"),
    "sql.sql": _file("keep\n-- a/y\n++ sub\n"),
    "fake.diff": _file("diff --git a/y b/y\n--- a/y\n+++ b/y\n@@ -1,2 +1 @@\n-a\n+c\n\\ No newline at end of file\n"),
    "latin1.txt": ("100644", b"caf\xe8\nol\xe9\n"),
    "blank lines.txt": _file("\n\n\n\nb\n\n\n\n"),
    "dir b/b b/x b/y": _file("more spaces\n"),
    'tab\there "quoted" back\\slash\nnewline': _file("b\n"),
    "日本語/ファイル.txt": _file("い\n"),
    "bytes \udcff\udce9.txt": _file("b\n"),
    "long.min.js": _file("y" * 100_000 + "\n"),
}


@pytest.mark.parametrize("config", ["core.quotePath=true", "core.quotePath=false"])
@pytest.mark.parametrize("options", WAYS, ids=" ".join)
def test_a_nasty_repository(repository: Repository, options: tuple[str, ...], config: str) -> None:
    """Files, paths and counts are git's own, the text comes back to the byte, and hunks agree with the contents."""
    repository.store(OLD, NEW)
    text = repository.diff(*options, config=config)
    files = parse_diff(text).files
    assert render_diff(parse_diff(text)) == text
    if "-M" in options:
        assert {file.status for file in files} == set(FileStatus)
    assert _once([_summary(file) for file in files]) == sorted(repository.counts(*options))
    for file in files:
        _check_against(file, OLD, NEW)


def _once(rows: list[tuple[str, str, str, str]]) -> list[tuple[str, str, str, str]]:
    """A file that becomes a link is one row to `--numstat`, two sections of a diff."""
    parts = [row for row in rows if row[2] == "becomes a link"]
    assert len(parts) == 2
    added, deleted = (str(sum(int(row[column]) for row in parts)) for column in (0, 1))
    return sorted([row for row in rows if row not in parts] + [(added, deleted, "becomes a link", "becomes a link")])


def _summary(file: FileDiff) -> tuple[str, str, str, str]:
    lines = [line for hunk in file.hunks for line in hunk.lines]
    added, deleted = sum(line.old is None for line in lines), sum(line.new is None for line in lines)
    if file.binary:
        return "-", "-", file.old_path, file.path
    return str(added), str(deleted), file.old_path, file.path


def _shown(rows: list[tuple[str, str, str, str]], files: Sequence[FileDiff]) -> list[tuple[str, str, str, str]]:
    """Of a file that only moved a diff does not show whether it is binary; `--numstat` does."""
    moved = {(file.old_path, file.path) for file in files if not file.hunks and "similarity index 100%" in file.header}
    return [("0", "0", *row[2:]) if row[2:] in moved else row for row in rows]


def _check_against(file: FileDiff, old: Tree, new: Tree) -> None:
    """Each line is in the file of its side, under its number; modes are the trees'."""
    old_mode, before = old.get(file.old_path, ("", b""))
    new_mode, after = new.get(file.path, ("", b""))
    if file.status is not FileStatus.ADDED:
        assert file.old_mode in {old_mode, None}
    if file.status is not FileStatus.DELETED:
        assert file.new_mode in {new_mode, None}
    if file.submodule:
        assert [line.text.removeprefix("Subproject commit ") for line in _lines(file)] == [
            text.decode() for text in (before, after) if text
        ]
        return
    for line in _lines(file):
        for number, content in ((line.old, before), (line.new, after)):
            if number is not None:
                text = content.decode("utf-8", "surrogateescape").split("\n")
                assert text[number - 1] == line.text
                assert line.newline == (number < len(text))


def _lines(file: FileDiff) -> list[Line]:
    return [line for hunk in file.hunks for line in hunk.lines]


contents = st.lists(strategies.texts | st.sampled_from("abc"), max_size=10).flatmap(
    lambda lines: st.sampled_from(["\n".join(lines), "".join(f"{line}\n" for line in lines)])
)
trees = st.dictionaries(
    st.sampled_from(["a", "b", "c d", "é", "\udcff"]),
    st.tuples(strategies.modes, contents.map(lambda text: text.encode("utf-8", "surrogateescape"))),
)


@strategies.calm
@given(old=trees, new=trees, way=st.sampled_from(WAYS))
def test_any_two_trees(repository: Repository, old: Tree, new: Tree, way: tuple[str, ...]) -> None:
    """Whatever the files hold, before and after, git's diff of them is read as git and the files have it."""
    repository.store(old, new)
    text = repository.diff(*way)
    files = parse_diff(text).files
    assert render_diff(parse_diff(text)) == text
    assert sorted(_summary(file) for file in files) == sorted(_shown(repository.counts(*way), files))
    for file in files:
        _check_against(file, old, new)
