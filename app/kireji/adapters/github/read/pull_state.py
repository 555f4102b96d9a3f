"""What already stands on the pull request: its head, and our own reviews. One GraphQL request."""

import hashlib
from dataclasses import dataclass
from typing import Any

from kireji.adapters.github.http.client import RepoClient
from kireji.adapters.github.http.marks import Marks
from kireji.adapters.github.read.pull import missing
from kireji.core.pulls.posting import CommentDraft

_QUERY = """
query PullState($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) {
    databaseId nameWithOwner
    pullRequest(number: $number) {
      state headRefOid
      reviews(last: 100) { nodes { fullDatabaseId state body url viewerDidAuthor } }
    }
  }
}
"""


@dataclass(frozen=True, slots=True)
class OwnReview:
    """A review of our account's, submitted or pending."""

    id: int
    pending: bool
    url: str
    keys: dict[str, tuple[str, ...]]  # each marker of ours in its body, with its comments' keys


@dataclass(frozen=True, slots=True)
class PullState:
    """The pull request as it is at this moment: its head, and what our account has on it."""

    head_sha: str
    reviews: tuple[OwnReview, ...]

    def posted(self, marker: str) -> dict[str, str]:
        """Key of a comment -> address of the submitted review that has it, of those under this marker, oldest first."""
        addresses = dict[str, str]()
        for review in self.reviews:
            if not review.pending:
                addresses |= dict.fromkeys(review.keys.get(marker, ()), review.url)
        return addresses


def key_of(comment: CommentDraft) -> str:
    """What tells a comment from the others of its review, in 16 hex digits."""
    place = "\0".join((comment.path, comment.side, f"{comment.start_line} {comment.line}", comment.body))
    return hashlib.sha256((comment.about or place).encode("utf-8", "surrogatepass")).hexdigest()[:16]


async def read_pull_state(client: RepoClient) -> PullState:
    """Read it. Reviews beyond the last hundred are not seen."""
    owner, _, name = client.ref.repo.partition("/")
    data = await client.query(_QUERY, {"owner": owner, "name": name, "number": client.ref.number})
    row = (data.get("repository") or {}).get("pullRequest")
    if row is None:
        raise missing(client)

    marks = await client.marks()
    nodes = (row["reviews"] or {"nodes": []})["nodes"]
    own = tuple(_own_review(node, marks) for node in nodes if node["viewerDidAuthor"])
    return PullState(row["headRefOid"], own)


def _own_review(node: dict[str, Any], marks: Marks) -> OwnReview:
    return OwnReview(
        id=int(node["fullDatabaseId"]),
        pending=node["state"] == "PENDING",
        url=node["url"],
        keys=marks.read_reviews(node["body"]),
    )
