"""The open pull requests with a certain head.

`GET /commits/{sha}/pulls` does not know the commits of forks (reported of live repositories in 2026), and whoever asks
here has an event that names no pull request, which are forks' events. So the open ones are looked through.
"""

from kireji.adapters.github.http.client import RepoClient

PAGES = 10  # of 100 pull requests, those that changed last first: a push makes its pull request one of them
_QUERY = """
query Heads($owner: String!, $name: String!, $after: String) {
  repository(owner: $owner, name: $name) {
    databaseId nameWithOwner
    pullRequests(first: 100, after: $after, states: [OPEN], orderBy: {field: UPDATED_AT, direction: DESC}) {
      pageInfo { hasNextPage endCursor }
      nodes { number headRefOid }
    }
  }
}
"""


async def pulls_of(client: RepoClient, head_sha: str) -> tuple[int, ...]:
    """Their numbers, oldest first; those on the first page that has any."""
    owner, _, name = client.ref.repo.partition("/")
    after: str | None = None

    for _ in range(PAGES):
        data = await client.query(_QUERY, {"owner": owner, "name": name, "after": after})
        page = data["repository"]["pullRequests"]
        found = sorted(node["number"] for node in page["nodes"] if node["headRefOid"] == head_sha)
        if found or not page["pageInfo"]["hasNextPage"]:
            return tuple(found)
        after = page["pageInfo"]["endCursor"]

    return ()
