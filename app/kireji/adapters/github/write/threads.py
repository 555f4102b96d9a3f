"""A thread of ours that is over: why, said once, and resolved, or minimised where the App may not resolve."""

from dataclasses import dataclass

from github import GithubException

from kireji.adapters.github.http import failures
from kireji.adapters.github.http.client import RepoClient
from kireji.adapters.github.http.denials import denied
from kireji.adapters.github.write import talk
from kireji.core.pulls.denial import Denial
from kireji.core.pulls.thread import Thread

_LOOK = """
query Closing($thread: ID!) {
  node(id: $thread) { ... on PullRequestReviewThread {
    isResolved
    repository { databaseId nameWithOwner }
    comments(last: 100) { nodes { body url viewerDidAuthor } }
  } }
}
"""
_RESOLVE = "mutation Resolve($id: ID!) { resolveReviewThread(input: {threadId: $id}) { thread { isResolved } } }"
_MINIMISE = """
mutation Minimise($id: ID!) {
  minimizeComment(input: {subjectId: $id, classifier: RESOLVED}) { minimizedComment { isMinimized } }
}
"""


@dataclass(frozen=True, slots=True)
class _Now:
    """The thread as it is now."""

    resolved: bool
    said: str | None  # the address of our last word in it, None if it is not there yet


async def resolve(client: RepoClient, thread: Thread, why: str, marker: str) -> bool | Denial:
    """Say why in the thread, once, and resolve it, as `Forge.resolve_thread` has it. True for a thread that is gone, too.

    Whatever was done before a crash is not done again.

    A thread that can be resolved is, also where nothing can be said in it.
    """
    words = talk.Words(why, marker, str(thread.first.id))
    now = await _look(client, thread, words)
    if now.resolved:
        return True

    said: str | Denial | None = now.said
    if said is None:
        path = f"/pulls/{client.ref.number}/comments/{thread.first.id}/replies"

        async def look() -> str | None:
            return (await _look(client, thread, words)).said

        said = await talk.say(client, path, words, look)

    if await _resolve(client, thread):
        return True
    return said if isinstance(said, Denial) else await _minimise(client, thread)


async def _look(client: RepoClient, thread: Thread, words: talk.Words) -> _Now:
    try:
        node = (await client.query(_LOOK, {"thread": thread.node}))["node"]
    except GithubException as error:
        if not failures.gone(error):
            raise
        return _Now(resolved=True, said=None)
    client.same(node["repository"]["databaseId"], node["repository"]["nameWithOwner"])
    return _Now(node["isResolved"], words.address(node["comments"]["nodes"], await client.marks()))


async def _resolve(client: RepoClient, thread: Thread) -> bool:
    """GitHub wants `contents: write` for it, which not every App is given."""
    try:
        await client.change(_RESOLVE, {"id": thread.node})
    except GithubException as error:
        if denied(error) is None:
            raise
        return False
    return True


async def _minimise(client: RepoClient, thread: Thread) -> bool:
    """Fold our comment. Where not even that is allowed the answer has said it."""
    try:
        await client.change(_MINIMISE, {"id": thread.first.node})
    except GithubException as error:
        if denied(error) is None:
            raise
    return False
