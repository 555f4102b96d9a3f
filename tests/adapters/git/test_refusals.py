"""What git refuses is told in plain words, with git's own reason and what to do."""

import shutil
import stat
from collections import defaultdict
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import pytest

from kireji.adapters.git import Git, of_range, of_staged
from kireji.adapters.git.refusals import too_old
from kireji.errors import UserError
from tests.adapters.git.test_git import ENVIRON, git, write


@pytest.fixture(scope="module")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`main` and `topic`, each with a commit that the other has not; partial clones of it are allowed."""
    folder = tmp_path_factory.mktemp("origin")
    git(folder, "init", "-q", "-b", "main")
    write(folder, {"f.py": "x = 1\n"})
    git(folder, "commit", "-qm", "One")
    git(folder, "switch", "-qc", "topic")
    write(folder, {"g.py": "y = 1\n"})
    git(folder, "commit", "-qm", "Topic")
    git(folder, "switch", "-q", "main")
    write(folder, {"h.py": "z = 1\n"})
    git(folder, "commit", "-qm", "Two")
    git(folder, "config", "uploadpack.allowFilter", "true")
    return folder


def cloned(origin: Path, folder: Path, *options: str) -> Path:
    """A clone of `topic`, as over a network."""
    git(folder, "clone", "-q", *options, "--branch", "topic", f"file://{origin}", "clone")
    return folder / "clone"


def refusal(folder: Path, spec: str = "main...", environ: Mapping[str, str] = ENVIRON) -> tuple[str, str]:
    """What is said of a range there, and the remedy."""
    with pytest.raises(UserError) as caught:
        of_range(Git(folder, environ), spec)
    return str(caught.value), caught.value.remedy


def test_a_shallow_clone(origin: Path, tmp_path: Path) -> None:
    """The merge base was not fetched; two dots need none."""
    clone = cloned(origin, tmp_path, "--depth=1")
    git(clone, "fetch", "-q", "--depth=1", "origin", "main:refs/remotes/origin/main")
    said, remedy = refusal(clone, "origin/main...")
    assert "no commit in common here, since this clone is shallow" in said
    assert "git fetch --unshallow" in remedy
    assert "fetch-depth: 0" in remedy
    assert "h.py" in of_range(Git(clone, ENVIRON), "origin/main..HEAD").text
    git(clone, "fetch", "-q", "--unshallow", "origin")
    assert "g.py" in of_range(Git(clone, ENVIRON), "origin/main...").text


@pytest.mark.parametrize("name", ["HEAD~1", "HEAD^", "HEAD^^", "topic~3", "@~1"])
def test_an_older_commit_that_was_not_fetched(origin: Path, tmp_path: Path, name: str) -> None:
    """It may well be there elsewhere, which a shallow clone is told with what fetches it; a whole one has no such commit."""
    clone = cloned(origin, tmp_path, "--depth=1")
    said, remedy = refusal(clone, f"{name}..HEAD")
    assert said == f"There is no commit {name!r} here, since this clone is shallow: older commits were not fetched"
    assert "git fetch --deepen=50" in remedy
    assert "fetch-depth: 0" in remedy
    assert "shallow" not in refusal(clone, "none~1..HEAD")[0]
    git(clone, "fetch", "-q", "--unshallow", "origin")
    assert "shallow" not in refusal(clone, "HEAD~100..HEAD")[0]


def test_histories_that_never_met(origin: Path, tmp_path: Path) -> None:
    """In a whole clone there is nothing to fetch."""
    clone = cloned(origin, tmp_path)
    git(clone, "switch", "-q", "--orphan", "new")
    git(clone, "commit", "-q", "--allow-empty", "-m", "New")
    said, remedy = refusal(clone, "origin/main...")
    assert said.endswith("have no commit in common")
    assert "two dots" in remedy


def test_a_branch_that_was_not_fetched(origin: Path, tmp_path: Path) -> None:
    """A clone of one branch knows no other; the remedy works."""
    clone = cloned(origin, tmp_path, "--single-branch")
    for spec in ("main...", "origin/main..."):
        said, remedy = refusal(clone, spec)
        assert "where only some branches are fetched" in said
        assert "git remote set-branches --add origin main && git fetch origin, then name origin/main" in remedy
    git(clone, "remote", "set-branches", "--add", "origin", "main")
    git(clone, "fetch", "-q", "origin")
    assert "origin/main" in refusal(clone, "main...")[1]
    assert "g.py" in of_range(Git(clone, ENVIRON), "origin/main...").text


@pytest.mark.parametrize("options", [["--single-branch"], ["--depth=1"]])
def test_a_clone_of_one_branch(origin: Path, tmp_path: Path, options: list[str]) -> None:
    """What it came from was not fetched: the branch is not compared with itself, which would show no change at all."""
    said, remedy = refusal(cloned(origin, tmp_path, *options), "")
    assert "not known which branch" in said
    assert "git remote set-branches --add origin BRANCH" in remedy


def test_a_branch_that_is_unknown(origin: Path, tmp_path: Path) -> None:
    """In a clone of all branches it is new, or a slip."""
    clone = cloned(origin, tmp_path)
    said, remedy = refusal(clone, "develop...")
    assert said == "There is no commit 'develop' here"
    assert "git fetch origin, then name origin/develop" in remedy
    assert "under its whole name: origin/main" in refusal(clone, "main...")[1]


def test_no_branch_to_compare_with(origin: Path, tmp_path: Path) -> None:
    """A clone of one branch may not know which one it comes from."""
    clone = cloned(origin, tmp_path, "--single-branch")
    git(clone, "remote", "set-head", "origin", "--delete")
    said, remedy = refusal(clone, "")
    assert "not known which branch" in said
    assert "git fetch origin" in remedy


def test_a_partial_clone(origin: Path, tmp_path: Path) -> None:
    """What was left out is not fetched: its remote may be a command. How to have it is told."""
    clone = cloned(origin, tmp_path, "--filter=blob:none", "--no-checkout")
    said, remedy = refusal(clone, "origin/main...")
    assert "partial clone" in said
    assert "git fetch --refetch" in remedy
    git(clone, *remedy.partition("git ")[2].split())
    assert "g.py" in of_range(Git(clone, ENVIRON), "origin/main...").text


def test_a_branch_without_commits(tmp_path: Path) -> None:
    """There is only what is staged."""
    git(tmp_path, "init", "-q", "-b", "main")
    write(tmp_path, {"a.py": "x\n"})
    told = ("This branch has no commit yet", "Commit first, or review what is staged: kireji review --staged")
    assert [refusal(tmp_path, spec) for spec in ("", "HEAD...")] == [told, told]
    assert "a.py" in of_staged(Git(tmp_path, ENVIRON)).text


def test_a_detached_head(origin: Path, tmp_path: Path) -> None:
    """It is a commit like any other."""
    clone = cloned(origin, tmp_path)
    git(clone, "switch", "-q", "--detach")
    assert "g.py" in of_range(Git(clone, ENVIRON), "origin/main...").text


@pytest.mark.parametrize("damage", ["commit", "tree", "blob", "index"])
def test_a_damaged_repository(origin: Path, tmp_path: Path, damage: str) -> None:
    """Whatever is broken; git's own words say what."""
    folder = shutil.copytree(origin, tmp_path / "copy")
    named = {"commit": "topic", "tree": "topic^{tree}", "blob": "topic:g.py"}
    changes = defaultdict(lambda: partial(of_range, spec="main..topic"), index=of_staged)

    if damage == "index":
        (folder / ".git/index").write_bytes(b"DIRC")
    else:
        sha = git(folder, "rev-parse", named[damage])
        file = folder / ".git/objects" / sha[:2] / sha[2:]
        file.chmod(0o644)
        file.write_bytes(b"no object")

    with pytest.raises(UserError) as caught:
        changes[damage](Git(folder, ENVIRON))

    assert str(caught.value).startswith("The repository is damaged (")
    assert "git fsck" in caught.value.remedy


