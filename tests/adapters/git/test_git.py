"""Changes of a real git repository."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from kireji.adapters.git import Git, LocalCode, LocalForge, of_range, of_staged
from kireji.core.diff.unified import parse
from kireji.core.pulls.pull import PullRef
from kireji.errors import UserError

REF = PullRef("local", 1)
ENVIRON = {
    "PATH": os.defpath,
    "HOME": "/nonexistent",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "A",
    "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_COMMITTER_NAME": "A",
    "GIT_COMMITTER_EMAIL": "a@example.org",
}


def git(folder: Path, *arguments: str) -> str:
    """Run it as its user would."""
    done = subprocess.run(["git", *arguments], cwd=folder, env=ENVIRON, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def write(folder: Path, files: Mapping[str, str]) -> None:
    """Write files and stage them."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    git(folder, "add", "--all")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`main` with two commits, and `work` that left it after the first; a configuration that would have programs run."""
    tmp_path = tmp_path_factory.mktemp("repository")
    git(tmp_path, "init", "-q", "-b", "main")
    write(tmp_path, {"a.py": "one\n", ".gitattributes": "*.py diff=x\n", ".github/kireji.yml": "language: Deutsch\n"})
    git(tmp_path, "commit", "-qm", "First")
    git(tmp_path, "switch", "-qc", "work")
    write(tmp_path, {"a.py": "one\ntwo\n", "odd ä\t.txt": "x\n"})
    git(tmp_path, "commit", "-qm", "Second")
    write(tmp_path, {"b.py": "b\n"})
    git(tmp_path, "commit", "-qm", "Third")
    git(tmp_path, "switch", "-q", "main")
    write(tmp_path, {"c.py": "c\n"})
    git(tmp_path, "commit", "-qm", "Elsewhere")
    git(tmp_path, "switch", "-q", "work")

    for key in ("diff.external", "core.pager", "core.fsmonitor", "diff.x.textconv"):
        git(tmp_path, "config", key, f"touch evil-{key}; false")

    for key in ("diff.noprefix", "diff.mnemonicPrefix", "color.ui"):
        git(tmp_path, "config", key, "always" if key == "color.ui" else "true")

    return tmp_path


@pytest.fixture
def folder(built: Path, tmp_path: Path) -> Path:
    """The same, to be changed."""
    return shutil.copytree(built, tmp_path / "copy")


@pytest.mark.parametrize(
    ("spec", "name", "files"),
    [
        ("", "main...HEAD", ["a.py", "b.py", "odd"]),
        ("main...", "main...HEAD", ["a.py", "b.py", "odd"]),
        ("main", "main...HEAD", ["a.py", "b.py", "odd"]),
        ("HEAD^..HEAD", "HEAD^..HEAD", ["b.py"]),
        ("main..work", "main..work", ["a.py", "b.py", "c.py", "odd"]),
        ("..work", "HEAD..work", []),
    ],
)
def test_ranges(built: Path, spec: str, name: str, files: list[str]) -> None:
    """As `git diff` has them; from the merge base without a word."""
    change = of_range(Git(built, ENVIRON), spec)
    assert change.name == name
    assert [
        file
        for file in ("a.py", "b.py", "c.py", "odd")
        if f"diff --git a/{file}" in change.text or f'"a/{file}' in change.text
    ] == files
    assert list(built.glob("evil*")) == []


async def test_a_range_is_read_like_a_pull_request(built: Path) -> None:
    """Titles are the commits'; files that steer come from the base, the others from the head."""
    change = of_range(Git(built, ENVIRON), "main...")
    forge = LocalForge(change)
    fetched = await forge.fetch(REF, [".github/kireji.yml", "REVIEW.md"])
    pull = fetched.opened.pull

    assert (pull.title, pull.body, pull.head_ref, pull.base_ref) == ("Third", "- Second", "work", "main")
    assert [(hit.path, hit.line) for hit in change.search(["two", "--cached"])] == [("a.py", "two")]
    assert fetched.opened.base_files == {".github/kireji.yml": "language: Deutsch\n"}
    assert await forge.read_files(REF, pull.head_sha, ["a.py", "none.py", "odd ä\t.txt"]) == {
        "a.py": "one\ntwo\n",
        "odd ä\t.txt": "x\n",
    }
    assert (await forge.pull_head(REF)).sha == pull.head_sha


async def test_attributes_of_folders(folder: Path) -> None:
    """Those above what the change touches are read from the side that it is compared with; those of other folders are not."""
    write(folder, {"x/y/z.py": "1\n", "x/.gitattributes": "# one\n", "w/.gitattributes": "# two\n"})
    git(folder, "commit", "-qm", "Attributes")
    write(folder, {"x/y/z.py": "2\n", "x/.gitattributes": "# three\n", "x/y/.gitattributes": "# four\n"})
    git(folder, "commit", "-qm", "Change")
    fetched = await LocalForge(of_range(Git(folder, ENVIRON), "HEAD^..HEAD")).fetch(REF, [".gitattributes"])
    assert fetched.opened.base_files == {".gitattributes": "*.py diff=x\n", "x/.gitattributes": "# one\n"}


