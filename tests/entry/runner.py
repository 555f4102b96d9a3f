"""A runner of GitHub Actions, as far as Kireji's step sees it: the event's file, the variables, and what the step leaves."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from kireji.entry.action.__main__ import main
from tests.sandbox.claude import ClaudeSandbox
from tests.sandbox.github import GitHubSandbox, Repository
from tests.sandbox.github.sandbox import PERMISSIONS
from tests.stories.town import private_key


@dataclass(frozen=True)
class Step:
    """What a step has left: its status, its outputs, its summary and its log."""

    status: int
    outputs: dict[str, str]
    summary: str
    log: str


@dataclass
class ActionsRunner:
    """Runs the step in this process. `token` is the workflow's; each run has a number of its own."""

    github: GitHubSandbox
    claude: ClaudeSandbox
    token: str
    folder: Path
    capture: pytest.CaptureFixture[str]
    runs: int = 0
    key: str = field(default="sk-ant-sandbox", repr=False)
    search: str = "off"
    more: dict[str, str] = field(default_factory=dict)  # of the job's environment, and of what action.yml hands on

    def event(self, event: str, **about: Any) -> dict[str, Any]:
        """The payload of an event, as a workflow has it: as the webhook's, without an installation."""
        _, body = self.github.webhook(event, **about)
        payload: dict[str, Any] = json.loads(body)
        payload.pop("installation", None)
        return payload

    def environ(
        self, name: str, payload: dict[str, Any], *, run: int, attempt: int = 1, **inputs: str
    ) -> dict[str, str]:
        """The step's environment; inputs by their names with underscores."""
        folder = self.folder / f"run-{run}-{attempt}"
        folder.mkdir()
        (folder / "event.json").write_text(json.dumps(payload), "utf-8")
        given = {"github_token": self.token, **inputs}
        return {
            "GITHUB_EVENT_NAME": name,
            "GITHUB_EVENT_PATH": str(folder / "event.json"),
            "GITHUB_REPOSITORY": "octo/shop",
            "GITHUB_RUN_ID": str(run),
            "GITHUB_RUN_ATTEMPT": str(attempt),
            "GITHUB_ACTOR": "alice",
            "GITHUB_API_URL": self.github.url,
            "GITHUB_OUTPUT": str(folder / "output"),
            "GITHUB_STEP_SUMMARY": str(folder / "summary.md"),
            "RUNNER_TEMP": str(folder),
            "INPUT_STATE": str(self.folder / "state.json"),
            "ANTHROPIC_API_KEY": self.key,
            "ANTHROPIC_BASE_URL": self.claude.url,
            "KIREJI_SEARCH": self.search,
            **{f"INPUT_{key.upper()}": value for key, value in given.items()},
            **self.more,
        }

    def run(self, name: str, payload: dict[str, Any], *, attempt: int = 1, **inputs: str) -> Step:
        """Run the step for an event; a later `attempt` is the last run once more, under its number."""
        self.runs += attempt == 1
        environ = self.environ(name, payload, run=self.runs, attempt=attempt, **inputs)
        self.capture.readouterr()
        status = main(environ)
        return left(status, Path(environ["RUNNER_TEMP"]), self.capture.readouterr().out)

    def pull(
        self, repo: Repository, number: int = 1, action: str = "opened", *, attempt: int = 1, **inputs: str
    ) -> Step:
        """Run the step for `pull_request`."""
        payload = self.event("pull_request", action=action, repo=repo, number=number)
        return self.run("pull_request", payload, attempt=attempt, **inputs)

    def comment(self, repo: Repository, text: str, by: str, number: int = 1) -> Step:
        """Somebody writes in the conversation, and the step runs for `issue_comment`."""
        comment = repo.comment(number, text, by=by)
        payload = self.event(
            "issue_comment", action="created", repo=repo, number=number, comment_id=comment.id, sender=by
        )
        return self.run("issue_comment", payload)


def left(status: int, folder: Path, log: str) -> Step:
    """What a step left in its runner's files."""
    output, summary = folder / "output", folder / "summary.md"
    found = re.findall(r"^(\w+)<<(\w+)\n(.*?)\n\2$", output.read_text("utf-8") if output.exists() else "", re.M | re.S)
    return Step(
        status, {name: value for name, _, value in found}, summary.read_text("utf-8") if summary.exists() else "", log
    )


def actions_runner(folder: Path, capture: pytest.CaptureFixture[str]) -> Iterator[ActionsRunner]:
    """A runner between the loopback GitHub and the loopback Claude. The token is that of GitHub's own App for Actions."""
    with GitHubSandbox() as github, ClaudeSandbox() as claude:
        github.install_app(slug="github-actions", private_key_pem=private_key())
        # A workflow's `permissions` know no merge queues (source: GitHub's "Workflow syntax").
        granted = {name: level for name, level in PERMISSIONS.items() if name != "merge_queues"}
        yield ActionsRunner(github, claude, github.token(permissions=granted), folder, capture)
        assert not github.violations