def test_an_object_that_is_gone(origin: Path, tmp_path: Path) -> None:
    """A file's content was deleted by hand."""
    folder = shutil.copytree(origin, tmp_path / "copy")
    sha = git(folder, "rev-parse", "topic:g.py")
    (folder / ".git/objects" / sha[:2] / sha[2:]).unlink()
    assert sha in refusal(folder, "main..topic")[0]


def test_somebody_elses_folder(origin: Path) -> None:
    """Git's own words, with the folder, and the command that trusts it."""
    said, remedy = refusal(origin, environ={**ENVIRON, "GIT_TEST_ASSUME_DIFFERENT_OWNER": "1"})
    assert f"the owner of {origin} is somebody else" in said
    assert "dubious ownership" in said
    assert remedy.endswith(f"git config --global --add safe.directory {origin}")


def test_what_is_no_working_tree(origin: Path, tmp_path: Path) -> None:
    """None at all, a bare one, git's own folder, and one that the environment names and that is not there."""
    assert "is not in the working tree" in refusal(tmp_path)[0]

    git(tmp_path, "clone", "-q", "--bare", str(origin), "bare.git")
    assert refusal(tmp_path / "bare.git") == (
        "This is a bare repository: it has no working tree",
        "Clone it, and review in the clone: git clone THIS-FOLDER ELSEWHERE",
    )
    assert "git's own" in refusal(origin / ".git")[0]

    said, remedy = refusal(origin, environ={**ENVIRON, "GIT_DIR": str(tmp_path / "nowhere")})
    assert "GIT_DIR in the environment leads to no repository" in said
    assert "nowhere" in said
    assert remedy == "Take it out: unset GIT_DIR"
    assert refusal(tmp_path / "gone")[0] == "The current folder is gone"


def fake(folder: Path, script: str) -> dict[str, str]:
    """An environment in which git is a script."""
    program = folder / "bin/git"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return {**ENVIRON, "PATH": f"{program.parent}:{ENVIRON['PATH']}"}


def test_a_git_that_is_too_old(tmp_path: Path) -> None:
    """It refuses an option; its age is told, and what is needed."""
    environ = fake(tmp_path, 'case "$*" in *version*) echo git version 2.17.1;; *) exit 129;; esac')
    assert refusal(tmp_path, environ=environ)[0] == "git 2.17 is too old: Kireji needs 2.30 or newer"
    assert too_old("git version 2.39.5 (Apple Git-154)") is None
    assert too_old("git version 3.0.0") is None
    assert too_old("no version") is None


def test_a_folder_that_may_not_be_read(tmp_path: Path) -> None:
    """Whoever runs the tests may read all, so the words are a stand-in's."""
    words = "fatal: failed to stat '/srv/shop': Permission denied"
    said, remedy = refusal(tmp_path, environ=fake(tmp_path, f'echo "{words}" >&2; exit 128'))
    assert said == "git may not read this repository (failed to stat '/srv/shop': Permission denied)"
    assert "Have the right" in remedy


def test_a_git_that_cannot_be_started(tmp_path: Path) -> None:
    """A file of that name that is no program."""
    environ = fake(tmp_path, "exit 0")
    (tmp_path / "bin/git").write_bytes(b"\x7fELF no program")
    environ["PATH"] = str(tmp_path / "bin")
    assert "git cannot be started here" in refusal(tmp_path, environ=environ)[0]
