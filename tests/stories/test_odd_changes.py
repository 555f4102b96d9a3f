"""Pull requests that are more than lines in text files."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from tests.sandbox.github import Content, Entry, Repository
from tests.stories import says
from tests.stories.town import Place, Town

BASE: dict[str, Content] = {
    "run.sh": "#!/bin/sh\necho run\n",
    "old name.py": "".join(f"# line {line}\n" for line in range(1, 21)),
    "logo.png": b"\x89PNG\r\n\x1a\n\0old",
    "package-lock.json": '{"lockfileVersion": 3}\n',
    "link": Entry(b"run.sh", "120000"),
    "vendor/lib": Entry(b"1" * 40, "160000"),
    "empty.txt": "",
}


@dataclass(frozen=True)
class Nothing:
    """A change in which there is nothing to read, and what the check run calls its files."""

    files: Mapping[str, Content] = field(default_factory=dict)
    skipped: tuple[str, ...] = ()
    renames: Mapping[str, str] | None = None


NOTHING = {
    "no change at all": Nothing(),
    "only a binary": Nothing({"logo.png": b"\x89PNG\r\n\x1a\n\0new"}, ("`logo.png`: binary",)),
    "only a lock file": Nothing({"package-lock.json": "{}\n"}, ("`package-lock.json`: lock file (package-lock.json)",)),
    "only a rename": Nothing(renames={"old name.py": "new name.py"}, skipped=("`new name.py`: no changed lines",)),
    "only a mode": Nothing({"run.sh": Entry(b"#!/bin/sh\necho run\n", "100755")}, ("`run.sh`: no changed lines",)),
    "only a submodule": Nothing({"vendor/lib": Entry(b"2" * 40, "160000")}, ("`vendor/lib`: submodule",)),
    "an empty file": Nothing({"new.py": ""}, ("`new.py`: no changed lines",)),
    "an empty file's end": Nothing({"empty.txt": None}, ("`empty.txt`: no changed lines",)),
}


@pytest.fixture
def repo(town: Town) -> Repository:
    """A repository with a file of each odd kind."""
    return town.github.create_repo("octo/odd", files=BASE)


@pytest.mark.parametrize("change", NOTHING.values(), ids=NOTHING)
def test_nothing_to_read(town: Town, repo: Repository, change: Nothing) -> None:
    """Claude is not asked, nothing is posted, and the check run is grey and names each file with the reason."""
    repo.open_pull(files=change.files, renames=change.renames)
    check = town.open(repo, 1)
    assert (check["output"]["title"], check["conclusion"]) == ("Nothing to review", "skipped")
    assert "No model call was made." in check["output"]["summary"]
    text = check["output"]["text"] or ""
    assert [line for line in text.splitlines() if line.startswith("- ")] == [f"- {row}" for row in change.skipped]
    assert not town.claude.count()
    assert not repo.reviews(1)


@dataclass(frozen=True)
class Odd:
    """A change of one file, the finding that the model has in it, and where GitHub is to show it."""

    files: Mapping[str, Content]
    found: says.Row
    place: Place
    side: str = "RIGHT"
    base: Mapping[str, Content] = field(default_factory=dict)
    renames: Mapping[str, str] | None = None


QUOTED = 'a "b"\tc\\d.py'
UNICODE = "código/naïve 日本語 🎉.py"
CRLF = "".join(f"line {line}\r\n" for line in range(1, 21))

ODD = {
    "a deletion": Odd({"run.sh": None}, says.finding("run.sh", 2, "echo run", side="LEFT"), ("run.sh", 2), side="LEFT"),
    "a deleted line": Odd(
        {"run.sh": "#!/bin/sh\n"}, says.finding("run.sh", 2, "echo run", side="LEFT"), ("run.sh", 2), side="LEFT"
    ),
    "a unicode path": Odd({UNICODE: "x = 1\ny = 2\n"}, says.finding(UNICODE, 2, "y = 2"), (UNICODE, 2)),
    "a quoted path": Odd({QUOTED: "x = 1\ny = 2\n"}, says.finding(QUOTED, 2, "y = 2"), (QUOTED, 2)),
    "a path with spaces": Odd({" a  b ": "x = 1\n"}, says.finding(" a  b ", 1, "x = 1"), (" a  b ", 1)),
    "CRLF": Odd(
        {"dos.txt": CRLF.replace("line 9\r", "line nine\r")},
        says.finding("dos.txt", 9, "line nine"),
        ("dos.txt", 9),
        base={"dos.txt": CRLF},
    ),
    "LF turned into CRLF": Odd(
        {"dos.txt": CRLF},
        says.finding("dos.txt", 20, "line 20", start_line=19),
        ("dos.txt", 20),
        base={"dos.txt": CRLF.replace("\r", "")},
    ),
    "no newline at the end": Odd({"end.py": "x = 1\ny = 2"}, says.finding("end.py", 2, "y = 2"), ("end.py", 2)),
    "a newline taken from the end": Odd(
        {"run.sh": "#!/bin/sh\necho run"}, says.finding("run.sh", 2, "echo run"), ("run.sh", 2)
    ),
    "a symlink": Odd({"link": Entry(b"/etc/passwd", "120000")}, says.finding("link", 1, "/etc/passwd"), ("link", 1)),
    "a file that becomes a symlink": Odd(
        {"run.sh": Entry(b"other.sh", "120000")}, says.finding("run.sh", 1, "other.sh"), ("run.sh", 1)
    ),
    "a rename with a change": Odd(
        {"new name.py": "".join(f"# line {line}\n" for line in range(1, 20)) + "# last\n"},
        says.finding("new name.py", 20, "# last"),
        ("new name.py", 20),
        renames={"old name.py": "new name.py"},
    ),
    "a rename, named by the old path": Odd(
        {"new name.py": "".join(f"# line {line}\n" for line in range(1, 20)) + "# last\n"},
        says.finding("old name.py", 20, "# line 20", side="LEFT"),
        ("new name.py", 20),
        side="LEFT",
        renames={"old name.py": "new name.py"},
    ),
    "lines like a diff's": Odd(
        {"fix.patch": "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-x\n+y\n"},
        says.finding("fix.patch", 4, "-x"),
        ("fix.patch", 4),
        base={"fix.patch": "-- a/x\n"},
    ),
    "form feeds and other ends of lines": Odd(
        {"feed.py": "x = 1\x0c\ny = 2\u2028z = 3\rw = 4\nend = 5\n"},
        says.finding("feed.py", 3, "end = 5"),
        ("feed.py", 3),
    ),
    "bytes that are no UTF-8": Odd(
        {"latin.py": "# déjà vu\nx = 1\n".encode("latin-1")}, says.finding("latin.py", 2, "x = 1"), ("latin.py", 2)
    ),
    "a very long line": Odd(
        {"long.txt": "x" * 100_000 + "\nend\n"}, says.finding("long.txt", 2, "end"), ("long.txt", 2)
    ),
}


@pytest.mark.proof
@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_a_finding_in_an_odd_file_is_inline(town: Town, odd: Odd) -> None:
    """Its comment stands at its line, whether GitHub serves the diff in one piece or, as for large ones, file by file."""
    town.claude.script(lambda _: [odd.found])
    for name, diff_files in (("octo/whole", 300), ("octo/listed", 0)):
        town.github.limits.diff_files = diff_files
        repo = town.github.create_repo(name, files={**BASE, **odd.base})
        repo.open_pull(files=odd.files, renames=odd.renames)
        check = town.open(repo, 1)
        comments = repo.review_comments(1)
        assert [(comment["path"], comment["line"], comment["side"]) for comment in comments] == [(*odd.place, odd.side)]
        assert "1 finding" in check["output"]["title"]
    assert town.github.count("GET */pulls/1/files*") >= 1


def test_a_file_name_that_is_no_text(town: Town) -> None:
    """Git allows any bytes in a name, requests to GitHub only UTF-8: the finding is told, the file beside it is reviewed."""
    repo = town.github.create_repo("octo/odd", files=BASE)
    repo.open_pull(files={"caf\udce9.py": "x = 1\n", "run.sh": "#!/bin/sh\necho ran\n"})
    town.claude.script(lambda _: [says.finding("caf\ufffd.py", 1, "x = 1"), says.finding("run.sh", 2, "echo ran")])
    check = town.open(repo, 1)
    assert town.placed(repo, 1) == [("run.sh", 2)]
    assert check["output"]["title"] == "2 findings in 2 hunks"
    assert "Mistake in line 1" in check["output"]["text"]


def test_a_patch_that_github_leaves_out_is_made_from_the_blobs(town: Town) -> None:
    """Where neither the diff nor the list has a file's text, both blobs are read and the diff is made here."""
    base = {"big.py": "".join(f"x{line} = {line}\n" for line in range(100)), "small.py": "y = 1\n"}
    repo = town.github.create_repo("octo/large", files=base)
    repo.open_pull(files={"big.py": base["big.py"].replace("x50 = 50", "x50 = 51"), "small.py": "y = 2\n"})
    town.github.limits.diff_files = 0
    town.github.patch_missing.add("big.py")
    town.claude.script(lambda _: [says.finding("big.py", 51, "x50 = 51"), says.finding("small.py", 1, "y = 2")])
    check = town.open(repo, 1)
    assert town.placed(repo, 1) == [("big.py", 51), ("small.py", 1)]
    assert check["output"]["title"] == "2 findings in 2 hunks"


