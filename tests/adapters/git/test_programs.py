"""Nothing of a repository's own configuration is executed, and no connection opened."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from kireji.adapters.git import Git, of_range, of_staged
from kireji.core.pulls.change import Change
from kireji.errors import UserError
from tests.adapters.git.test_git import ENVIRON, git, write

# Of git's own list of its configuration, whatever may name a program.
PROGRAMS = re.compile(
    r"alias\.|pager\.|\.(?:cmd|command|alternateRefsCommand|defaultKeyCommand|askPass|editor|pager|browser|program|tool|guitool|driver"
    r"|helper|external|textconv|clean|smudge|process|fsmonitor|hooksPath|gitProxy|sshCommand|uploadpack|receivepack|vcs|diffFilter"
    r"|packObjectsHook|path|tunnel|viewer|proxy|\w*Cmd)$"
)
BESIDE = (
    "filter.x.process",
    "remote.x.url",
    "gpg.openpgp.program",
    "gpg.ssh.program",
    "gpg.x509.program",
)  # not in the list
NO_PROGRAMS = {"color.pager", "column.clean", "include.path", "includeIf.x.path"}
SETTINGS = {  # what must be so for some of them to be used
    "log.showSignature": "true",
    "diff.submodule": "log",
    "submodule.recurse": "true",
    "grep.recurseSubmodules": "true",
    "extensions.partialClone": "x",
    "core.repositoryFormatVersion": "1",
    "remote.x.promisor": "true",
    "remote.x.fetch": "+refs/heads/*:refs/remotes/x/*",
    "diff.x.binary": "false",
    "filter.x.required": "true",
    "protocol.allow": "always",
    "protocol.ext.allow": "always",
}
SIGNED = "gpgsig -----BEGIN PGP SIGNATURE-----\n \n aGFsbG8=\n -----END PGP SIGNATURE-----\n"


def keys() -> list[str]:
    """The keys of git's list, `x` for what people name themselves."""
    said = subprocess.run(["git", "help", "-c"], capture_output=True, text=True, check=True).stdout.split()
    found = {re.sub(r"<[^>]*>|\*", "x", key) for key in said if PROGRAMS.search(key)}
    return sorted({*found, *BESIDE} - NO_PROGRAMS)


