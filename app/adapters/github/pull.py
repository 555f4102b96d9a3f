"""The pull request and the files of its base branch that steer the review: one GraphQL request."""

from collections.abc import Sequence
from typing import Any

from app.adapters.github.client import RepoClient
from app.core.pull import OpenedPull, PullRequest
from app.errors import UserError

_FILE = "f{index}: file(path: $p{index}) {{ object {{ ... on Blob {{ text isBinary isTruncated }} }} }}"
_QUERY = """
query Pull($owner: String!, $name: String!, $number: Int!{variables}) {{
  repository(owner: $owner, name: $name) {{
    pullRequest(number: $number) {{
      title body isDraft state changedFiles isCrossRepository
      author {{ login }}
      headRefOid baseRefOid headRefName baseRefName
      labels(first: 50) {{ nodes {{ name }} }}
      {base}
    }}
  }}
}}
"""


async def read_pull(client: RepoClient, base_files: Sequence[str]) -> OpenedPull:
    """Read both at once. Files that are absent, binary or too large for GraphQL are left out.

    A base branch that was deleted has no files.
    """
    owner, _, name = client.ref.repo.partition("/")
    variables: dict[str, str | int] = {"owner": owner, "name": name, "number": client.ref.number}
    variables |= {f"p{index}": path for index, path in enumerate(base_files)}
    data = await client.query(_query(len(base_files)), variables)
    row = (data.get("repository") or {}).get("pullRequest")
    if row is None:
        raise missing(client)
    return OpenedPull(_pull(client, row), _files(row, base_files))


def missing(client: RepoClient) -> UserError:
    """What to say of a pull request that GitHub does not show."""
    return UserError(
        f"GitHub shows the bot no pull request {client.ref.repo}#{client.ref.number}.",
        "Install the App on this repository, unless the pull request is gone.",
    )


def _query(files: int) -> str:
    variables = "".join(f", $p{index}: String!" for index in range(files))
    aliases = " ".join(_FILE.format(index=index) for index in range(files))
    base = f"baseRef {{ target {{ ... on Commit {{ {aliases} }} }} }}" if files else ""
    return _QUERY.format(variables=variables, base=base)


def _pull(client: RepoClient, row: dict[str, Any]) -> PullRequest:
    return PullRequest(
        ref=client.ref,
        title=row["title"],
        body=row["body"],
        author=(row["author"] or {"login": "ghost"})["login"],
        base_sha=row["baseRefOid"],
        head_sha=row["headRefOid"],
        base_ref=row["baseRefName"],
        head_ref=row["headRefName"],
        changed_files=row["changedFiles"],
        draft=row["isDraft"],
        open=row["state"] == "OPEN",
        fork=row["isCrossRepository"],
        labels=tuple(label["name"] for label in (row["labels"] or {"nodes": []})["nodes"]),
    )


def _files(row: dict[str, Any], base_files: Sequence[str]) -> dict[str, str]:
    target = (row.get("baseRef") or {}).get("target") or {}
    found: dict[str, str] = {}
    for index, path in enumerate(base_files):
        blob = (target.get(f"f{index}") or {}).get("object") or {}
        if blob.get("text") is not None and not blob.get("isBinary") and not blob.get("isTruncated"):
            found[path] = blob["text"]
    return found
