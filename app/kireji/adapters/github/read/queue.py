"""What waits in a branch's merge queue."""

from typing import Any

from kireji.adapters.github.http.client import RepoClient
from kireji.core.operations.merge_queue import QueueEntry

PAGES = 10  # of 100 entries
_QUERY = """
query Queue($owner: String!, $name: String!, $branch: String!, $after: String) {
  repository(owner: $owner, name: $name) {
    mergeQueue(branch: $branch) {
      entries(first: 100, after: $after) {
        pageInfo { hasNextPage endCursor }
        nodes { baseCommit { oid } headCommit { oid } pullRequest { number headRefOid } }
      }
    }
  }
}
"""


async def queued(client: RepoClient, branch: str) -> tuple[QueueEntry, ...]:
    """What waits in a branch's merge queue; an entry for which no commit was made yet is left out."""
    owner, _, name = client.ref.repo.partition("/")
    found = list[QueueEntry]()
    after: str | None = None

    for _ in range(PAGES):
        variables = {"owner": owner, "name": name, "branch": branch, "after": after}
        data = await client.query(_QUERY, variables, optional=("mergeQueue",))
        entries = ((data.get("repository") or {}).get("mergeQueue") or {}).get("entries")
        if entries is None:
            return ()

        found += [_entry(node) for node in entries["nodes"] or () if _is_made(node)]
        if not entries["pageInfo"]["hasNextPage"]:
            break
        after = entries["pageInfo"]["endCursor"]

    return tuple(found)


def _is_made(node: dict[str, Any] | None) -> bool:
    return node is not None and all(node.get(part) for part in ("baseCommit", "headCommit", "pullRequest"))


def _entry(node: dict[str, Any]) -> QueueEntry:
    pull = node["pullRequest"]
    return QueueEntry(pull["number"], pull["headRefOid"], node["baseCommit"]["oid"], node["headCommit"]["oid"])
