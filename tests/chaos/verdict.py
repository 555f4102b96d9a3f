"""What the stand-ins and the store say in the end: was anything lost, posted twice or paid twice?

What counts as paid again. The memo and the ledger are written in one transaction right after an answer's last byte, so
Claude's list of calls, by memo key, and the ledger's rows of that key account for each other:

- *cut off*: a call that Claude answered and the ledger does not have. Its process died before the answer was written,
  or the review was superseded meanwhile and ended; a call that has neither excuse is *unexplained*.
- *repeated*: cut off at a death, and asked again. That is the price of a kill: nobody but Claude knew of the answer.
- *side by side*: two calls of one key, both in the ledger, the second asked before the first was answered: two reviews
  of one pull request want the same chunk in the same moment, the older of them superseded and not ended yet.
- *paid again*: asked after an answer to the same key was in the ledger. There must be none.
"""

import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, TypeVar

from sqlalchemy import Engine, select

from kireji.adapters.engine.jobs import Job, Jobs, JobState
from kireji.adapters.store.engine import reading
from kireji.adapters.store.tables import model_calls, reviews
from kireji.core.money.ledger import CallOutcome
from kireji.core.operations.lifecycle import ReviewState
from kireji.core.prompts.prompt import Prompt
from kireji.flow.memo import RememberingModel
from tests.chaos.crowd import Crowd
from tests.sandbox.claude import Call, ClaudeSandbox
from tests.sandbox.github import Repository

T = TypeVar("T")

MARKER = "<!-- kireji:review "
FINDING = re.compile(r"<!-- kireji:finding \S+ \S+ -->")  # a finding of one review
GOOD = frozenset({"success", "neutral"})
WRITING = 3.0  # seconds at most from an answer's end to its row in the ledger
NOTICING = (
    10.0  # seconds at most from a push to the end of the review that it supersedes; Postgres may be away in between
)
UNREAD = 1.0  # seconds at most that a busy stand-in leaves a request unread: it may be a dead process's


@dataclass(frozen=True)
class Verdict:
    """The account. Everything in `wrong` must be empty; the rest is for the table."""

    reviews: dict[str, int] = field(default_factory=dict)
    calls: int = 0
    cut_off: int = 0
    repeated: int = 0
    side_by_side: int = 0
    lost: list[str] = field(default_factory=list)
    posted_twice: list[str] = field(default_factory=list)
    checks_twice: list[str] = field(default_factory=list)
    paid_again: list[str] = field(default_factory=list)
    unexplained: list[str] = field(default_factory=list)
    open_checks: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    @property
    def wrong(self) -> dict[str, list[str]]:
        """What must not be: name -> each case."""
        return {name: value for name, value in asdict(self).items() if isinstance(value, list) and value}


def judge(crowd: Crowd, claude: ClaudeSandbox, store: Engine, deaths: Sequence[float]) -> Verdict:
    """Compare what is on GitHub, what Claude was asked and what the store knows, when all is quiet.

    `deaths` are the moments (epoch seconds, as Claude's clock must give them) at which a process of ours ended.
    """
    repos = crowd.repositories()
    with reading(store) as conn:
        records = conn.execute(select(reviews)).all()
        ledger = conn.execute(select(model_calls).where(model_calls.c.outcome == CallOutcome.ANSWERED)).all()
    books = _Books(
        asked=_grouped((call for call in claude.calls if call.status == 200), key_of, lambda call: call.started),
        written=_grouped(ledger, lambda row: str(row.prompt_key), lambda row: float(row.at)),
        deaths=deaths,
        superseded=[
            (f"{row.repo}#{row.number},", float(row.finished_at))
            for row in records
            if row.state == ReviewState.SUPERSEDED and row.finished_at is not None
        ],
    )
    cut_off = list(books.cut_off())
    return Verdict(
        reviews=dict(Counter(str(row.state) for row in records)),
        calls=len(claude.calls),
        cut_off=len(cut_off),
        repeated=sum(len(group) - max(1, len(books.written.get(key, []))) for key, group in books.asked.items()),
        side_by_side=sum(max(0, len(rows) - 1) for rows in books.written.values()),
        lost=list(_lost(crowd.heads(), repos, records)),
        posted_twice=list(_posted_twice(repos)),
        checks_twice=list(_checks_twice(repos)),
        paid_again=list(books.paid_again()),
        unexplained=[f"{call.started:.3f} to {call.finished}" for call in cut_off if not books.excused(call)],
        open_checks=list(_open_checks(repos)),
        failed=[f"{job.id} {job.state}: {job.error}" for job in _jobs(store, (JobState.FAILED, JobState.DEAD))],
    )


def busy(store: Engine) -> tuple[str, ...]:
    """What is still to be done: the jobs that are not over."""
    return tuple(f"{job.id} {job.state}" for job in _jobs(store, (JobState.DELAYED, JobState.QUEUED, JobState.RUNNING)))


def unhealed(crowd: Crowd) -> list[str]:
    """What the sweeps still have to mend: pull requests without their review, check runs left open."""
    repos = crowd.repositories()
    return [*_lost(crowd.heads(), repos, ()), *_open_checks(repos)]


