"""Reviews and errands that end their process each time they are read: nobody else's is lost, and they end with a word."""

import contextlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import select

from kireji.adapters.store.engine import reading
from kireji.adapters.store.tables import perils
from kireji.core.wording.end_words import PLAIN
from tests.chaos.crowd import FILES
from tests.chaos.verdict import busy, judge
from tests.databases import new_postgres
from tests.entry import process
from tests.entry.process import Running, running, wait
from tests.entry.sandboxed import Scene, now, scene
from tests.sandbox.github import Repository

pytestmark = pytest.mark.timeout(400)  # a start takes two seconds, or twenty where the machine has other work
# What a parser may do that meets its poison. In everything else this is `kireji`.
POISONED = process.KIREJI.replace(
    "cli.run()",
    """
import os, signal
from kireji.entry.service import worker
from kireji.flow.review import prepare, surroundings

def deadly(plain, poison, number):
    def call(*given):
        if poison in repr(given):
            os.kill(os.getpid(), number)
        return plain(*given)
    return call

surroundings._heads = deadly(surroundings._heads, "CONTEXT POISON", signal.SIGSEGV)
prepare.parse_diff = deadly(prepare.parse_diff, "DIFF POISON", signal.SIGKILL)
worker.hear = deadly(worker.hear, "COMMENT POISON", signal.SIGSEGV)
cli.run()
""",
)


def open_poisoned(place: Scene, repo: Repository, poison: str) -> str:
    """Open a pull request whose one file holds poison; its head."""
    files = {"poison.py": f"# {poison}\nTOTAL = sum(range(10))\n"}
    pull = repo.open_pull(title="Poison", branch="poison", files=files)
    deliver(place, "pull_request", action="opened", repo=repo, number=pull.number)
    return repo.pull(pull.number).head_sha


def deliver(place: Scene, event: str, **about: Any) -> None:
    """Send a webhook."""
    headers, body = place.crowd.github.webhook(event, **about)
    assert requests.post(f"{place.crowd.url}/webhook", data=body, headers=headers, timeout=30).status_code == 202


def deaths_until_quiet(
    place: Scene,
    folder: Path,
    done: Callable[[], bool] = lambda: True,
    workers: Sequence[str] = ("embedded",),
) -> list[float]:
    """Keep workers of these names running, as supervisors do, until nothing is left to do; when each of them died."""
    deaths = list[float]()
    with contextlib.ExitStack() as ends:

        def start(owner: str) -> Running:
            return ends.enter_context(running(place.environ, folder, "worker", "--owner", owner))

        at_work = {owner: start(owner) for owner in workers}

        def dead() -> list[str]:
            return [owner for owner, worker in at_work.items() if worker.process.poll() is not None]

        while True:
            wait(
                lambda: dead() or (done() and not busy(place.store)),
                lambda: "".join(worker.log.read_text("utf-8") for worker in at_work.values()),
            )
            died = dead()
            if not died:
                assert [worker.stop() for worker in at_work.values()] == [0] * len(workers)
                return deaths
            for owner in died:
                deaths.append(now())
                at_work[owner] = start(owner)


