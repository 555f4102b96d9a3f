"""What we say in comments, each thing once: a hidden marker tells what is there already, and only our own counts.

GitHub names no way to find a comment by its text, so the newest ones are read, all in one GraphQL request.
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Any

from github import GithubException
from requests import RequestException

from kireji.adapters.github.http import failures
from kireji.adapters.github.http.client import RepoClient
from kireji.adapters.github.http.denials import denial
from kireji.adapters.github.http.marks import CONVERSATION, Marks
from kireji.adapters.github.http.text import MAX_TEXT, fitting
from kireji.core.pulls.denial import Denial
from kireji.core.pulls.people import CommentPlace, CommentRef
from kireji.errors import TransientError

TRIES = 3  # of one POST whose answer was lost
PAUSE = 1.0  # seconds before looking whether a lost comment arrived
NEEDS = "pull requests: write"  # for what is said anywhere on a pull request
PAGES = 10  # of 100 comments, in which the kept comment is looked for

_COMMENT = "{ fullDatabaseId body url viewerDidAuthor }"
# An answer in a thread is a review of its own (seen in `pull_request_review_id`), and reviews come in order of time,
# which the comments of all threads together do not.
_ANSWERS = f"""
query Answers($owner: String!, $name: String!, $number: Int!) {{
  repository(owner: $owner, name: $name) {{ databaseId nameWithOwner pullRequest(number: $number) {{
    reviews(last: 100) {{ nodes {{ comments(first: 1) {{ nodes {_COMMENT} }} }} }}
  }} }}
}}
"""
_NEWEST = f"""
query Newest($owner: String!, $name: String!, $number: Int!) {{
  repository(owner: $owner, name: $name) {{ databaseId nameWithOwner pullRequest(number: $number) {{
    comments(last: 100) {{ nodes {_COMMENT} }}
  }} }}
}}
"""
_CONVERSATION = f"""
query Conversation($owner: String!, $name: String!, $number: Int!, $after: String) {{
  repository(owner: $owner, name: $name) {{ databaseId nameWithOwner pullRequest(number: $number) {{
    comments(first: 100, after: $after) {{ pageInfo {{ hasNextPage endCursor }} nodes {_COMMENT} }}
  }} }}
}}
"""

Row = dict[str, Any]
Look = Callable[[], Awaitable[str | None]]


@dataclass(frozen=True, slots=True)
class Words:
    """What is to be said once."""

    body: str
    marker: str
    place: str = CONVERSATION  # the conversation, or the thread with this id

    def written(self, marks: Marks) -> str:
        """The text as it is sent: cut if it is too long, and the mark below it."""
        hidden = "\n\n" + marks.mark_statement(self.place, self.marker)
        return fitting(self.body, MAX_TEXT - len(hidden.encode())) + hidden

    def are(self, row: Row, marks: Marks) -> bool:
        """Whether this comment is ours and has the mark."""
        return row["viewerDidAuthor"] and marks.is_statement(self.place, row["body"], self.marker)

    def may_be(self, row: Row, marks: Marks) -> bool:
        """The same, or the mark as it was before marks were signed."""
        return self.are(row, marks) or (
            row["viewerDidAuthor"] and marks.is_unsigned_statement(row["body"], self.marker)
        )

    def address(self, rows: Iterable[Row], marks: Marks) -> str | None:
        """Where among these comments it is said."""
        return next((row["url"] for row in rows if self.are(row, marks)), None)


async def reply(client: RepoClient, to: CommentRef, body: str, marker: str) -> str | Denial:
    """Answer, unless the answer is among the newest hundred already. Its address."""
    number = client.ref.number
    if to.place is CommentPlace.THREAD:
        thread = to.thread or to.id
        words = Words(body, marker, str(thread))
        path = f"/pulls/{number}/comments/{thread}/replies"
        look = partial(_find_in_threads, client, words)
    else:
        words = Words(body, marker)
        path = f"/issues/{number}/comments"
        look = partial(_find_in_conversation, client, words)

    return await look() or await say(client, path, words, look)


async def keep(client: RepoClient, body: str, marker: str) -> str | Denial:
    """Edit our one comment in the conversation, or write it; its address, or why it cannot be."""
    words = Words(body, marker)

    async def edited() -> str | None:
        kept = await _find_kept(client, words)
        return None if kept is None else await _edit(client, kept, words.written(await client.marks()))

    try:
        address = await edited()
    except GithubException as error:
        if (refused := denial(error, client.home, NEEDS)) is None:
            raise
        return refused

    return address or await say(client, f"/issues/{client.ref.number}/comments", words, edited)


async def say(client: RepoClient, path: str, words: Words, look: Look) -> str | Denial:
    """POST a comment that is not there yet; its address, or why GitHub takes none.

    `look` finds it where an answer was lost.
    """
    body = words.written(await client.marks())

    for attempt in range(1, TRIES + 1):
        try:
            return str((await client.post(path, {"body": body}))["html_url"])
        except (GithubException, RequestException, TransientError) as error:
            if (refused := denial(error, client.home, NEEDS)) is not None:
                return refused
            if not failures.lost(error) or attempt == TRIES:
                raise

        await client.clock.sleep(PAUSE * attempt)
        found = await look()
        if found is not None:
            return found

    raise AssertionError("the last try returns or raises")


async def _find_in_threads(client: RepoClient, words: Words) -> str | None:
    reviews = (await _read(client, _ANSWERS, None))["reviews"]["nodes"]
    rows = chain.from_iterable(review["comments"]["nodes"] for review in reviews)
    return words.address(rows, await client.marks())


async def _find_in_conversation(client: RepoClient, words: Words) -> str | None:
    rows = (await _read(client, _NEWEST, None))["comments"]["nodes"]
    return words.address(rows, await client.marks())


async def _find_kept(client: RepoClient, words: Words) -> Row | None:
    """The first of our comments with this marker: it is written early, and stays while the conversation grows.

    One from before marks were signed counts, since it will be written over: who wrote it does not matter then.
    """
    after: str | None = None
    for _ in range(PAGES):
        page = (await _read(client, _CONVERSATION, after))["comments"]
        marks = await client.marks()
        found = next((row for row in page["nodes"] if words.may_be(row, marks)), None)
        if found is not None or not page["pageInfo"]["hasNextPage"]:
            return found
        after = page["pageInfo"]["endCursor"]
    return None


async def _edit(client: RepoClient, row: Row, text: str) -> str:
    if _plain(row["body"]) != _plain(text):
        await client.patch(f"/issues/comments/{int(row['fullDatabaseId'])}", {"body": text}, repeatable=True)
    return str(row["url"])


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


async def _read(client: RepoClient, query: str, after: str | None) -> Row:
    owner, _, name = client.ref.repo.partition("/")
    variables = {"owner": owner, "name": name, "number": client.ref.number}
    if after:
        variables["after"] = after

    data = await client.query(query, variables)
    return data["repository"]["pullRequest"]
