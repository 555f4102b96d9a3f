"""Everybody in a story, and how a story is told: deliver, then see what was posted."""

import asyncio
import re
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, TypeVar

import requests
from typing_extensions import override

from kireji.adapters.clock import SystemClock
from tests.sandbox.claude import Call, ClaudeSandbox
from tests.sandbox.github import AppIdentity, GitHubSandbox, Repository, new_private_key
from tests.stories.worker import Worker

T = TypeVar("T")

PATIENCE = 50.0  # under the timeout of a test; on a busy machine the first story waits for imports
Place = tuple[str, int]  # path and line of a comment


class HastyClock(SystemClock):
    """The machine's clock, but a sleep ends at once and moves the time on. `waits` lists the sleeps, in seconds.

    `meanwhile` is called in each sleep, with its seconds: what happens elsewhere in the time that nobody waits for.
    """

    def __init__(self) -> None:
        self.waits: list[float] = []
        self.meanwhile: Callable[[float], None] = lambda _: None

    @override
    def now(self) -> datetime:
        """The moment, in UTC, as if every sleep had been slept."""
        return super().now() + timedelta(seconds=sum(self.waits))

    @override
    def monotonic(self) -> float:
        """Seconds since some fixed point, those slept included."""
        return super().monotonic() + sum(self.waits)

    @override
    async def sleep(self, seconds: float) -> None:
        """Let the other tasks run, as a real sleep would."""
        self.waits.append(seconds)
        self.meanwhile(seconds)
        await asyncio.sleep(0)


@dataclass
class Town:
    """GitHub, Claude, and the App that stands between them. `clock` is the App's."""

    github: GitHubSandbox
    claude: ClaudeSandbox
    identity: AppIdentity
    url: str
    worker: Worker
    clock: HastyClock

    # -- what is said to the App

    def post(self, headers: dict[str, str], body: bytes) -> requests.Response:
        """Send a webhook as it is; the App's answer."""
        return requests.post(f"{self.url}/webhook", data=body, headers=headers, timeout=10)

    def send(self, event: str, **details: Any) -> requests.Response:
        """Sign and send a webhook; the App's answer."""
        return self.post(*self.github.webhook(event, **details))

    def deliver(self, event: str = "pull_request", **details: Any) -> None:
        """Send a webhook that the App must accept."""
        answer = self.send(event, **details)
        assert answer.status_code == 202, answer.text

    def open(self, repo: Repository, number: int, action: str = "opened") -> dict[str, Any]:
        """Deliver `pull_request.opened`, wait until all is done, and give the completed check run."""
        self.deliver(action=action, repo=repo, number=number)
        return self.check(repo, number)

    def push(self, repo: Repository, number: int, files: Mapping[str, str]) -> dict[str, Any]:
        """Push to a pull request, deliver that, and give the new head's completed check run."""
        repo.push(number, files)
        self.deliver(action="synchronize", repo=repo, number=number)
        return self.check(repo, number)

    def say(self, repo: Repository, number: int, text: str, by: str = "maria") -> int:
        """Somebody writes in the conversation; the App hears it and does what it does. The comment's id."""
        comment = repo.comment(number, text, by=by)
        self.deliver("issue_comment", action="created", repo=repo, number=number, comment_id=comment.id, sender=by)
        self.settle()
        return comment.id

    def reply(self, repo: Repository, number: int, thread: int, text: str, by: str = "maria") -> int:
        """Somebody writes in the thread of a review comment; the new comment's id."""
        comment = repo.reply(number, thread, text, by=by)
        self.deliver(
            "pull_request_review_comment",
            action="created",
            repo=repo,
            number=number,
            comment_id=comment.id,
            sender=by,
        )
        self.settle()
        return comment.id

    def submit(self, repo: Repository, number: int, text: str, by: str = "maria", **lines: Any) -> int:
        """Somebody submits a review with a text of its own, and `comments` at lines perhaps; the review's id."""
        review = repo.add_review(number, by=by, body=text, **lines)
        self.deliver(
            "pull_request_review", action="submitted", repo=repo, number=number, review_id=review.id, sender=by
        )
        for line in (one for one in repo.pull(number).review_comments if one.review_id == review.id):
            self.settle()
            self.deliver(
                "pull_request_review_comment", action="created", repo=repo, number=number, comment_id=line.id, sender=by
            )
        self.settle()
        return review.id

    def press(self, repo: Repository, number: int, button: str | None, by: str = "maria") -> None:
        """Somebody presses one of our buttons (its identifier), or Re-run, at the newest check run of the head."""
        run = repo.check_runs(repo.pull(number).head_sha)[-1]
        action = "rerequested" if button is None else "requested_action"
        self.deliver(
            "check_run", action=action, repo=repo, check_run_id=run["id"], button=button, sender=by, number=number
        )
        self.settle()

    def settle(self) -> None:
        """Wait until everything that the deliveries so far have started is over."""
        self.worker.settle(PATIENCE)

    # -- what came of it

    def check(self, repo: Repository, number: int, head: str | None = None) -> dict[str, Any]:
        """The one check run of the pull request's head, or of an earlier `head`, completed."""
        self.settle()
        runs = repo.check_runs(head or repo.pull(number).head_sha)
        assert [run["status"] for run in runs] == ["completed"]
        return runs[0]

    def checks(self, repo: Repository, number: int) -> list[dict[str, Any]]:
        """All check runs of the pull request's head, oldest first, completed."""
        self.settle()
        runs = sorted(repo.check_runs(repo.pull(number).head_sha), key=lambda run: run["id"])
        assert {run["status"] for run in runs} <= {"completed"}
        return runs

    def readings(self) -> list[Call]:
        """The calls to Claude that read a chunk, oldest first; those that verify findings or talk are others."""
        return [call for call in self.claude.calls if "findings" in asked_for(call.request)]

    def answers(self, repo: Repository, number: int) -> list[str]:
        """What the App wrote in the conversation, without hidden marks."""
        own = (one for one in repo.issue_comments(number) if one["user"]["type"] == "Bot")
        return [re.sub(r"\s*<!--.*?-->\s*", "", one["body"], flags=re.DOTALL) for one in own]

    def placed(self, repo: Repository, number: int) -> list[Place]:
        """Path and line of each review comment, sorted."""
        return sorted((comment["path"], comment["line"]) for comment in repo.review_comments(number))


def asked_for(request: Mapping[str, Any]) -> Collection[str]:
    """What a request to Claude wants in the answer."""
    return request["output_config"]["format"]["schema"]["properties"]


def eventually(look: Callable[[], T]) -> T:
    """Look until there is something to see."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if seen := look():
            return seen
        time.sleep(0.01)
    raise AssertionError("it never happened")


def unread(check: dict[str, Any]) -> dict[str, str]:
    """What the check run says was not read: path -> how much and why."""
    return dict(re.findall(r"^- `(.+)`: (.*not read: .*)$", check["output"]["summary"], re.MULTILINE))


@cache
def private_key() -> str:
    """One RSA key for all stories of a process: making one takes a tenth of a second."""
    return new_private_key()
