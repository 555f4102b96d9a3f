"""Several changes of one file come to one change; git itself is the judge."""

import random

import pytest

from kireji.core.diff.patch import read_patch
from kireji.core.diff.unified import Diff, FileStatus, parse_diff, render_diff
from kireji.errors import DiffError
from tests.patches import Repository

ONE = "diff --git a/f.py b/f.py\nindex {}..{} 100644\n--- a/f.py\n+++ b/f.py\n"
MADE = ONE.format("1111111", "2222222") + "@@ -1,2 +1,2 @@\n import yaml\n-cfg = None\n+cfg = yaml.load(stream)\n"
MENDED = (
    ONE.format("2222222", "3333333")
    + "@@ -1,2 +1,2 @@\n import yaml\n-cfg = yaml.load(stream)\n+cfg = yaml.safe_load(stream)\n"
)
UNDONE = ONE.format("2222222", "1111111") + "@@ -1,2 +1,2 @@\n import yaml\n-cfg = yaml.load(stream)\n+cfg = None\n"
BOTH = "@@ -1,2 +1,2 @@\n import yaml\n-cfg = None\n+cfg = yaml.safe_load(stream)\n"
COMMIT = "commit " + "1a" * 20 + "\nAuthor: A <a@example.com>\n\n    x\n\n"


def hunks(text: str) -> str:
    """What is kept of the one file of a patch, without its header."""
    (file,) = parse_diff(read_patch(text).text).files
    return render_diff(Diff((file,))).partition("@@ ")[2]


@pytest.mark.parametrize("between", ["", "\n", COMMIT, "1a1a1a1 x\n"])
def test_what_a_later_change_mends_is_not_read(between: str) -> None:
    """Oldest first, as in a series of mails, and newest first, as in a log: the files' ids say which."""
    assert "@@ " + hunks(f"{between}{MADE}{between}{MENDED}") == BOTH
    assert "@@ " + hunks(f"{between}{MENDED}{between}{MADE}") == BOTH


def test_what_is_undone_is_no_change() -> None:
    """Nothing of it is left to be read."""
    assert hunks(MADE + UNDONE) == hunks(UNDONE + MADE) == ""


def test_a_file_that_comes_and_goes() -> None:
    """It is in neither end of the series."""
    new = "diff --git a/f.py b/f.py\nnew file mode 100644\nindex 0000000..1111111\n--- /dev/null\n+++ b/f.py\n@@ -0,0 +1 @@\n+x\n"
    gone = "diff --git a/f.py b/f.py\ndeleted file mode 100644\nindex 1111111..0000000\n--- a/f.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n"
    assert read_patch(new + gone).text == ""


def test_without_ids_the_lines_decide() -> None:
    """As in patches that are not git's own."""
    made, mended = (
        "".join(text.splitlines(keepends=True)[:1] + text.splitlines(keepends=True)[2:]) for text in (MADE, MENDED)
    )
    assert "@@ " + hunks(made + mended) == "@@ " + hunks(mended + made) == BOTH


@pytest.mark.parametrize(
    "text",
    [
        MADE + MADE,
        MADE + MENDED.replace("2222222", "4444444"),
        MADE + MENDED.replace("-cfg = yaml.load(stream)", "-cfg = 1"),
        MADE + "diff --git a/f.py b/f.py\nindex 2222222..3333333 100644\nBinary files a/f.py and b/f.py differ\n",
        MADE
        + "diff --git a/f.py b/f.py\nnew file mode 100644\nindex 0000000..3333333\n--- /dev/null\n+++ b/f.py\n@@ -0,0 +1 @@\n+x\n",
    ],
    ids=["twice", "other ids", "other lines", "binary", "new again"],
)
def test_changes_that_do_not_follow_on_each_other_are_refused(text: str) -> None:
    """The file is named, and what to give instead."""
    with pytest.raises(DiffError, match=r"'f\.py' is changed several times.*git diff A B"):
        read_patch(text)


