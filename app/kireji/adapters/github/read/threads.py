"""Our own threads on a pull request, as one connection of a GraphQL query and its further pages.

Ours is what bears our mark with its proof, or stands in a review that a database has noted: others may have our account.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from kireji.adapters.github.http.client import RepoClient
from kireji.adapters.github.http.marks import FindingMark, Marks
from kireji.adapters.github.read.actors import ACTOR, is_bot, login
from kireji.core.diff.unified import Side
from kireji.core.pulls.thread import Thread, ThreadComment

LATEST = 30
"""Comments of a thread beside its first; what was said between is not seen, and an answer of ours not counted."""
PAGES = 5  # of 100 threads each, everybody's counted; what comes after them is not seen

_SHOWN = {Side.LEFT: frozenset("- "), Side.RIGHT: frozenset("+ ")}  # the marks of the lines that a side shows

_COMMENT = f"id fullDatabaseId body viewerDidAuthor author {ACTOR}"

# To be put into a query on a pull request; `$after` is its variable. `opening` alone has what would be the same in all.
THREADS = f"""
reviewThreads(first: 100, after: $after) {{
  pageInfo {{ hasNextPage endCursor }}
  nodes {{
    id path isResolved isOutdated diffSide line originalLine originalStartLine
    opening: comments(first: 1) {{ nodes {{ diffHunk state isMinimized pullRequestReview {{ fullDatabaseId }} {_COMMENT} }} }}
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
    if not nodes:
        return ()

    marks = await client.marks()
    ours = await _ours(client, nodes, marks)
    return tuple(_thread(thread, marks) for thread in ours)


async def _page(client: RepoClient, after: str | None) -> dict[str, Any]:
    owner, _, name = client.ref.repo.partition("/")
    variables = {"owner": owner, "name": name, "number": client.ref.number, "after": after}
    row = (await client.query(_QUERY, variables))["repository"]["pullRequest"]
    return row["reviewThreads"]


@dataclass(frozen=True, slots=True)
class _Own:
    """A thread of our account's."""

    node: dict[str, Any]  # as GitHub tells of it
    mark: FindingMark
    noted: bool = False  # whether a database knows of it, so that old marks count

    @property
    def opening(self) -> dict[str, Any]:
        """The first comment, as GitHub tells of it."""
        return self.node["opening"]["nodes"][0]

    @property
    def id(self) -> int:
        """The first comment's, by which people answer in the thread."""
        return int(self.opening["fullDatabaseId"])

    @property
    def finding(self) -> tuple[str, str]:
        """What its mark says: the finding's fingerprint, and our review that reported it."""
        return self.mark.fingerprint, self.mark.review

    @property
    def review(self) -> int:
        """Of which of GitHub's reviews its first comment is a part."""
        return int((self.opening.get("pullRequestReview") or {}).get("fullDatabaseId") or 0)

    @property
    def proven(self) -> bool:
        """Whether it is certainly ours, by its mark or by a database."""
        return self.mark.signed or self.noted

    @property
    def over(self) -> bool:
        """Whether it is resolved, or folded, which is as good."""
        return self.node["isResolved"] or self.opening["isMinimized"]


async def _ours(client: RepoClient, nodes: Sequence[dict[str, Any]], marks: Marks) -> list[_Own]:
    """Those that we began, oldest first.

    The same mark in a later review is a copy, which somebody must have made. Where our key does not last, unproven ones
    count as long as they are open: told twice would be no use to anybody. A resolved one keeps a finding from being told,
    so it must be proven.
    """
    marked = [found for node in nodes if (found := _marked(node, marks)) is not None]
    noted = await _noted(client, marked)
    threads = [replace(thread, noted=thread.review in noted) for thread in marked]
    believed = [thread for thread in threads if thread.proven or (not marks.signer.lasting and not thread.over)]

    first = dict[tuple[str, str], int]()
    for thread in sorted(believed, key=lambda thread: thread.id):
        first.setdefault(thread.finding, thread.review)
    return [thread for thread in believed if first[thread.finding] == thread.review]


def _marked(node: dict[str, Any], marks: Marks) -> _Own | None:
    """A thread that our account began with a mark, and that is out.

    Comments of a pending review are debris that nobody else has seen.
    """
    opening = node["opening"]["nodes"]
    if not opening or not opening[0]["viewerDidAuthor"] or opening[0]["state"] == "PENDING":
        return None
    mark = marks.read_finding(node["path"], opening[0]["body"])
    return None if mark is None else _Own(node, mark)


async def _noted(client: RepoClient, marked: Sequence[_Own]) -> frozenset[int]:
    """The reviews that a database knows of, which is asked only where something is not proven."""
    if all(thread.mark.signed for thread in marked):
        return frozenset()
    return (await client.ours.noted(client.ref)).reviews


def _thread(own: _Own, marks: Marks) -> Thread:
    node = own.node
    opening = own.opening
    latest = [row for row in node["comments"]["nodes"] if row["id"] != opening["id"]]
    answers = tuple(_comment(row, ours=_says(row, own, marks)) for row in latest)
    comments = (_comment(opening, ours=True), *answers)

    side = Side(node["diffSide"])
    last = node["originalLine"]
    return Thread(
        node=node["id"],
        path=node["path"],
        side=side,
        line=node["line"],
        original_line=last or 0,
        outdated=node["isOutdated"],
        resolved=own.over,
        quoted=_quoted(opening["diffHunk"], side, _line_count(node["originalStartLine"], last)),
        fingerprint=own.mark.fingerprint,
        comments=comments,
        review=own.mark.review,
    )


def _line_count(start: int | None, last: int | None) -> int:
    """How many lines the thread was begun on; none where GitHub names no line."""
    if last is None:
        return 0
    return 1 if start is None else max(last - start + 1, 1)


def _says(row: dict[str, Any], own: _Own, marks: Marks) -> bool:
    """Whether an answer in it is ours. In a thread from before marks were signed our account's word is."""
    if not row["viewerDidAuthor"]:
        return False
    old = own.noted and not own.mark.signed
    return old or marks.is_statement(str(own.id), row["body"])


def _comment(row: dict[str, Any], *, ours: bool) -> ThreadComment:
    return ThreadComment(
        id=int(row["fullDatabaseId"]),
        node=row["id"],
        author=login(row["author"]),
        bot=is_bot(row["author"]),
        ours=ours,
        body=row["body"],
    )


def _quoted(hunk: str, side: Side, count: int) -> tuple[str, ...]:
    """GitHub's hunk ends at the commented line. Only "\\n" ends a line of it."""
    lines = [line[1:] for line in hunk.split("\n")[1:] if line[:1] in _SHOWN[side]]
    return tuple(lines[max(len(lines) - count, 0) :])