@pytest.fixture
def poisoned(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers that die of poison."""
    monkeypatch.setattr(process, "KIREJI", POISONED)


@pytest.mark.usefixtures("poisoned")
def test_a_review_that_ends_its_process_ends_with_a_word(tmp_path: Path) -> None:
    """Poison in what can be left out costs that alone; elsewhere it costs its review, after the third start.

    The next push is suspected from its beginning. The reviews of others at the same time are done, each once.
    """
    with scene(tmp_path, repos=3, first_token=0.5) as place:
        context, diff, good = place.crowd.repositories()
        heads = open_poisoned(place, context, "CONTEXT POISON"), open_poisoned(place, diff, "DIFF POISON")
        numbers = [place.crowd.open(good) for _ in range(2)]
        deaths = deaths_until_quiet(place, tmp_path)

        assert (
            3 <= len(deaths) <= 6
        )  # two and three, some of them at once; one more where a start ended what it shared a worker with
        (plain,) = context.check_runs(heads[0])
        assert PLAIN in plain["output"]["summary"]
        assert plain["conclusion"] in {"success", "neutral"}
        (ended,) = diff.check_runs(heads[1])
        assert ended["conclusion"] == "action_required"
        assert ended["output"]["title"] == (
            "Not reviewed: it ended Kireji's process three times, last while the diff was read"
        )
        assert "Take that out of the pull request and push again." in ended["output"]["summary"]
        assert diff.reviews(1) == []
        for number in numbers:
            assert [run["conclusion"] for run in good.check_runs(good.pull(number).head_sha)] == ["neutral"]
            assert (len(good.reviews(number)), len(good.review_comments(number))) == (1, FILES)
        verdict = judge(place.crowd, place.claude, place.store, deaths=deaths)
        assert (verdict.posted_twice, verdict.checks_twice, verdict.paid_again, verdict.open_checks) == ([], [], [], [])
        assert remembered(place) == [f"{context.full_name}#1", f"{diff.full_name}#1"]
        diff.push(1, {"poison.py": "# DIFF POISON again\nTOTAL = 1\n"})
        deliver(place, "pull_request", action="synchronize", repo=diff, number=1)
        assert len(deaths_until_quiet(place, tmp_path)) == 1
        (again,) = diff.check_runs(diff.pull(1).head_sha)
        assert again["output"]["title"] == ended["output"]["title"]


@pytest.mark.usefixtures("poisoned")
def test_two_workers_over_postgres_outlive_the_same_poison(tmp_path: Path, postgres_server: str) -> None:
    """Whichever of them reads it: it ends with its word, it ends no more workers than one alone, and nobody else waits."""
    database = new_postgres(postgres_server)
    with scene(tmp_path, repos=3, first_token=0.5, KIREJI_DATABASE_URL=database) as place:
        context, diff, good = place.crowd.repositories()
        context_head = open_poisoned(place, context, "CONTEXT POISON")
        diff_head = open_poisoned(place, diff, "DIFF POISON")
        numbers = [place.crowd.open(good) for _ in range(4)]

        deaths = deaths_until_quiet(place, tmp_path, workers=("one", "other"))

        assert 3 <= len(deaths) <= 5
        (plain,) = context.check_runs(context_head)
        assert PLAIN in plain["output"]["summary"]
        (ended,) = diff.check_runs(diff_head)
        assert ended["conclusion"] == "action_required"
        assert diff.reviews(1) == []
        for number in numbers:
            assert [run["conclusion"] for run in good.check_runs(good.pull(number).head_sha)] == ["neutral"]
            assert (len(good.reviews(number)), len(good.review_comments(number))) == (1, FILES)
        verdict = judge(place.crowd, place.claude, place.store, deaths=deaths)
        assert (verdict.posted_twice, verdict.checks_twice, verdict.paid_again, verdict.open_checks) == ([], [], [], [])
        assert remembered(place) == [f"{context.full_name}#1", f"{diff.full_name}#1"]


@pytest.mark.usefixtures("poisoned")
def test_a_comment_that_ends_its_process_is_left(tmp_path: Path) -> None:
    """After the third start it is marked, with a reaction, and the log names its delivery; a command behind it is done."""
    with scene(tmp_path, repos=1, first_token=0) as place:
        (repo,) = place.crowd.repositories()
        number = place.crowd.open(repo, tell=False)
        comments = [repo.comment(number, text, by="alice") for text in ("COMMENT POISON", "/review")]
        for one in comments:
            deliver(
                place, "issue_comment", action="created", repo=repo, number=number, comment_id=one.id, sender="alice"
            )
        deaths = deaths_until_quiet(
            place, tmp_path, lambda: bool(repo.reactions(comments[0].id) and repo.reviews(number))
        )
        assert len(deaths) == 3
        assert [content for _, content in repo.reactions(comments[0].id)] == ["confused"]
        assert len(repo.reviews(number)) == 1
        said = "".join(log.read_text("utf-8") for log in tmp_path.glob("worker-*.log"))
        assert (
            said.count("did not happen: it ended Kireji's process three times, last while the delivery was read") == 1
        )
        assert remembered(place) == []


def remembered(place: Scene) -> list[str]:
    """What is still suspected."""
    with reading(place.store) as conn:
        return sorted(conn.scalars(select(perils.c.id)))