def test_a_file_whose_text_github_does_not_serve_is_named(town: Town) -> None:
    """A text of more than a megabyte comes neither as patch nor as blob: the review is partial and names the file."""
    repo = town.github.create_repo("octo/large", files={"huge.txt": "x\n", "small.py": "y = 1\n"})
    repo.open_pull(files={"huge.txt": "x" * 1_200_000 + "\n", "small.py": "y = 2\n"})
    town.claude.script(lambda _: [says.finding("small.py", 1, "y = 2")])
    check = town.open(repo, 1)
    assert town.placed(repo, 1) == [("small.py", 1)]
    assert (
        "`huge.txt`: not read: GitHub serves no patch for it, and it is larger than 1 MB" in check["output"]["summary"]
    )
    assert check["conclusion"] == "neutral"
    assert check["output"]["title"] == "Partly reviewed: 1 of 1 hunk read; 1 finding"


def test_text_that_the_change_itself_calls_binary(town: Town, repo: Repository) -> None:
    """GitHub does not show it: it is read from the repository, and what is found in it is told in the summary."""
    repo.open_pull(files={".gitattributes": "*.py -diff\n", "load.py": "import yaml\n\ncfg = yaml.load(stream)\n"})
    check = town.open(repo, 1)
    assert "load.py" in check["output"]["text"]
    assert check["output"]["title"].startswith("1 finding in")
    assert check["conclusion"] == "neutral"


