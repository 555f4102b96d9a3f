"""Whole repositories, fetched with real git from the loopback GitHub: found, bounded, and nothing runs or leaks."""

import asyncio
import contextlib
import logging
import os
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path

import pytest
from typing_extensions import override

from kireji.adapters.git import FetchedCode, fetched
from kireji.adapters.git.cache import RepositoryCache, in_thread
from kireji.core.code.identifiers import Hit
from kireji.core.pulls.pull import PullRef
from kireji.errors import TransientError
from tests.sandbox.github import Content, Entry, GitHubSandbox, Repository

REF = PullRef("octo/shop", 1, installation=1)
HOSTILE: dict[str, Content] = {
    "a.py": "needle(1)\n",
    ".gitattributes": "*.py filter=evil diff=evil textconv=evil\n*.gz binary\n",
    ".gitconfig": '[diff "evil"]\n\ttextconv = touch evil\n',
    ".gitmodules": '[submodule "m"]\n\tpath = m\n\turl = ext::touch evil\n',
    "passwd.py": Entry(b"/etc/passwd", "120000"),
    "needle.py": Entry(b"needle", "120000"),
    "huge.py": "needle(2)\n" + "x = 1\n" * 40_000,
    "binary.py": b"needle\0",
    "--output=x": "needle(3)\n",
    "-O/bin/sh": "needle(4)\n",
    "odd\nname.py": "needle(5)\n",
    "dir/ä b.py": "needle(6)\n",
    "hooks/post-checkout": Entry(b"#!/bin/sh\ntouch evil; needle\n", "100755"),
}


@pytest.fixture(scope="module")
def github() -> Iterator[GitHubSandbox]:
    """One GitHub for all tests here."""
    with GitHubSandbox() as sandbox:
        sandbox.install_app()
        yield sandbox


@pytest.fixture(scope="module")
def hostile(github: GitHubSandbox) -> Repository:
    """A repository that would have programs run, links followed and options read."""
    return github.create_repo("octo/shop", files=HOSTILE)


def code(github: GitHubSandbox, folder: Path, *, token: str | None = None, name: str = "octo/shop") -> FetchedCode:
    """The adapter, with a token that may read."""
    secret = github.token() if token is None else token
    return FetchedCode(folder, lambda _: (f"{github.url}/{name}.git", secret), {"PATH": os.defpath})


def head(repo: Repository) -> str:
    """The tip of main."""
    found = repo.state.store.resolve_commit("refs/heads/main")
    assert found is not None
    return found


def every(hits: Sequence[Hit]) -> list[str]:
    """All paths."""
    return list(dict.fromkeys(hit.path for hit in hits))


def find(
    searched: FetchedCode, sha: str, *names: str, choose: Callable[[Sequence[Hit]], Sequence[str]] = every
) -> Mapping[str, str]:
    """Search."""
    return asyncio.run(searched.find(REF, sha, names, choose))


def test_a_hostile_repository(github: GitHubSandbox, hostile: Repository, tmp_path: Path) -> None:
    """Names are read as they are; links, huge and binary files are not; nothing runs, and nothing is checked out."""
    texts = find(code(github, tmp_path), head(hostile), "needle", "--output=x", "-O")
    assert set(texts) == {"a.py", "--output=x", "-O/bin/sh", "dir/ä b.py", "hooks/post-checkout"}
    assert texts["dir/ä b.py"] == "needle(6)\n"
    wanted = ["passwd.py", "needle.py", "huge.py", "binary.py", "../../x", "", "a.py"]
    asked = find(code(github, tmp_path), head(hostile), "needle", choose=lambda _: wanted)
    assert asked["a.py"] == "needle(1)\n"
    assert "root:" not in str(asked)
    assert not set(asked) & {"huge.py", "binary.py", "../../x", ""}
    assert not [path for path in tmp_path.rglob("*") if "evil" in path.name or path.name in {"x", "a.py", "hooks"}]


