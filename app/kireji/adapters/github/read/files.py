"""Files as they are at a commit: one GraphQL request for many paths."""

from collections.abc import Iterator, Sequence
from typing import Any

from kireji.adapters.github.http.client import RepoClient

BATCH = 50  # paths a request
MAX_BYTES = 200_000  # of a file
_LINK = 0o120000

_FILE = "f{index}: file(path: $p{index}) {{ mode object {{ ... on Blob {{ byteSize text isBinary isTruncated }} }} }}"
_QUERY = """
query Files($owner: String!, $name: String!, $sha: GitObjectID!{variables}) {{
  repository(owner: $owner, name: $name) {{
    databaseId nameWithOwner
    object(oid: $sha) {{ ... on Commit {{ {files} }} }}
  }}
}}
"""


async def read_files(client: RepoClient, sha: str, paths: Sequence[str]) -> dict[str, str]:
    """Path -> text of what is there and can be read, one request for each 50 paths.

    A fork's commit is found in the repository that its pull request is for.
    """
    found: dict[str, str] = {}
    wanted = list(dict.fromkeys(paths))
    for start in range(0, len(wanted), BATCH):
        found |= await _batch(client, sha, wanted[start : start + BATCH])
    return found


async def _batch(client: RepoClient, sha: str, paths: Sequence[str]) -> dict[str, str]:
    owner, _, name = client.ref.repo.partition("/")
    variables: dict[str, str | int | None] = {"owner": owner, "name": name, "sha": sha}
    variables |= {f"p{index}": path for index, path in enumerate(paths)}
    data = await client.query(_query(len(paths)), variables)
    commit = (data.get("repository") or {}).get("object") or {}
    return dict(_texts(commit, paths))


def _query(count: int) -> str:
    variables = "".join(f", $p{index}: String!" for index in range(count))
    files = " ".join(_FILE.format(index=index) for index in range(count))
    return _QUERY.format(variables=variables, files=files)


def _texts(commit: dict[str, Any], paths: Sequence[str]) -> Iterator[tuple[str, str]]:
    """What is a file with all its text: no symbolic link (whose text is a path), no folder, nothing binary or large."""
    for index, path in enumerate(paths):
        entry = commit.get(f"f{index}") or {}
        blob = entry.get("object") or {}
        text = blob.get("text")
        unfit = entry.get("mode") == _LINK or blob.get("isBinary") or blob.get("isTruncated")
        if text is not None and not unfit and blob.get("byteSize", 0) <= MAX_BYTES:
            yield path, text
