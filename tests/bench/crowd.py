"""A hundred reviews of ten chunks at once: how long, how much CPU and memory, with one worker and with several.

GitHub lets one installation create some 80 things a minute and 500 an hour, and Kireji keeps to that: it would hold a
hundred reviews back for a quarter of an hour. What is measured here is Kireji without that limit, as `tests.chaos` runs it.
"""

import os
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import requests

from tests.chaos.house import house
from tests.sandbox import child
from tests.sandbox.claude import ClaudeSandbox, Latency
from tests.sandbox.github import GitHubSandbox, Repository
from tests.sandbox.sample_repo import make_change

REVIEWS = 100
PATIENCE = 400.0
LATENCY = Latency(first_token=0.6, per_output_token=1 / 110, jitter=0.2, seed=1, first_token_cached=0.45)
LIMITS = {
    "KIREJI_MAX_REVIEWS": str(REVIEWS),
    "KIREJI_MAX_REVIEWS_PER_INSTALLATION": str(REVIEWS),
    "KIREJI_MAX_REVIEWS_PER_REPOSITORY": str(REVIEWS),
    "KIREJI_CONCURRENCY": "128",
    "KIREJI_CHUNK_TOKENS": "2000",
}


@dataclass(frozen=True, slots=True)
class Crowd:
    """`wall` and `cpu` (of all workers) in seconds, `memory` the peak of the fullest worker in bytes."""

    store: str
    workers: int
    reviews: int
    calls: int
    wall: float
    cpu: float
    memory: int


def measure(store: str, url: str | None, workers: int) -> Crowd:
    """Deliver a hundred pull requests at once to `kireji web` and so many `kireji worker`."""
    change = make_change(files=10, lines=330, planted=5, seed=10)
    with GitHubSandbox(latency=0.12, record=False) as github, ClaudeSandbox(latency=LATENCY) as claude:
        github.limits.points = github.limits.content = 10**9
        identity = github.install_app(app_id=4711)
        repo = github.create_repo("octo/shop", files=change.base)
        # Each its own text, or the memo would answer all but the first.
        numbers = [
            repo.open_pull(
                title="A", branch=f"b{n}", files={f"r{n}/{path}": text for path, text in change.head.items()}
            ).number
            for n in range(REVIEWS)
        ]
        more = {**LIMITS, "KIREJI_DATABASE_URL": url} if url else LIMITS
        with (
            tempfile.TemporaryDirectory(prefix="kireji-crowd-") as folder,
            house(child.environment(github.url, identity, claude.url, **more), Path(folder), workers) as app,
        ):
            started = time.monotonic()
            for number in numbers:
                headers, body = github.webhook("pull_request", action="opened", repo=repo, number=number)
                requests.post(f"{app.url}/webhook", data=body, headers=headers, timeout=30).raise_for_status()
            _await(repo, numbers)
            wall = time.monotonic() - started
            pids = [worker.pid for worker in app.workers]
            cpu, memory = sum(map(_cpu, pids)), max(map(_peak, pids))
        return Crowd(store, workers, REVIEWS, claude.count(), wall, cpu, memory)


def _await(repo: Repository, numbers: list[int]) -> None:
    deadline = time.monotonic() + PATIENCE
    left = [repo.pull(number).head_sha for number in numbers]
    while left:
        left = [head for head in left if not any(run["status"] == "completed" for run in repo.check_runs(head))]
        if time.monotonic() > deadline:
            raise TimeoutError(f"{len(left)} reviews did not arrive")
        time.sleep(0.2)


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _peak(pid: int) -> int:
    line = next(line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024