def test_a_change_of_type_stays_two() -> None:
    """git shows a file that becomes a link as deleted and added."""
    gone = "diff --git a/f b/f\ndeleted file mode 100644\nindex 1111111..0000000\n--- a/f\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n"
    new = (
        "diff --git a/f b/f\nnew file mode 120000\nindex 0000000..2222222\n--- /dev/null\n+++ b/f\n@@ -0,0 +1 @@\n+y\n"
    )
    assert [file.status for file in parse_diff(read_patch(gone + new).text).files] == [
        FileStatus.DELETED,
        FileStatus.ADDED,
    ]


def test_two_files_that_change_names_with_each_other() -> None:
    """In one commit neither follows on the other."""
    one = "diff --git a/a b/b\nsimilarity index 100%\nrename from a\nrename to b\n"
    two = "diff --git a/b b/a\nsimilarity index 100%\nrename from b\nrename to a\n"
    assert read_patch(one + two).text == one + two


WAYS = {
    "mails": ("format-patch", "--stdout"),
    "log": ("log", "-p"),
    "log onward": ("log", "-p", "--reverse", "-U1"),
    "one line": ("log", "-p", "--oneline", "-U0"),
    "full ids": ("log", "-p", "--full-index", "-W"),
}


def _edited(dice: random.Random, lines: list[str]) -> list[str]:
    for _ in range(dice.randrange(1, 4)):
        at = dice.randrange(len(lines) + 1)
        new = [f"line {dice.randrange(9)}" for _ in range(dice.randrange(4))]
        lines = [*lines[:at], *new, *lines[at + dice.randrange(4) :]]
    return lines


def _series(repository: Repository, dice: random.Random, name: str) -> None:
    """Up to six commits to two files; one is moved on the way."""
    lines = {f"{name}/a.txt": [f"line {number}" for number in range(40)], f"{name}/b.txt": ["b", "c"]}
    text = {path: "\n".join(some) + "\n" for path, some in lines.items()}
    repository.commit("begin", text)
    repository.git("tag", f"{name}-base")
    for number in range(dice.randrange(2, 7)):
        path = dice.choice(list(lines))
        lines[path] = _edited(dice, lines[path]) or ["x"]
        files: dict[str, str | bytes | None] = {path: "\n".join(lines[path]) + dice.choice(["\n", ""])}
        if dice.random() < 0.3:
            files[f"{path}-{number}"] = files[path]
            files[path] = None
            lines[f"{path}-{number}"] = lines.pop(path)
        repository.commit(f"change {number}", files | {f"{name}/other.txt": f"{number}\n"})
    repository.git("tag", f"{name}-head")


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """One repository for all."""
    return Repository(tmp_path_factory.mktemp("series"))


def _held_to_git(repository: Repository, seed: int) -> None:
    dice, name = random.Random(seed), f"s{seed}"
    _series(repository, dice, name)
    span = f"{name}-base..{name}-head"
    wanted = repository.git("rev-parse", f"{name}-head^{{tree}}")
    for way, words in WAYS.items():
        told = read_patch(repository.git(*words, span).decode())
        assert told.unread == ()
        files = parse_diff(told.text).files
        assert len({file.path for file in files}) == len(files), way
        repository.git("read-tree", f"{name}-base")
        repository.git("apply", "--cached", "--unidiff-zero", "-", stdin=told.text.encode("utf-8", "surrogateescape"))
        assert repository.git("write-tree") == wanted, (seed, way)


@pytest.mark.parametrize("seed", range(6))
def test_a_series_comes_to_what_git_comes_to(repository: Repository, seed: int) -> None:
    """Applied to the first file, the one change gives the last one, however git has shown the commits."""
    _held_to_git(repository, seed)


@pytest.mark.proof
@pytest.mark.parametrize("seed", range(100, 220))
def test_many_series(repository: Repository, seed: int) -> None:
    """The same, at length."""
    _held_to_git(repository, seed)
