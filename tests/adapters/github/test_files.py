"""Files at a commit, in one GraphQL request."""

import json
from typing import Any

import pytest

from kireji.adapters.github import GitHubForge
from kireji.core.pulls.pull import PullRef
from tests.adapters.github.conftest import GRAPHQL, HEAD
from tests.sandbox.github import AppIdentity, GitHubSandbox
from tests.sandbox.github.git import Entry


def entry(text: str | None, *, mode: int = 0o100644, binary: bool = False, cut: bool = False) -> dict[str, Any]:
    """A tree's entry as GraphQL shows it."""
    size = len(text or "")
    return {"mode": mode, "object": {"text": text, "isBinary": binary, "isTruncated": cut, "byteSize": size}}


async def test_one_request_for_fifty_paths(forge: GitHubForge, api: Any, ref: PullRef) -> None:
    """Paths travel as variables, each once; the fifty-first takes a second request."""
    for number in (50, 1):
        files = {f"f{index}": entry(f"text {index} of {number}") for index in range(number)}
        api.post(GRAPHQL, json={"data": {"repository": {"object": files}}})

    paths = [f'"{index}".py' for index in range(51)]
    texts = await forge.read_files(ref, HEAD, [*paths, *paths])
    assert list(texts) == paths
    assert (texts['"49".py'], texts['"50".py']) == ("text 49 of 50", "text 0 of 1")
    first = json.loads(api.calls[0].request.body)
    assert (first["variables"]["sha"], first["variables"]["p7"]) == (HEAD, '"7".py')
    assert '"7".py' not in first["query"]
    assert forge.requests == 2


@pytest.mark.parametrize(
    "commit",
    [
        None,
        {},
        {"f0": None},
        {"f0": {"mode": 0o160000, "object": None}},
        {"f0": {"mode": 0o40000, "object": {}}},
        {"f0": entry("../../etc/passwd", mode=0o120000)},
        {"f0": entry(None, binary=True)},
        {"f0": entry("x", cut=True)},
        {"f0": entry("x" * 200_001)},
    ],
)
async def test_what_is_no_readable_file_is_absent(forge: GitHubForge, api: Any, ref: PullRef, commit: Any) -> None:
    """No such commit or path, a submodule, a folder, a symbolic link, binary, cut, over 200 kB."""
    api.post(GRAPHQL, json={"data": {"repository": {"object": commit}}})
    assert await forge.read_files(ref, HEAD, ["a"]) == {}


async def test_no_paths_no_request(forge: GitHubForge, ref: PullRef) -> None:
    """Nothing is asked where nothing is wanted."""
    assert await forge.read_files(ref, HEAD, []) == {}
    assert forge.requests == 0


async def test_the_head_of_a_fork(live: GitHubForge, github: GitHubSandbox, app: AppIdentity) -> None:
    """Its commit is read by its SHA from the repository that the pull request is for; real git, every kind of entry."""
    repo = github.create_repo("octo/shop", files={"a.py": "old\n", "sub/b.py": "b\n"})
    files = {"a.py": "new\n", "link": Entry(b"a.py", "120000"), "big": "x" * 200_001, "bin": b"\0\1"}
    pull = repo.open_pull(files=files, fork=True)
    ref = PullRef("octo/shop", pull.number, app.installation_id)
    before = len(github.traffic)
    texts = await live.read_files(ref, pull.head_sha, ["a.py", "sub/b.py", "sub", "link", "big", "bin", "none", "../a"])

    assert texts == {"a.py": "new\n", "sub/b.py": "b\n"}
    assert [exchange.path for exchange in list(github.traffic)[before:] if "access_tokens" not in exchange.path] == [
        "/graphql"
    ]
