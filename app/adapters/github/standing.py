"""What already stands on the pull request: its head, and our own reviews. One GraphQL request."""

import re
from dataclasses import dataclass

from app.adapters.github.client import RepoClient
from app.adapters.github.pull import missing

# Hidden in a review's body: the draft's marker, and which batch of comments this is, as "2" or, of a batch that GitHub
# refused and that was split, "2.1"; after the slash, how many batches there are.
MARKER = "<!-- kireji:review {marker} {batch}/{total} -->"
_MARKERS = re.compile(r"<!-- kireji:review (?P<marker>\S+) (?P<batch>[0-9.]+)/[0-9]+ -->")
_QUERY = """
query Standing($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      state headRefOid
      reviews(last: 100) { nodes { fullDatabaseId state body url viewerDidAuthor } }
    }
  }
}
"""


@dataclass(frozen=True, slots=True)
class OwnReview:
    """A review of ours, submitted or pending. `batches` maps each marker in its body to its batch."""

    id: int
    pending: bool
    url: str
    batches: dict[str, str]


@dataclass(frozen=True, slots=True)
class Standing:
    """The pull request as it is now."""

    head_sha: str
    reviews: tuple[OwnReview, ...]

    def posted(self, marker: str) -> dict[str, str]:
        """Batch -> address of the submitted reviews that carry the marker, oldest first."""
        own = (review for review in self.reviews if not review.pending and marker in review.batches)
        return {review.batches[marker]: review.url for review in own}


async def read_standing(client: RepoClient) -> Standing:
    """Read it. Reviews beyond the last hundred are not seen."""
    owner, _, name = client.ref.repo.partition("/")
    data = await client.query(_QUERY, {"owner": owner, "name": name, "number": client.ref.number})
    row = (data.get("repository") or {}).get("pullRequest")
    if row is None:
        raise missing(client)
    nodes = (row["reviews"] or {"nodes": []})["nodes"]
    own = tuple(
        OwnReview(
            id=int(node["fullDatabaseId"]),
            pending=node["state"] == "PENDING",
            url=node["url"],
            batches={found["marker"]: found["batch"] for found in _MARKERS.finditer(node["body"])},
        )
        for node in nodes
        if node["viewerDidAuthor"]
    )
    return Standing(row["headRefOid"], own)
