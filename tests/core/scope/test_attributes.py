"""What .gitattributes files say, held against git itself."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from kireji.core.scope.attributes import (
    FILE_NAME,
    MAX_FOLDERS,
    MAX_RULES,
    attribute_files_for,
    count_left_out,
    paths_in,
    read_attributes,
)
from kireji.core.scope.wildmatch import compile_wildmatch

GENERATED = "linguist-generated"
ENVIRON = {"PATH": os.defpath, "HOME": "/nonexistent", "GIT_CONFIG_NOSYSTEM": "1", "GIT_ATTR_NOSYSTEM": "1"}


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty one."""
    folder = tmp_path_factory.mktemp("attributes")
    subprocess.run(["git", "init", "-q"], cwd=folder, env=ENVIRON, check=True)
    for below in ("a", "a/b", "a/b/c", "gen", "src"):
        (folder / below).mkdir()
    return folder


def git_says(repository: Path, files: Mapping[str, str], paths: Sequence[str]) -> dict[str, str]:
    """What `git check-attr` says of each path's `linguist-generated`."""
    for old in repository.rglob(FILE_NAME):
        old.unlink()
    for name, text in files.items():
        (repository / name).write_bytes(text.encode("utf-8"))
    asked = subprocess.run(
        ["git", "-c", "core.ignoreCase=false", "check-attr", "-z", "--stdin", GENERATED],
        cwd=repository,
        env=ENVIRON,
        input="\0".join(paths).encode() + b"\0",
        capture_output=True,
        check=True,
    )
    fields = asked.stdout.decode().split("\0")
    return dict(zip(fields[0::3], fields[2::3], strict=False))


def we_say(files: Mapping[str, str], paths: Sequence[str]) -> dict[str, str]:
    """The same of ours, in git's words."""
    words = {True: "set", False: "unset", None: "unspecified"}
    told = {path: read_attributes(files).of(path).get(GENERATED) for path in paths}
    return {path: value if isinstance(value, str) else words[value] for path, value in told.items()}


PATHS = (
    "x.py",
    "a/x.py",
    "a/b/x.py",
    "a/b/c/x.py",
    "gen/y.py",
    "src/gen/x.py",
    "a b.py",
    "é.py",
    "#x",
    "[x].py",
    "*.py",
)

TABLE: Sequence[Mapping[str, str]] = [
    {FILE_NAME: "*.py G", "a/.gitattributes": "*.py -G"},
    {FILE_NAME: "*.py G", "a/.gitattributes": "*.py !G", "a/b/.gitattributes": "*.py G=false"},
    {FILE_NAME: "a/** G", "a/b/.gitattributes": "c/** -G\nx.py !G"},
    {"a/.gitattributes": "/x.py G\nb/x.py G=1"},
    {"a/.gitattributes": "../x.py G"},
    {"a/b/.gitattributes": "**/x.py G", "src/.gitattributes": "gen G\ngen/** G"},
    {FILE_NAME: "\ufeff*.py G\r\na/x.py -G\r\n"},
    {FILE_NAME: "*.py G", "a/.gitattributes": "\ufeffx.py !G"},
    {FILE_NAME: "\ufeff\ufeff*.py G"},
    {FILE_NAME: "[attr]made G\n*.py made", "a/.gitattributes": "*.py -made"},
    {FILE_NAME: "*.py made\n[attr]made G"},
    {FILE_NAME: "[attr]made G\n[attr]made -G\n*.py made"},
    {FILE_NAME: "[attr]one two\n[attr]two one G\n*.py one"},
    {FILE_NAME: "[attr]made G\n*.py made\na/*.py !made"},
    {FILE_NAME: "[attr]made -G\n*.py made G\na/*.py G made"},
    {FILE_NAME: "*.py made", "a/.gitattributes": "[attr]made G"},
    {FILE_NAME: "*.py G\n*.py G bad!name -G"},
    {FILE_NAME: "*.py G\n!*.py -G\n# *.py -G\n\\#x G"},
    {FILE_NAME: '"a b.py" G\n"\\303\\251.py" G=2\n"x\\q.py" G\n"x.py"G'},
    {FILE_NAME: "  *.py\tG  \n\t\n"},
    {FILE_NAME: "*.py G\f\n"},
    {FILE_NAME: "*.py\u00a0G\nx.py G"},
    {FILE_NAME: "a/ G\na/b G\na/b/ G"},
    {FILE_NAME: "\\[x\\].py G\n\\*.py G=3\n[[:alpha:]].py G=4"},
    {FILE_NAME: f"*.py G {'x' * 2048}\nx.py G"},
    {FILE_NAME: f"*.py G {'x' * 2000}"},
    {FILE_NAME: "*.py G=a=b"},
    {FILE_NAME: "*.py --G\nx.py -!G"},
    {FILE_NAME: "*.py"},
    {FILE_NAME: "/*.py G\n/a G\n**/b/** G=5"},
    {FILE_NAME: "binary G\n*.py binary"},
]


