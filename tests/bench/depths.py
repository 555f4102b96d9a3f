"""What a review costs at each depth, and how near the estimate before it came to the ledger after it."""

import re
import time
from dataclasses import dataclass

import requests

from app.sandbox import child
from app.sandbox.claude import ClaudeSandbox
from app.sandbox.github import GitHubSandbox, Repository
from app.sandbox.sample_repo import make_change

SIZES = ((2, 60, 1), (3, 80, 2), (6, 150, 2), (8, 250, 3), (20, 1200, 12), (100, 8000, 25))
WAYS = ("fast, unverified", "fast", "balanced", "auto", "deep")
PATIENCE = 120.0


@dataclass(frozen=True, slots=True)
class Cost:
    """One review on a warm cache, in dollars; `estimate` is what the log says before it."""

    lines: int
    way: str
    calls: int
    dollars: float
    estimate: float


def measure() -> list[Cost]:
    """Each change once for each way, in a repository of its own, after a small review that warms the cache."""
    return [cost for way in WAYS for cost in _way(way)]


def _way(way: str) -> list[Cost]:
    depth, _, unverified = way.partition(", ")
    policy = f"depth: {depth}\n" + ("findings:\n  verify: false\n" if unverified else "")
    with GitHubSandbox(record=False) as github, ClaudeSandbox() as claude:
        github.limits.points = github.limits.content = 10**9
        identity = github.install_app(app_id=4711)
        with child.serve(child.environment(github.url, identity, claude.url)) as app:
            found = list[Cost]()
            for files, lines, planted in ((1, 30, 0), *SIZES):
                change = make_change(files=files, lines=lines, planted=planted, seed=files)
                repo = github.create_repo(f"octo/r{files}", files=change.base | {".github/kireji.yml": policy})
                pull = repo.open_pull(title="A change", body="", branch="change", files=change.head)
                before = claude.count()
                headers, body = github.webhook("pull_request", action="opened", repo=repo, number=pull.number)
                requests.post(f"{app.url}/webhook", data=body, headers=headers, timeout=10).raise_for_status()
                _await(repo, pull.head_sha)
                calls = claude.calls[before:]
                said = re.findall(rf"octo/r{files}#\S+ depth=.* estimate=([\d.]+)", app.log.read_text())
                found.append(Cost(lines, way, len(calls), float(sum(call.cost for call in calls)), float(said[-1])))
            return found[1:]


def _await(repo: Repository, head: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not any(run["status"] == "completed" for run in repo.check_runs(head)):
        if time.monotonic() > deadline:
            raise TimeoutError("the review did not arrive")
        time.sleep(0.05)
