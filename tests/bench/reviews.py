"""Whole reviews by the real App (gunicorn) on the sandbox, with realistic latencies."""

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import requests

from tests.sandbox import child
from tests.sandbox.claude import Call, ClaudeSandbox, Latency
from tests.sandbox.github import GitHubSandbox
from tests.sandbox.sample_repo import SyntheticChange, make_change

GITHUB_LATENCY = 0.12
# About Haiku 4.5's pace: 0.6 s to the first token, some 110 tokens a second after it, a fifth more or less.
CLAUDE_LATENCY = Latency(first_token=0.6, per_output_token=1 / 110, jitter=0.2, seed=1, first_token_cached=0.45)
PATIENCE = 300.0
REVIEWABLE = re.compile(r"^[RL]\d+ +[+-] \| ", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Measured:
    """One review. `limit` is the slowest model call, and the slowest second reader's, plus two reads and two writes of GitHub, in seconds, like `wall`."""

    files: int
    lines: int
    warm: bool
    wall: float
    limit: float
    dollars: float
    calls: int
    requests: int
    seen: float
    cached: float
    found: int
    planted: int
    elsewhere: int
    conclusion: str
    peak_memory: int


def measure(files: int, lines: int, planted: int) -> list[Measured]:
    """One pull request reviewed with a cold cache, and one equal to it right after."""
    change = make_change(files=files, lines=lines, planted=planted, seed=files)
    with GitHubSandbox(latency=GITHUB_LATENCY) as github, ClaudeSandbox(latency=CLAUDE_LATENCY) as claude:
        identity = github.install_app(app_id=4711)
        # In another repository, since within one the memo would answer the equal one without any call.
        repos = [github.create_repo(name, files=change.base) for name in ("octo/cold", "octo/warm")]
        pulls = [repo.open_pull(title="A change", body="", branch="change", files=change.head) for repo in repos]
        with child.serve(child.environment(github.url, identity, claude.url)) as app:
            for repo in repos:  # so that what is measured is a review, not a process's first one
                _open(github, app, repo, repo.open_pull(title="Start", branch="start", files={"start.py": "a = 1\n"}))
            claude.cache.clear()
            return [
                _review(github, claude, app, repo, pull, change, warm=pull is not pulls[0])
                for repo, pull in zip(repos, pulls, strict=True)
            ]


def _review(  # noqa: PLR0917 - everybody who takes part
    github: GitHubSandbox,
    claude: ClaudeSandbox,
    app: child.Child,
    repo: Any,
    pull: Any,
    change: SyntheticChange,
    *,
    warm: bool,
) -> Measured:
    github.clear_traffic()
    before = claude.count()
    check, wall = _open(github, app, repo, pull)
    calls = claude.calls[before:]
    seconds = [call for call in calls if "checked" in str(call.request["output_config"])]  # the second reader's
    readers = [call for call in calls if call not in seconds]
    placed = {(comment["path"], comment["line"]) for comment in repo.review_comments(pull.number)}
    planted = {(mistake.path, mistake.line) for mistake in change.planted}
    return Measured(
        files=len(change.head),
        lines=_lines(check),
        warm=warm,
        wall=wall,
        limit=sum(max(map(_seconds, some), default=0.0) for some in (readers, seconds)) + 4 * GITHUB_LATENCY,
        dollars=float(sum(call.cost for call in calls)),
        calls=len(calls),
        requests=github.requests,
        seen=_seen(readers) / _lines(check),
        cached=_cached(calls),
        found=len(placed & planted),
        planted=len(planted),
        elsewhere=len(placed - planted),
        conclusion=check["conclusion"],
        peak_memory=app.peak_memory(),
    )


def _open(github: GitHubSandbox, app: child.Child, repo: Any, pull: Any) -> tuple[dict[str, Any], float]:
    """Deliver `pull_request.opened`; the completed check run, and the seconds that it took."""
    headers, body = github.webhook("pull_request", action="opened", repo=repo, number=pull.number, sender="alice")
    started = time.monotonic()
    requests.post(f"{app.url}/webhook", data=body, headers=headers, timeout=10).raise_for_status()
    check = _await_check(repo, pull)
    return check, time.monotonic() - started


def _await_check(repo: Any, pull: Any) -> dict[str, Any]:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        for run in repo.check_runs(pull.head_sha):
            if run["status"] == "completed":
                return run
        time.sleep(0.01)
    raise TimeoutError("the review did not arrive")


def _lines(check: dict[str, Any]) -> int:
    """The changed lines that the check run counts."""
    found = re.search(r"of ([\d,]+) changed line", check["output"]["summary"])
    return int(found[1].replace(",", "")) if found else 1


def _seconds(call: Call) -> float:
    return (call.finished or 0) - call.started


def _seen(calls: Sequence[Call]) -> int:
    """The changed lines that reached the model, each chunk counted once."""
    chunks = {call.request["messages"][-1]["content"] for call in calls}
    return sum(len(REVIEWABLE.findall(chunk)) for chunk in chunks)


def _cached(calls: Sequence[Call]) -> float:
    sent = sum(call.usage.total_input for call in calls)
    return sum(call.usage.cache_read_tokens for call in calls) / sent