def value(key: str, evil: Path) -> str:
    """A value that leaves a file in `evil`, by whatever way it would be used."""
    mark = evil / key.replace("/", "_")
    program = evil.parent / "programs" / key
    program.parent.mkdir(exist_ok=True)
    program.write_text(f"#!/bin/sh\ntouch '{mark}'\nfalse\n")
    program.chmod(0o755)

    match key:
        case "core.hooksPath":
            for hook in ("post-index-change", "reference-transaction", "pre-auto-gc", "fsmonitor-watchman"):
                shutil.copy(program, evil.parent / "programs" / hook)
            return str(program.parent)
        case "remote.x.url":
            return f"ext::{program} %S"
        case _:
            return str(program)


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A repository whose whole configuration would have programs run; its head is signed."""
    folder = tmp_path / "repository"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    write(folder, {"a.py": "one\n", "gone.py": "x\n", ".gitattributes": "* diff=x filter=x merge=x\n"})
    git(folder, "commit", "-qm", "First")
    write(folder, {"a.py": "one\ntwo\n", "gone.py": "x\ny\n"})
    git(folder, "commit", "-qm", "Second")
    signed = git(folder, "cat-file", "commit", "HEAD").replace("\n\n", f"\n{SIGNED}\n", 1) + "\n"
    (tmp_path / "commit").write_text(signed)
    git(folder, "reset", "-q", "--soft", git(folder, "hash-object", "-t", "commit", "-w", str(tmp_path / "commit")))
    write(folder, {"a.py": "one\ntwo\nthree\n"})
    (tmp_path / "blob").write_text(git(folder, "rev-parse", "HEAD:gone.py"))
    evil = tmp_path / "evil"
    evil.mkdir()
    (tmp_path / "included").write_text(f"[core]\n\tpager = {value('included', evil)}\n")

    for key, said in (*SETTINGS.items(), ("include.path", str(tmp_path / "included"))):
        git(folder, "config", key, said)

    config = (f'[{_section(key)}]\n\t{key.rpartition(".")[2]} = "{value(key, evil)}"\n' for key in keys())
    with (folder / ".git/config").open("a") as file:
        file.writelines(config)

    return folder


def _section(key: str) -> str:
    section, _, name = key.rpartition(".")[0].partition(".")
    return f'{section} "{name}"' if name else section


def lose(folder: Path) -> None:
    """Take a blob of the head away: git asks the promisor for it."""
    blob = (folder.parent / "blob").read_text()
    (folder / ".git/objects" / blob[:2] / blob[2:]).unlink()


def everything(folder: Path) -> Iterator[Change]:
    """Each way to find a change, each thing asked of it; what git refuses is as good."""
    for make in (
        lambda: of_range(Git(folder, ENVIRON)),
        lambda: of_range(Git(folder, ENVIRON), "HEAD^..HEAD"),
        lambda: of_range(Git(folder, ENVIRON), "HEAD^...nowhere"),
        lambda: of_staged(Git(folder, ENVIRON)),
    ):
        with suppress(UserError):
            yield make()


@pytest.mark.parametrize("whole", [True, False])
def test_no_program_of_a_configuration_is_run(hostile: Path, whole: bool) -> None:
    """All keys of git's list that name programs, each to leave a file of its own: none is there, and the change is read."""
    assert len(keys()) > 50
    if not whole:
        lose(hostile)

    evil = hostile.parent / "evil"
    changes = 0
    for change in everything(hostile):
        changes += 1
        paths = ["a.py", "gone.py", ".gitattributes"]
        for ask in (change.base_texts, change.head_texts, change.search):
            with suppress(UserError):
                ask(paths)

    Git(hostile, ENVIRON).binary("HEAD^", ["a.py", "gone.py"])
    assert sorted(evil.iterdir()) == []
    assert changes == (3 if whole else 2)  # one of the ranges needs the blob


def test_the_same_configuration_would_run_programs(hostile: Path) -> None:
    """Git by itself runs many of them: a signature's, a remote's, a filter's, a watcher of files."""
    lose(hostile)
    for arguments in (
        ["log", "-1"],
        ["diff", "HEAD^", "HEAD", "--", "a.py"],
        ["diff", "--cached"],
        ["cat-file", "-p", "HEAD:gone.py"],
        ["status"],
    ):
        subprocess.run(["git", *arguments], cwd=hostile, env=ENVIRON, capture_output=True, check=False, timeout=30)

    ran = {path.name for path in (hostile.parent / "evil").iterdir()}
    assert ran >= {"core.fsmonitor", "filter.x.process", "gpg.program", "remote.x.url"}


def test_a_bare_repository_among_the_files_is_not_used(tmp_path: Path) -> None:
    """Who stands in a folder of a repository that looks like git's own is not in a repository of that folder's author."""
    git(tmp_path, "init", "-q", "-b", "main")
    inner = tmp_path / "vendor"
    git(tmp_path, "init", "-q", "--bare", str(inner))
    with (inner / "config").open("w") as config:
        config.write(f"[core]\n\trepositoryformatversion = 0\n\tbare = false\n\tworktree = {tmp_path}\n")
    with pytest.raises(UserError, match="bare repository"):
        Git(inner, ENVIRON)


@pytest.mark.parametrize("key", ["core.attributesFile", "core.excludesFile", "mailmap.file"])
def test_a_pipe_that_nobody_writes_to_is_not_waited_for(tmp_path: Path, key: str) -> None:
    """A file that the configuration names may be one."""
    folder = tmp_path / "repository"
    folder.mkdir()
    git(folder, "init", "--quiet")
    write(folder, {"a.py": "x = 1\n"})
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    git(folder, "config", key, str(pipe))
    assert "x = 1" in of_staged(Git(folder, ENVIRON)).text
