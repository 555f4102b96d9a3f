"""The pull request, the files that steer its review, and our threads on it: one GraphQL request.

The organisation's file is read with it, from the owner's `.github` repository. A token for one repository reads the
public ones too (as an Action's GITHUB_TOKEN does), and `.github` is public wherever GitHub's own defaults are to come
from it. A private one is not seen: asking for a token that reaches it would cost every review a request.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from kireji.adapters.github.http.client import RepoClient
from kireji.adapters.github.read.actors import ACTOR, is_bot, login
from kireji.adapters.github.read.threads import THREADS, read_threads
from kireji.core.pulls.pull import Issue, OpenedPull, PullRequest
from kireji.core.wording import denial_words
from kireji.errors import UserError

_FILE = "f{index}: file(path: $p{index}) {{ object {{ ... on Blob {{ text isBinary isTruncated }} }} }}"
_QUERY = """
query Pull($owner: String!, $name: String!, $number: Int!, $after: String{variables}) {{
  repository(owner: $owner, name: $name) {{
    databaseId nameWithOwner
    pullRequest(number: $number) {{
      title body isDraft state changedFiles isCrossRepository
      author {actor}
      headRefOid baseRefOid headRefName baseRefName
      labels(first: 50) {{ nodes {{ name }} }}
      closingIssuesReferences(first: 3) {{ nodes {{ number title body }} }}
      {threads}
      {base}
    }}
  }}
  organisation: repository(owner: $owner, name: ".github") {{
    object(expression: "HEAD:kireji.yml") {{ ... on Blob {{ text isBinary isTruncated }} }}
    second: object(expression: "HEAD:kireji.yaml") {{ ... on Blob {{ text isBinary isTruncated }} }}
  }}
}}
"""


async def read_pull(client: RepoClient, base_files: Sequence[str]) -> OpenedPull:
    """Read all at once. Files that are absent, binary or too large for GraphQL are left out.

    A base branch that was deleted has no files. More than 100 threads take more requests.
    """
    owner, _, name = client.ref.repo.partition("/")
    variables: dict[str, str | int | None] = {"owner": owner, "name": name, "number": client.ref.number}
    variables |= {f"p{index}": path for index, path in enumerate(base_files)}
    data = await client.query(_query(len(base_files)), variables, optional=("organisation", "closingIssuesReferences"))

    row = (data.get("repository") or {}).get("pullRequest")
    if row is None:
        raise missing(client)

    unreadable = frozenset(path for path, blob in _blobs(row, base_files) if blob is not None and _text(blob) is None)
    return OpenedPull(
        _pull(client, row),
        _files(row, base_files),
        _organisation(data.get("organisation") or {}),
        await read_threads(client, row["reviewThreads"]),
        unreadable,
    )


def missing(client: RepoClient) -> UserError:
    """What to say of a pull request that GitHub does not show."""
    return UserError(
        f"GitHub shows Kireji no pull request {client.ref.repo}#{client.ref.number}.",
        denial_words.unseen(client.home.runtime),
    )


def _query(files: int) -> str:
    variables = "".join(f", $p{index}: String!" for index in range(files))
    aliases = " ".join(_FILE.format(index=index) for index in range(files))
    base = f"baseRef {{ target {{ ... on Commit {{ {aliases} }} }} }}" if files else ""
    return _QUERY.format(variables=variables, base=base, actor=ACTOR, threads=THREADS)


def _pull(client: RepoClient, row: dict[str, Any]) -> PullRequest:
    labels = (row["labels"] or {"nodes": []})["nodes"]
    issues = (row.get("closingIssuesReferences") or {}).get("nodes") or ()

    return PullRequest(
        ref=client.ref,
        title=row["title"],
        body=row["body"],
        author=login(row["author"]),
        author_is_bot=is_bot(row["author"]),
        base_sha=row["baseRefOid"],
        head_sha=row["headRefOid"],
        base_ref=row["baseRefName"],
        head_ref=row["headRefName"],
        changed_files=row["changedFiles"],
        draft=row["isDraft"],
        open=row["state"] == "OPEN",
        fork=row["isCrossRepository"],
        labels=tuple(label["name"] for label in labels),
        issues=tuple(Issue(issue["number"], issue["title"], issue["body"]) for issue in issues if issue),
    )


def _blobs(row: dict[str, Any], base_files: Sequence[str]) -> Iterator[tuple[str, dict[str, Any] | None]]:
    """Each path with what is there, None for nothing."""
    target = (row.get("baseRef") or {}).get("target") or {}
    for index, path in enumerate(base_files):
        yield path, (target.get(f"f{index}") or {}).get("object")


def _files(row: dict[str, Any], base_files: Sequence[str]) -> dict[str, str]:
    texts = ((path, _text(blob)) for path, blob in _blobs(row, base_files))
    return {path: text for path, text in texts if text is not None}


def _organisation(row: dict[str, Any]) -> str:
    """Of both endings the one that the repository's own file has too."""
    first = row.get("object")
    return _text(row.get("second") if first is None else first) or ""


def _text(blob: dict[str, Any] | None) -> str | None:
    """A blob's text if all of it is there; a symlink or a folder of that name has none."""
    if blob is None or blob.get("isBinary") or blob.get("isTruncated"):
        return None
    return blob.get("text")