@pytest.mark.parametrize("files", TABLE)
def test_what_git_says(repository: Path, files: Mapping[str, str]) -> None:
    """Order, depth, macros, quotes, line ends, byte order marks, and lines that git passes over."""
    written = {name: text.replace("G", GENERATED) for name, text in files.items()}
    assert we_say(written, PATHS) == git_says(repository, written, PATHS)


PIECES = st.sampled_from(
    [
        "a",
        "b",
        "x",
        ".py",
        "/",
        "*",
        "**",
        "**/",
        "/**",
        "?",
        "[a-c]",
        "[!a]",
        "[^x]",
        "[]a]",
        "[[:alpha:]]",
        "\\*",
        "\\a",
        "[a",
        "!",
        "é",
    ]
)
PATTERNS = st.lists(PIECES, min_size=1, max_size=6).map("".join)
LINES = st.builds(
    "{} {}".format,
    PATTERNS,
    st.sampled_from([GENERATED, f"-{GENERATED}", f"!{GENERATED}", f"{GENERATED}=x", "made", "-made"]),
)
TEXTS = st.lists(st.one_of(LINES, st.just(f"[attr]made {GENERATED}")), max_size=5).map("\n".join)
FOUND = (
    "a",
    "b",
    "x",
    "a.py",
    "a/a",
    "a/b",
    "a/x.py",
    "b/a",
    "a/b/a",
    "a/b/x",
    "a/b/c/x.py",
    "x/x",
    "é",
    "ab",
    "*",
    "a/*",
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(top=TEXTS, deep=TEXTS)
@example(top=f"a**/x {GENERATED}", deep=f"a**/** {GENERATED}")
def test_whatever_git_says(repository: Path, top: str, deep: str) -> None:
    """Of any patterns in two files."""
    files = {FILE_NAME: top, "a/.gitattributes": deep}
    assert we_say(files, FOUND) == git_says(repository, files, FOUND)


@pytest.mark.parametrize(
    "pattern", ["*a" * 900, "**/a/" * 300 + "b", "*" * 2000 + "b", "a*?" * 600 + "z", "*[a-b]" * 300, "**/*a*a*a*a*b"]
)
def test_no_pattern_is_slow(pattern: str) -> None:
    """On a path as long as GitHub may have it, that nearly fits; minutes would end the test."""
    fits = compile_wildmatch(pattern)
    for path in ("a" * 4000 + "c", "a/" * 2000 + "c", ("a" * 40 + "/") * 90 + "c"):
        assert fits.fullmatch(path) is None


def test_which_files_are_read() -> None:
    """Those of all folders above what changed, upper ones first, and not too many."""
    assert attribute_files_for(["a/b/x.py", "a/y.py", "z.py", "c/d/e"]) == tuple(
        f"{folder}/{FILE_NAME}" for folder in ("a", "c", "a/b", "c/d")
    )
    many = [f"{number}/x/y.py" for number in range(150)]
    assert len(attribute_files_for(many)) == MAX_FOLDERS
    assert count_left_out(many) == 300 - MAX_FOLDERS
    assert attribute_files_for(["/".join("a" * 5_000)]) == ()


DIFF = """\
diff --git a/a/b.py b/a/b.py
--- a/a/b.py
+++ b/a/b.py
@@ -1 +1,2 @@
 x
++++ b/no/header
diff --git "a/\\303\\251/x.py" "b/\\303\\251/x.py"
new file mode 100644
--- /dev/null
+++ "b/\\303\\251/x.py"
@@ -0,0 +1 @@
+x
diff --git a/c/old.py b/d/new.py
rename from c/old.py
rename to d/new.py
--- a/c/old.py
+++ b/d/new.py
@@ -1 +1 @@
-x
+y
diff --git a/e/gone.py b/e/gone.py
deleted file mode 100644
--- a/e/gone.py
+++ /dev/null
@@ -1 +0,0 @@
-x
"""


def test_which_paths_a_diff_has() -> None:
    """As its headers name them; what a file's lines say is none."""
    assert [*paths_in(DIFF)] == ["a/b.py", "a/b.py", "é/x.py", "c/old.py", "d/new.py", "e/gone.py"]
    assert [*paths_in("")] == []
    assert [*paths_in("diff --git " * 5_000 + "\ndiff --git a/x b/x\n" + "+" * 100_000)] == []


def test_how_many_lines_are_used() -> None:
    """Those that say nothing of what is wanted count for nothing; of the others not too many."""
    lines = "".join(f"{number}.bin filter=lfs\n" for number in range(5_000))
    found = read_attributes({FILE_NAME: f"{lines}*.py {GENERATED}\n"})
    assert (found.of("x.py"), found.cut) == ({GENERATED: True}, False)
    found = read_attributes({FILE_NAME: f"*.py {GENERATED}\n" * (MAX_RULES + 1)})
    assert (len(found.rules), found.cut) == (MAX_RULES, True)


def test_macros_that_lead_to_one_another() -> None:
    """However long the chain is, or if it has no end."""
    chain = "".join(f"[attr]m{number} m{number + 1}\n" for number in range(5_000))
    attributes = read_attributes({".gitattributes": f"{chain}[attr]m5000 m0 linguist-generated\n*.py m0\n"})
    assert attributes.of("a.py")["linguist-generated"] is True