def test_what_may_be_binary_is_looked_at(town: Town, repo: Repository) -> None:
    """A binary file with a name of its own is skipped as such where the base has one there; a new one is named, as text in

    UTF-16 is, and the check run is not green.
    """
    repo.open_pull(files={"weights": b"\0\1\2", "a.py": "x = 1\n"})
    check = town.open(repo, 1)
    assert check["conclusion"] == "neutral"
    assert "`weights`: not read: its text was not shown" in check["output"]["summary"]
    repo.commit("main", {"weights": b"\0\1\2"})
    repo.open_pull(branch="later", files={"weights": b"\0\1\3", "b.py": "x = 1\n"})
    assert town.open(repo, 2)["conclusion"] == "success"
    repo.open_pull(branch="wide", files={"wide.cs": "class A {}\n".encode("utf-16"), "a.py": "x = 2\n"})
    check = town.open(repo, 3)
    assert check["conclusion"] == "neutral"
    assert "`wide.cs`: not read: it is text in UTF-16" in check["output"]["summary"]


def test_a_line_too_long_to_be_shown(town: Town, repo: Repository) -> None:
    """What is up to 8,000 characters is read whole; of what is longer the check run says that it was not."""
    repo.open_pull(files={"a.py": "x = '" + "y" * 7000 + "'; cfg = yaml.load(stream)\n"})
    assert town.open(repo, 1)["output"]["title"].startswith("1 finding in")
    repo.open_pull(files={"a.py": "x = '" + "y" * 9000 + "'; cfg = yaml.load(stream)\n", "b.py": "x = 1\n"})
    check = town.open(repo, 2)
    assert (check["conclusion"], check["output"]["title"]) == (
        "neutral",
        "Partly reviewed: 2 of 2 hunks read; no findings",
    )
    assert "`a.py`: not read: a changed line is longer than 8,000 characters" in check["output"]["summary"]
