"""What a review costs at each depth, and how near the estimate before it came to the ledger after it.

Of changes made for it, of the demo's sample, and of this project's own commits, as far as they are there.
"""

import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from statistics import median

import requests

from tests.history import ROOT, git, own_commits
from tests.sandbox import child
from tests.sandbox.claude import ClaudeSandbox
from tests.sandbox.github import GitHubSandbox, Repository
from tests.sandbox.sample_repo import BODY, TITLE, base_files, head_files, make_change

SIZES = ((2, 60, 1), (3, 80, 2), (6, 150, 2), (8, 250, 3), (20, 1200, 12), (100, 8000, 25))
WAYS = ("fast, unverified", "fast", "balanced", "auto", "deep")
COLD = "fast"
ORDINARY = 250  # changed lines
PATIENCE = 120.0


@dataclass(frozen=True, slots=True)
class Change:
    """A pull request to be reviewed; `kind` is "made", "the sample" or "a commit"."""

    kind: str
    base: Mapping[str, str]
    head: Mapping[str, str | None]
    title: str = "A change"
    body: str = ""


@dataclass(frozen=True, slots=True)
class Cost:
    """One review, in dollars; `estimate` is what the log says before it. `warm`: another review opened the cache."""

    kind: str
    lines: int
    way: str
    calls: int
    dollars: float
    estimate: float
    warm: bool = True


def measure() -> list[Cost]:
    """Each change once for each way on a warm cache, for one also on a cold one, in repositories of their own."""
    return [*_way(COLD, warm=False), *(cost for way in WAYS for cost in _way(way))]


def medians(costs: list[Cost]) -> Iterator[tuple[str, bool, int, float]]:
    """For changes of ordinary size at one depth: the kind, whether warm, how many there are, and the median's dollars."""
    kinds = dict.fromkeys(cost.kind for cost in costs)
    for kind in kinds:
        for warm in (False, True):
            those = [
                cost.dollars
                for cost in costs
                if (cost.kind, cost.way, cost.warm) == (kind, COLD, warm) and cost.lines <= ORDINARY
            ]
            if those:
                yield kind, warm, len(those), median(those)


def _changes() -> Iterator[Change]:
    for files, lines, planted in SIZES:
        made = make_change(files=files, lines=lines, planted=planted, seed=files)
        yield Change("made", made.base, made.head)
    yield Change("the sample", base_files(), head_files(), TITLE, BODY)
    yield from map(of_commit, own_commits())


def of_commit(sha: str) -> Change:
    """One commit of this project as a pull request: the files that it touches, before and after."""
    rows = git(ROOT, "diff", "--no-renames", "--name-status", f"{sha}^", sha).splitlines()
    kinds = {path: status for status, path in (row.split("\t") for row in rows)}
    base = {path: git(ROOT, "show", f"{sha}^:{path}") for path, status in kinds.items() if status != "A"}
    head = {path: git(ROOT, "show", f"{sha}:{path}") if status != "D" else None for path, status in kinds.items()}
    return Change("a commit", base, head, git(ROOT, "log", "-1", "--format=%s", sha).strip())


def _way(way: str, *, warm: bool = True) -> list[Cost]:
    depth, _, unverified = way.partition(", ")
    policy = f"depth: {depth}\n" + ("findings:\n  verify: false\n" if unverified else "")
    changes = [*_changes()]
    if not warm:  # each with a process of its own, which has no word of a cache
        return [cost for change in changes for cost in _reviews([change], policy, way, warm=False)]
    first = make_change(files=1, lines=30, planted=0, seed=1)
    return _reviews([Change("", first.base, first.head), *changes], policy, way, warm=True)[1:]


def _reviews(changes: list[Change], policy: str, way: str, *, warm: bool) -> list[Cost]:
    with GitHubSandbox(record=False) as github, ClaudeSandbox() as claude:
        github.limits.points = github.limits.content = 10**9
        identity = github.install_app(app_id=4711)
        with child.serve(child.environment(github.url, identity, claude.url)) as app:
            found = list[Cost]()
            for number, change in enumerate(changes):
                files = dict(change.base) | {".github/kireji.yml": policy}
                repo = github.create_repo(f"octo/r{number}x", files=files)
                found.append(_review(github, claude, app, repo, change, way, warm=warm))
            return found


def _review(  # noqa: PLR0917 - everybody who takes part
    github: GitHubSandbox,
    claude: ClaudeSandbox,
    app: child.Child,
    repo: Repository,
    change: Change,
    way: str,
    *,
    warm: bool,
) -> Cost:
    pull = repo.open_pull(title=change.title, body=change.body, branch="change", files=change.head)
    before = claude.count()
    headers, body = github.webhook("pull_request", action="opened", repo=repo, number=pull.number)
    requests.post(f"{app.url}/webhook", data=body, headers=headers, timeout=10).raise_for_status()
    lines = _await(repo, pull.head_sha)
    calls = claude.calls[before:]
    said = re.findall(rf"{re.escape(repo.full_name)}#\S+ depth=.* estimate=([\d.]+)", app.log.read_text())
    return Cost(change.kind, lines, way, len(calls), float(sum(call.cost for call in calls)), float(said[-1]), warm)


def _await(repo: Repository, head: str) -> int:
    """The changed lines that the completed check run counts."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        for run in repo.check_runs(head):
            if run["status"] == "completed":
                found = re.search(r"of ([\d,]+) changed line", run["output"]["summary"])
                return int(found[1].replace(",", "")) if found else 1
        time.sleep(0.05)
    raise TimeoutError("the review did not arrive")