def test_the_token_is_nowhere(
    github: GitHubSandbox,
    hostile: Repository,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """In no argument of a process, no file, no log; and those that search do not have it at all."""
    caplog.set_level(logging.DEBUG)
    spy = tmp_path / "bin" / "git"
    spy.parent.mkdir()
    spy.write_text(
        f'#!/bin/sh\necho "$@" >> {tmp_path}/said\necho "$1" $(env) >> {tmp_path}/known\nexec {_git()} "$@"\n'
    )
    spy.chmod(0o700)
    token = github.token()
    shelf = tmp_path / "code"
    searched = FetchedCode(
        shelf, lambda _: (f"{github.url}/octo/shop.git", token), {"PATH": f"{spy.parent}:{os.defpath}"}
    )

    assert find(searched, head(hostile), "needle")

    said = (tmp_path / "said").read_text()
    hidden = fetched.authorization(token)

    assert "fetch" in said
    assert "Authorization" not in said

    known = (tmp_path / "known").read_text().splitlines()
    assert {line.split()[0] for line in known if hidden in line} == {"fetch"}

    written = [path.read_bytes() for path in shelf.rglob("*") if path.is_file()]
    for secret in (token, hidden):
        assert secret not in said + caplog.text
        assert not any(secret.encode() in data for data in written)


def _git() -> str:
    return next(str(Path(part) / "git") for part in os.defpath.split(":") if (Path(part) / "git").exists())


@pytest.mark.parametrize(
    ("name", "token", "said"),
    [("octo/none", None, "not found"), ("octo/shop", "ghs_wrong", "Authentication failed|could not read Username")],
)
def test_refused(
    github: GitHubSandbox, hostile: Repository, tmp_path: Path, *, name: str, token: str | None, said: str
) -> None:
    """A repository that is not there for us, a token that is none: an error that says so, without the token."""
    with pytest.raises(TransientError, match=said) as raised:
        find(code(github, tmp_path, token=token, name=name), head(hostile), "needle")
    assert "ghs_" not in str(raised.value)


def test_a_push_costs_what_it_changed(github: GitHubSandbox, tmp_path: Path) -> None:
    """The second commit is fetched into the same folder; the first one is not asked for again."""
    repo = github.create_repo(
        "octo/pushed", files={f"f{n}.py": f"needle({n})\n{sha256(bytes([n])).hexdigest()}\n" for n in range(50)}
    )
    searched = code(github, tmp_path, name="octo/pushed")
    first = head(repo)

    assert len(find(searched, first, "needle")) == 30

    second = repo.commit("main", {"new.py": "pin(1)\n"})
    assert find(searched, second, "pin") == {"new.py": "pin(1)\n"}
    assert not find(searched, first, "pin")

    packs = sorted(path.stat().st_size for path in tmp_path.rglob("*.pack"))
    assert packs[0] < packs[1] / 2

    github.clear_traffic()
    assert find(searched, second, "pin")
    assert github.count() == 0


def test_many_at_once(github: GitHubSandbox, hostile: Repository, tmp_path: Path) -> None:
    """Several reviews of one commit, in two workers: it is fetched once."""
    workers = [code(github, tmp_path) for _ in range(2)]
    sha = head(hostile)
    github.clear_traffic()

    async def all_of_them() -> list[Mapping[str, str]]:
        return await asyncio.gather(*(workers[n % 2].find(REF, sha, ["needle"], every) for n in range(4)))

    assert len({str(texts) for texts in asyncio.run(all_of_them())}) == 1
    assert github.count("POST */git-upload-pack") == 1


def test_too_large(github: GitHubSandbox, hostile: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Such a repository is given up, removed, and not tried again."""
    monkeypatch.setattr(fetched, "MAX_BYTES", 10)
    searched = code(github, tmp_path)
    with pytest.raises(TransientError, match="too large"):
        find(searched, head(hostile), "needle")
    assert not list(tmp_path.rglob("*.pack"))
    assert find(searched, head(hostile), "needle") == {}


@pytest.mark.parametrize("most", [fetched.MAX_BYTES, 10], ids=["kept", "too large"])
def test_the_loop_goes_on_meanwhile(
    github: GitHubSandbox, hostile: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    """Measuring, clearing and tidying folders may take long: other threads do it, not the one with all reviews."""
    threads = set[int]()
    walk = os.walk

    def walked(folder: Path) -> Iterator[tuple[str, list[str], list[str]]]:
        threads.add(threading.get_ident())
        return walk(folder)

    class Watched(RepositoryCache):
        @override
        def tidy(self) -> None:
            threads.add(threading.get_ident())
            super().tidy()

    monkeypatch.setattr(os, "walk", walked)
    monkeypatch.setattr(fetched, "RepositoryCache", Watched)
    monkeypatch.setattr(fetched, "MAX_BYTES", most)
    with contextlib.suppress(TransientError):
        find(code(github, tmp_path), head(hostile), "needle")
    assert threads
    assert threading.get_ident() not in threads


async def test_a_folder_is_left_in_peace_before_its_lock_is() -> None:
    """Who is cancelled while a thread changes the folder waits for its end."""
    begun = threading.Event()
    go = threading.Event()
    done = list[int]()

    def change() -> None:
        begun.set()
        go.wait(20)
        done.append(1)

    changing = asyncio.create_task(in_thread(change))
    await asyncio.to_thread(begun.wait, 20)
    changing.cancel()
    await asyncio.sleep(0)
    assert not changing.done()
    go.set()
    await asyncio.wait({changing})
    assert changing.cancelled()
    assert done == [1]


def test_too_slow(github: GitHubSandbox, hostile: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit of time ends git and what it started."""
    monkeypatch.setattr(fetched, "FETCH_SECONDS", 0.0)
    with pytest.raises(TransientError, match="took more than"):
        find(code(github, tmp_path), head(hostile), "needle")


def test_the_oldest_go(tmp_path: Path) -> None:
    """Beyond the bounds what was used longest ago is removed, but for what somebody is using."""
    shelf = RepositoryCache(tmp_path, most=2, most_bytes=1000)

    async def fill() -> None:
        for number, name in enumerate("abcd"):
            async with shelf.locked(name) as place:
                place.folder.mkdir()
                (place.folder / "pack").write_bytes(b"x" * 10)
            os.utime(tmp_path / f"{name}.lock", (number, number))
        async with shelf.locked("a"):
            os.utime(tmp_path / "a.lock", (0, 0))
            shelf.tidy()

    asyncio.run(fill())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "a.lock", "d", "d.lock"]
