"""A stand-in for GitHub's reviews of one pull request, behind `responses`; and a clock for the loopback GitHub."""

import json
import re
from typing import Any

import requests
from typing_extensions import override

from kireji.adapters.clock import SystemClock
from kireji.adapters.github import GitHubForge
from kireji.adapters.github.http.marks import Marks
from kireji.adapters.github.read.threads import read_threads
from kireji.core.pulls.pull import PullRef
from kireji.core.pulls.thread import Thread
from tests.sandbox.github import Repository

API = "https://api.github.com"
PULL = f"{API}/repos/octo/shop/pulls/5"
HEAD = "a" * 40


def answer(status: int, body: object = "") -> tuple[int, dict[str, str], str]:
    """What a `responses` callback gives back."""
    return status, {}, json.dumps(body)


async def threads_of(forge: GitHubForge, ref: PullRef) -> tuple[Thread, ...]:
    """Our threads alone, without the pull request that they come with."""
    return await read_threads(forge._reach.client(ref))


async def marks_of(forge: GitHubForge, ref: PullRef) -> Marks:
    """The marks that the forge makes, and believes, on a pull request."""
    return await forge._reach.client(ref).marks()


def marks_in(forge: GitHubForge, repo: Repository, number: int = 1) -> Marks:
    """The same, where the loopback GitHub tells the repository's id."""
    return Marks(forge._reach._ours.signer, repo.state.id, number)


class HastyClock(SystemClock):
    """The machine's time, without its waits."""

    @override
    async def sleep(self, seconds: float) -> None:
        """Go on at once."""


class Reviews:
    """GitHub's reviews behind `responses`: all or nothing, refusing the `bad` lines.

    `faults` are answers for the next POSTs: "lost" (stored, yet 502), "dropped" (not stored), "pending" (stored pending,
    502), or (status, errors).
    """

    def __init__(self, api: Any) -> None:
        self.bad: set[int] = set()
        self.faults: list[Any] = []
        self.rows: list[dict[str, Any]] = []
        self.heads = [HEAD]
        self.posts = 0
        api.add_callback("POST", f"{PULL}/reviews", callback=self.create)
        api.add_callback("DELETE", re.compile(rf"{PULL}/reviews/\d+"), callback=self.delete)
        api.add_callback("POST", f"{API}/graphql", callback=self.standing)

    def create(self, request: Any) -> Any:
        """POST reviews."""
        self.posts += 1
        body = json.loads(request.body)
        fault = self.faults.pop(0) if self.faults else None
        if isinstance(fault, tuple):
            return answer(fault[0], {"message": "Unprocessable Entity", "errors": fault[1]})
        if fault == "dropped":
            return requests.ConnectionError("dropped")
        if any(row["state"] == "PENDING" for row in self.rows):
            return answer(422, {"errors": ["User can only have one pending review per pull request"]})
        if self.bad & {comment["line"] for comment in body["comments"]}:
            errors = ["Line could not be resolved"]
            return answer(422, {"message": "Unprocessable Entity", "errors": errors})

        row = self.add(body["body"], "PENDING" if fault == "pending" else "COMMENTED", body["comments"])
        if fault in {"lost", "pending"}:
            return answer(502)

        return answer(200, {"id": row["id"], "html_url": row["url"]})

    def delete(self, request: Any) -> Any:
        """DELETE a pending review."""
        self.rows = [row for row in self.rows if not request.path_url.endswith(f"/{row['id']}")]
        return answer(200)

    def standing(self, _request: Any) -> Any:
        """The GraphQL query: head and reviews."""
        nodes = [
            {
                "fullDatabaseId": str(row["id"]),
                "state": row["state"],
                "body": row["body"],
                "url": row["url"],
                "viewerDidAuthor": row["own"],
            }
            for row in self.rows
        ]
        head = self.heads.pop(0) if len(self.heads) > 1 else self.heads[0]
        pull = {"state": "CLOSED", "headRefOid": head, "reviews": {"nodes": nodes}}
        repository = {"databaseId": 9, "nameWithOwner": "octo/shop", "pullRequest": pull}
        return answer(200, {"data": {"repository": repository}})

    def add(self, body: str, state: str = "COMMENTED", comments: Any = (), *, own: bool = True) -> dict[str, Any]:
        """A review that is there; ids are beyond 32 bits, as GitHub's are."""
        number = 5_000_000_000 + len(self.rows)
        self.rows.append(
            {
                "id": number,
                "url": f"url-{len(self.rows)}",
                "body": body,
                "state": state,
                "comments": comments,
                "own": own,
            }
        )
        return self.rows[-1]

    @property
    def lines(self) -> list[int]:
        """The lines of all posted comments, in order."""
        return [comment["line"] for row in self.rows for comment in row["comments"]]