def _jobs(store: Engine, states: Iterable[JobState]) -> tuple[Job, ...]:
    return Jobs(store).list(states, limit=10_000)


def _lost(heads: Mapping[tuple[str, int], str], repos: Sequence[Repository], records: Sequence[Any]) -> Iterable[str]:
    """Pull requests whose last head has no completed check run, under its own name, that says what was read."""
    named = {repo.full_name: repo for repo in repos}
    for (repo, number), head in heads.items():
        runs = [
            run for run in named[repo].check_runs(head) if run["external_id"].startswith(f"{repo}#{number}@{head}/")
        ]
        if not any(run["status"] == "completed" and run["conclusion"] in GOOD for run in runs):
            told = [(run["status"], run["conclusion"], run["output"]["title"]) for run in runs]
            known = [f"{row.head_sha[:7]} {row.state}" for row in records if (row.repo, row.number) == (repo, number)]
            yield f"{repo}#{number}@{head[:7]}: on GitHub {told}, in the store {known}"


def _posted_twice(repos: Sequence[Repository]) -> Iterable[str]:
    """Markers that are in two reviews, comments or findings that stand twice on one commit, reviews never submitted."""
    for repo in repos:
        for number in repo.state.pulls:
            posted = repo.reviews(number)
            name = f"{repo.full_name}#{number}"
            markers = Counter(line for one in posted for line in one["body"].splitlines() if line.startswith(MARKER))
            yield from (f"{name}: {marker} {count} times" for marker, count in markers.items() if count > 1)
            yield from (f"{name}: review {one['id']} is pending" for one in posted if one["state"] == "PENDING")
            places = Counter(
                (row["original_commit_id"], row["path"], row.get("original_line"), row["body"])
                for row in repo.review_comments(number)
            )
            yield from (f"{name}: {place[:3]} {count} times" for place, count in places.items() if count > 1)
            told = Counter(mark for row in repo.review_comments(number) for mark in FINDING.findall(row["body"]))
            yield from (f"{name}: {mark} {count} times" for mark, count in told.items() if count > 1)


def _checks_twice(repos: Sequence[Repository]) -> Iterable[str]:
    for repo in repos:
        names = Counter(run.external_id for run in list(repo.state.check_runs.values()))
        yield from (f"{name} {count} times" for name, count in names.items() if count > 1)


def _open_checks(repos: Sequence[Repository]) -> Iterable[str]:
    for repo in repos:
        runs = list(repo.state.check_runs.values())
        yield from (f"{run.external_id}: {run.title}" for run in runs if run.status != "completed")


# -- what was paid -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Asker:
    """Just the name of a model: all that a memo key needs of one."""

    name: str


def key_of(call: Call) -> str:
    """The memo's key for a call that Claude saw."""
    rules = str(call.request["system"][0]["text"])
    chunk = str(call.request["messages"][0]["content"])
    model: Any = _Asker(call.model)
    nothing: Any = None
    remembering = RememberingModel(model, nothing, nothing, _repo_of(chunk), "")
    brief = "".join(str(block["text"]) for block in call.request["system"][1:])
    return remembering.key(Prompt(rules, brief, chunk, 0))


def _repo_of(chunk: str) -> str:
    """The repository that a chunk of the crowd's is from: its texts name it."""
    return "octo/" + chunk.partition("# octo/")[2].partition(" ")[0]


def _grouped(items: Iterable[T], key: Callable[[T], str], at: Callable[[T], float]) -> dict[str, list[T]]:
    groups = defaultdict[str, list[T]](list)
    for item in sorted(items, key=at):
        groups[key(item)].append(item)
    return dict(groups)


@dataclass(frozen=True)
class _Books:
    """By memo key, in the order of time: the calls that Claude took, and the ledger's rows. Times are epoch seconds."""

    asked: Mapping[str, list[Call]]
    written: Mapping[str, list[Any]]
    deaths: Sequence[float]
    superseded: Sequence[tuple[str, float]]

    def paid_again(self) -> Iterable[str]:
        """Calls that were begun after an answer was in the ledger; a row's `at` is the moment before it is written."""
        for key, rows in self.written.items():
            for call in self.asked.get(key, []):
                if call.started > rows[0].at:
                    yield f"{key[:8]}: asked {call.started - rows[0].at:.3f} s after it was answered"

    def cut_off(self) -> Iterable[Call]:
        """Calls that nobody wrote down: of each key, those that are nobody's row by their end."""
        for key, calls in self.asked.items():
            left = [float(row.at) for row in self.written.get(key, [])]
            for call in calls:
                end = call.finished
                mine = None if end is None else next((at for at in left if 0 <= at - end < WRITING), None)
                if mine is None:
                    yield call
                else:
                    left.remove(mine)

    def excused(self, call: Call) -> bool:
        """Whether a process died while the call was under way, or its review was superseded then."""
        end = (call.finished or call.started) + WRITING
        chunk = str(call.request["messages"][0]["content"])
        lost = any(call.started - UNREAD <= death <= end for death in self.deaths)
        return lost or any(name in chunk and call.started - NOTICING <= at <= end for name, at in self.superseded)


def describe(verdict: Verdict) -> str:
    """What is wrong, for people."""
    return json.dumps(verdict.wrong, indent=1)
