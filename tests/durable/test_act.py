"""action.yml as a runner runs it: the pages' own workflows under act, which knows GitHub's runner, without GitHub."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.entry.runner import ActionsRunner, actions_runner
from tests.sandbox.github import Repository
from tests.stories import changes
from tests.workflows import published

ROOT = Path(__file__).parent.parent.parent
BIN = Path(sys.executable).parent
SMALLEST, WHOLE, FOR_FORKS = published()
CACHE = re.compile(r"uses: (actions/cache)/\w+@(\w+)")
TWO = changes.parts(2)
KEY = "sk-ant-sandbox"


@dataclass(frozen=True)
class Act:
    """A repository with one of the page's workflows, and the Action as `kireji/kireji@v1`."""

    folder: Path
    action: Path
    runner: ActionsRunner

    def run(self, event: str, payload: dict[str, Any], *, key: str = KEY) -> subprocess.CompletedProcess[str]:
        """Run the workflow for an event; its log."""
        file = self.folder / "event.json"
        file.write_text(json.dumps(payload), "utf-8")
        pinned = {found[1] for found in CACHE.findall((ROOT / "action.yml").read_text("utf-8"))}
        maps = [f"actions/cache@{sha}={ROOT / 'tests' / 'data' / 'actions' / 'cache'}" for sha in sorted(pinned)]
        command = [BIN / "act", event, "--eventpath", file, "-P", "ubuntu-24.04=-self-hosted", "--action-offline-mode"]
        for local in (f"kireji/kireji@v1={self.action}", *maps):
            command += ["--local-repository", local]
        secrets = {"GITHUB_TOKEN": self.runner.token, **({"ANTHROPIC_API_KEY": key} if key else {})}
        for name, value in secrets.items():
            command += ["-s", f"{name}={value}"]
        given = {
            "GITHUB_API_URL": self.runner.github.url,
            "ANTHROPIC_BASE_URL": self.runner.claude.url,
        }
        for name, value in given.items():
            command += ["--env", f"{name}={value}"]
        environ = {"PATH": os.environ["PATH"], "HOME": str(self.folder)}  # noqa: TID251 - act and git are found there
        return subprocess.run(
            command, check=False, cwd=self.folder, env=environ, capture_output=True, text=True, timeout=240
        )


@pytest.fixture
def act(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Act]:
    """A repository with the page's workflow for all triggers."""
    folder, action = tmp_path / "repository", tmp_path / "action"
    action.mkdir()
    shutil.copy(ROOT / "action.yml", action)
    for name in ("deploy", "app"):
        shutil.copytree(ROOT / name, action / name, ignore=shutil.ignore_patterns("__pycache__"))
    script = (
        action / "deploy" / "action.sh"
    )  # the packages are here already: what installs them is measured in tests/bench
    own = f'if [ "$1" = install ]; then mkdir -p "$RUNNER_TEMP/kireji" && exec ln -sfn "{BIN.parent}" "$RUNNER_TEMP/kireji/venv"; fi'
    script.write_text(script.read_text("utf-8").replace("set -eu\n", f"set -eu\n{own}\n"), "utf-8")
    _workflow(folder, WHOLE)
    (tmp_path / "runner").mkdir()
    for runner in actions_runner(tmp_path / "runner", capsys):
        yield Act(folder, action, runner)


def _workflow(folder: Path, text: str) -> None:
    """A git repository that holds this workflow: act asks git which one it is in."""
    file = folder / ".github" / "workflows" / "kireji.yml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    if (folder / ".git").exists():
        return
    who = ["-c", "user.name=maria", "-c", "user.email=maria@example.com"]
    for command in (["init", "-q", "-b", "main"], ["add", "-A"], [*who, "commit", "-qm", "Review"]):
        subprocess.run(["git", *command], cwd=folder, check=True)
    subprocess.run(["git", "remote", "add", "origin", "https://github.com/octo/shop"], cwd=folder, check=True)


@pytest.fixture
def repo(act: Act) -> Repository:
    """A pull request by alice with two mistakes, and one from a fork; carl only reads."""
    repo = act.runner.github.create_repo("octo/shop", files=TWO.base)
    repo.grant("maria", "write")
    repo.grant("carl", "read")
    repo.open_pull(title="Two parts", author="alice", files=TWO.head)
    repo.open_pull(title="From afar", author="zoe", files=TWO.head, fork=True)
    return repo


def commented(act: Act, repo: Repository, text: str, by: str) -> dict[str, Any]:
    """The payload of a new comment on the first pull request."""
    comment = repo.comment(1, text, by=by)
    return act.runner.event("issue_comment", action="created", repo=repo, number=1, comment_id=comment.id, sender=by)


def test_a_pull_request_a_command_and_a_dispatch(act: Act, repo: Repository) -> None:
    """The first workflow reviews on each; a stranger's command does nothing but be refused."""
    ran = act.run("pull_request", act.runner.event("pull_request", action="opened", repo=repo, number=1))
    assert ran.returncode == 1, ran.stdout + ran.stderr  # the workflow has `fail-on: critical`
    assert len(repo.review_comments(1)) == 2
    assert "set-output:: findings=2" in ran.stdout
    assert "set-output:: conclusion=failure" in ran.stdout
    calls = act.runner.claude.count()
    ran = act.run("issue_comment", commented(act, repo, "/review full", "carl"))
    assert (ran.returncode, act.runner.claude.count()) == (0, calls), ran.stdout
    assert "only people with the write permission" in repo.issue_comments(1)[-1]["body"]
    ran = act.run("issue_comment", commented(act, repo, "/review full", "maria"))
    assert "set-output:: findings=2" in ran.stdout, ran.stdout
    assert len(repo.review_comments(1)) == 2  # told already
    dispatch = {"inputs": {"pull-request": "2"}, "repository": {"full_name": "octo/shop"}}
    ran = act.run("workflow_dispatch", dispatch)
    assert len(repo.review_comments(2)) == 2, ran.stdout


def test_forks_and_missing_keys(act: Act, repo: Repository) -> None:
    """A fork's run ends well and says why; `pull_request_target` reviews it; elsewhere a missing key is a mistake."""
    payload = act.runner.event("pull_request", action="opened", repo=repo, number=2)
    ran = act.run("pull_request", payload, key="")
    assert ran.returncode == 0, ran.stdout
    assert "comes from a fork" in ran.stdout
    own = act.runner.event("pull_request", action="opened", repo=repo, number=1)
    ran = act.run("pull_request", own, key="")
    assert ran.returncode == 1
    assert "`anthropic-api-key` is empty" in ran.stdout
    assert act.runner.claude.count() == 0
    _workflow(act.folder, FOR_FORKS)
    ran = act.run("pull_request_target", payload)
    assert ran.returncode == 0, ran.stdout
    assert len(repo.review_comments(2)) == 2


def test_the_smallest_workflow_reviews(act: Act, repo: Repository) -> None:
    """README's fifteen lines are enough to review a pull request of the repository's own branches."""
    _workflow(act.folder, SMALLEST)
    ran = act.run("pull_request", act.runner.event("pull_request", action="opened", repo=repo, number=1))
    assert ran.returncode == 0, ran.stdout
    assert len(repo.review_comments(1)) == 2
