"""Our own threads on a pull request, as one connection of a GraphQL query and its further pages."""

import re
from typing import Any

from app.adapters.github.actors import ACTOR, is_bot, login
from app.adapters.github.client import RepoClient
from app.core.diff import Side
from app.core.thread import Thread, ThreadComment

LATEST = (
    30  # comments of a thread beside its first; what was said between is not seen, and an answer of ours not counted
)
PAGES = 5  # of 100 threads each, everybody's counted; what comes after them is not seen

# Hidden at the end of our comments: what is written above it quotes a model, so the last one counts.
_FINDING = re.compile(r"<!-- kireji:finding (?P<fingerprint>\S+)(?: (?P<review>\S+))? -->")
_SHOWN = {Side.LEFT: frozenset("- "), Side.RIGHT: frozenset("+ ")}  # the marks of the lines that a side shows

_COMMENT = f"id fullDatabaseId body viewerDidAuthor author {ACTOR}"

# To be put into a query on a pull request; `$after` is its variable. `opening` alone has what would be the same in all.
THREADS = f"""
reviewThreads(first: 100, after: $after) {{
  pageInfo {{ hasNextPage endCursor }}
  nodes {{
    id path isResolved isOutdated diffSide line originalLine originalStartLine
    opening: comments(first: 1) {{ nodes {{ diffHunk state isMinimized {_COMMENT} }} }}
    comments(last: {LATEST}) {{ nodes {{ {_COMMENT} }} }}
  }}
}}
"""
_QUERY = f"""
query Threads($owner: String!, $name: String!, $number: Int!, $after: String) {{
  repository(owner: $owner, name: $name) {{ databaseId nameWithOwner pullRequest(number: $number) {{ {THREADS} }} }}
}}
"""


async def read_threads(client: RepoClient, first: dict[str, Any] | None = None) -> tuple[Thread, ...]:
    """All pages, the `first` of which may be there already. Raises LookupError where there is no pull request."""
    page = first or await _page(client, None)
    nodes = list(page["nodes"])
    for _ in range(PAGES - 1):
        if not page["pageInfo"]["hasNextPage"]:
            break
        page = await _page(client, page["pageInfo"]["endCursor"])
        nodes += page["nodes"]
    return tuple(_thread(node) for node in nodes if _is_ours(node))


async def _page(client: RepoClient, after: str | None) -> dict[str, Any]:
    owner, _, name = client.ref.repo.partition("/")
    variables = {"owner": owner, "name": name, "number": client.ref.number, "after": after}
    row = (await client.query(_QUERY, variables))["repository"]["pullRequest"]
    return row["reviewThreads"]


def _is_ours(node: dict[str, Any]) -> bool:
    """Whether we began it, and it is out: comments of a pending review are debris that nobody else has seen."""
    opening = node["opening"]["nodes"]
    return bool(opening) and opening[0]["viewerDidAuthor"] and opening[0]["state"] != "PENDING"


def _thread(node: dict[str, Any]) -> Thread:
    opening = node["opening"]["nodes"][0]
    latest = [row for row in node["comments"]["nodes"] if row["id"] != opening["id"]]
    comments = tuple(_comment(row) for row in (opening, *latest))
    side, last, start = Side(node["diffSide"]), node["originalLine"], node["originalStartLine"]
    count = 0 if last is None else 1 if start is None else max(last - start + 1, 1)
    marks = [*_FINDING.finditer(comments[0].body)]
    return Thread(
        node=node["id"],
        path=node["path"],
        side=side,
        line=node["line"],
        original_line=last or 0,
        outdated=node["isOutdated"],
        resolved=node["isResolved"] or opening["isMinimized"],
        quoted=_quoted(opening["diffHunk"], side, count),
        fingerprint=marks[-1]["fingerprint"] if marks else "",
        comments=comments,
        review=(marks[-1]["review"] or "") if marks else "",
    )


def _comment(row: dict[str, Any]) -> ThreadComment:
    return ThreadComment(
        id=int(row["fullDatabaseId"]),
        node=row["id"],
        author=login(row["author"]),
        bot=is_bot(row["author"]),
        ours=row["viewerDidAuthor"],
        body=row["body"],
    )


def _quoted(hunk: str, side: Side, count: int) -> tuple[str, ...]:
    """GitHub's hunk ends at the commented line. Only "\\n" ends a line of it."""
    lines = [line[1:] for line in hunk.split("\n")[1:] if line[:1] in _SHOWN[side]]
    return tuple(lines[max(len(lines) - count, 0) :])
