"""Stories: the real App between a loopback GitHub and a loopback Claude. `deliver`, then see what was posted."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from app.entry.web import create_app
from app.entry.worker import Worker
from app.sandbox.claude import ClaudeSandbox
from app.sandbox.github import AppIdentity, GitHubSandbox
from app.sandbox.serve import LoopbackServer
from app.settings import load
from app.wiring import build_world

PATIENCE = 30.0


@dataclass
class Town:
    """Everybody in a story: GitHub, Claude, and the App that stands between them."""

    github: GitHubSandbox
    claude: ClaudeSandbox
    identity: AppIdentity
    url: str

    def send(self, event: str, **details: Any) -> requests.Response:
        """Sign and send a webhook; the App's answer."""
        headers, body = self.github.webhook(event, **details)
        return requests.post(f"{self.url}/webhook", data=body, headers=headers, timeout=10)

    def deliver(self, event: str = "pull_request", **details: Any) -> None:
        """Send a webhook that the App must accept."""
        answer = self.send(event, **details)
        assert answer.status_code == 202, answer.text

    def open(self, repo: Any, number: int) -> dict[str, Any]:
        """Deliver `pull_request.opened` and wait for the completed check run."""
        self.deliver(action="opened", repo=repo, number=number)
        return self.check(repo, number)

    def check(self, repo: Any, number: int) -> dict[str, Any]:
        """The completed check run of the pull request's head."""
        head = repo.pull(number).head_sha
        return eventually(lambda: next((run for run in repo.check_runs(head) if run["status"] == "completed"), None))


def eventually(look: Callable[[], Any]) -> Any:
    """Look until there is something to see."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if seen := look():
            return seen
        time.sleep(0.02)
    raise AssertionError("it never happened")


@pytest.fixture
def town(request: pytest.FixtureRequest) -> Iterator[Town]:
    """A fresh GitHub, Claude and App. `@pytest.mark.settings(NAME=value)` changes the App's settings."""
    mark = request.node.get_closest_marker("settings")
    with GitHubSandbox() as github, ClaudeSandbox() as claude:
        identity = github.install_app(app_id=4711)
        settings = load(
            {
                "KIREJI_APP_ID": str(identity.app_id),
                "KIREJI_PRIVATE_KEY": identity.private_key_pem,
                "KIREJI_WEBHOOK_SECRET": identity.webhook_secret,
                "KIREJI_GITHUB_API_URL": github.url,
                "ANTHROPIC_API_KEY": "sk-ant-sandbox",
                "ANTHROPIC_BASE_URL": claude.url,
                **(mark.kwargs if mark else {}),
            }
        )
        worker = Worker(lambda: build_world(settings))
        app = create_app(
            worker, secret=settings.webhook_secret.reveal().encode(), max_body_bytes=settings.max_body_bytes
        )
        with LoopbackServer(app.wsgi_app) as server:
            yield Town(github, claude, identity, server.url)