async def test_what_is_staged(folder: Path) -> None:
    """What the next commit would change, and not what is changed beside it."""
    write(folder, {"a.py": "staged\n"})
    (folder / "a.py").write_text("not staged\n")
    change = of_staged(Git(folder / ".github", ENVIRON))
    assert "+staged" in change.text
    assert "not staged" not in change.text
    assert await LocalForge(change).read_files(REF, change.head_sha, ["a.py"]) == {"a.py": "staged\n"}
    found = await LocalCode(change).find(REF, change.head_sha, ["staged"], lambda hits: [hit.path for hit in hits])
    assert found == {"a.py": "staged\n"}


def test_the_first_commit(tmp_path: Path) -> None:
    """Where there is none yet, everything is new."""
    git(tmp_path, "init", "-q", "-b", "main")
    write(tmp_path, {"a.py": "one\n"})
    assert "new file mode" in of_staged(Git(tmp_path, ENVIRON)).text


def test_the_index_of_a_hook(folder: Path) -> None:
    """`git commit FILE` gives its hooks an index of their own."""
    before = git(folder, "write-tree")
    write(folder, {"a.py": "staged\n"})
    index = folder / "other-index"
    subprocess.run(["git", "read-tree", before], cwd=folder, env={**ENVIRON, "GIT_INDEX_FILE": str(index)}, check=True)
    assert of_staged(Git(folder, {**ENVIRON, "GIT_INDEX_FILE": str(index)})).text == ""


@pytest.mark.parametrize("spec", ["nowhere...", "--output=/tmp/x..HEAD", "HEAD:a.py..", "-h"])
def test_names_that_mean_nothing(built: Path, spec: str) -> None:
    """They are told of; what looks like an option is none."""
    with pytest.raises(UserError, match="There is no commit"):
        of_range(Git(built, ENVIRON), spec)


def test_what_is_no_repository(tmp_path: Path) -> None:
    """A plain sentence, and what to do."""
    with pytest.raises(UserError, match="not in the working tree of a git repository"):
        Git(tmp_path, ENVIRON)
    with pytest.raises(UserError, match="git is not installed"):
        Git(tmp_path, {"PATH": str(tmp_path)})


def test_an_unknown_origin(tmp_path: Path) -> None:
    """Where no default branch is known, one must be named."""
    git(tmp_path, "init", "-q", "-b", "trunk")
    write(tmp_path, {"a.py": "one\n"})
    git(tmp_path, "commit", "-qm", "First")
    with pytest.raises(UserError, match="which branch this one comes from"):
        of_range(Git(tmp_path, ENVIRON))


async def test_there_is_nowhere_to_write(built: Path) -> None:
    """A review of it cannot be posted."""
    with pytest.raises(UserError, match="on no GitHub"):
        await LocalForge(of_range(Git(built, ENVIRON))).keep_comment(REF, "words", "marker")


def test_text_that_the_change_calls_binary(folder: Path) -> None:
    """It is in the diff all the same, where its bytes are text; what is binary, and was, is said to be so."""
    write(
        folder, {"a.py": "one\ntwo\nthree\n", ".gitattributes": "*.py -diff\n*.bin2 -diff\n", "n\u00e4me x.py": "n\n"}
    )
    (folder / "data").write_bytes(b"\0\1")
    (folder / "wide.cs").write_bytes("class A {}".encode("utf-16"))
    git(folder, "add", "--all")
    staged = of_staged(Git(folder, ENVIRON))
    git(folder, "commit", "-qm", "Fourth")

    for change in (staged, of_range(Git(folder, ENVIRON), "HEAD~1..HEAD")):
        files = {file.path: file for file in parse(change.text).files}
        assert {path for path, file in files.items() if file.binary} == {"data", "wide.cs"}
        assert [line.text for line in files["a.py"].hunks[0].lines] == ["one", "two", "three"]
        assert files["n\u00e4me x.py"].changed_lines == 1
        assert (change.binary, change.unread) == (set(), ())

    (folder / "data").write_bytes(b"\0\2")
    (folder / "wide.cs").write_bytes(b"\0\1")
    git(folder, "commit", "-qam", "Fifth")
    assert of_range(Git(folder, ENVIRON), "HEAD~1..HEAD").binary == {"data"}
    git(folder, "rm", "-q", "data")
    assert of_staged(Git(folder, ENVIRON)).binary == {"data"}


def test_what_the_base_calls_binary_stays_so(folder: Path) -> None:
    """Its people do not want it shown."""
    write(folder, {".gitattributes": "*.py -diff\n"})
    git(folder, "commit", "-qm", "Attributes")
    write(folder, {"a.py": "other\n"})
    assert [file.binary for file in parse(of_staged(Git(folder, ENVIRON)).text).files] == [True]
