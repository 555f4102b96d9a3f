"""Reviews in flight, and people who come between: an upgrade, a cancellation."""

import subprocess
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import func, select

from kireji.adapters.store.engine import reading
from kireji.adapters.store.tables import model_calls
from kireji.core.money.ledger import CallOutcome
from kireji.core.operations.lifecycle import ReviewState
from kireji.wiring.service import build_desk
from tests.chaos.crowd import FILES
from tests.chaos.verdict import busy, judge
from tests.entry import process
from tests.entry.process import Running, running, wait
from tests.entry.sandboxed import Scene, now, scene

PULLS = 3
CALLS = FILES + 1  # of a review: one a chunk, and the second reader's
FEW_AT_ONCE = {"KIREJI_CONCURRENCY": "2", "KIREJI_DRAIN_SECONDS": "0"}
ROOT = Path(__file__).parents[2]
# The last commit whose package was called `app`, and had all of the core in one folder.
BEFORE_THE_MOVE = "3c8215ec5c7f4384e9ab60eee11dd8e4587a7ba9"
pytestmark = pytest.mark.timeout(180)  # a start takes two seconds, or twenty where the machine has other work


def answered(place: Scene) -> int:
    """How many model calls were answered, by the ledger: those that the stop cut off are in it, too."""
    with reading(place.store) as conn:
        return conn.scalar(select(func.count()).where(model_calls.c.outcome == CallOutcome.ANSWERED)) or 0


def test_reviews_in_flight_are_finished_by_the_next_process(tmp_path: Path) -> None:
    """The old process is told to stop, a new one starts: each review is posted once, no answered call is made again."""
    with scene(tmp_path, repos=PULLS, first_token=0.5, **FEW_AT_ONCE) as place:
        assert_handed_over(place, tmp_path, running(place.environ, tmp_path, "worker"))


def test_a_version_from_before_the_move_hands_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its database names no module: what a worker under the old names began, one under the new names ends, once each."""
    old_code = unpack(BEFORE_THE_MOVE, tmp_path / "before")

    @contextmanager
    def running_before_the_move(place: Scene) -> Iterator[Running]:
        with monkeypatch.context() as before:
            before.setattr(process, "KIREJI", process.KIREJI.replace("from kireji.", "from app."))
            with running({**place.environ, "PYTHONPATH": str(old_code)}, tmp_path, "worker") as worker:
                yield worker

    with scene(tmp_path, repos=PULLS, first_token=0.5, **FEW_AT_ONCE) as place:
        assert_handed_over(place, tmp_path, running_before_the_move(place))


def assert_handed_over(place: Scene, folder: Path, old_worker: AbstractContextManager[Running]) -> None:
    """Stop the old worker in the midst of its reviews, start one of this version, and look at what both of them did."""
    with old_worker as old:
        old.await_said("worker w0 is ready")
        for repo in place.crowd.repositories():
            place.crowd.open(repo)
        wait(lambda: answered(place) >= 3)
        told = now()
        assert old.stop() == 0
    stopped = now()

    calls_before = answered(place)
    requests_before = place.claude.count()
    assert calls_before < PULLS * CALLS, "the reviews were over too soon to show anything"

    with running(place.environ, folder, "worker") as new:
        new.await_said("worker w0 is ready")
        wait(lambda: not busy(place.store), lambda: busy(place.store))
        assert new.stop() == 0

    assert place.claude.count() - requests_before == PULLS * CALLS - calls_before
    verdict = judge(place.crowd, place.claude, place.store, deaths=[told, stopped])
    assert (verdict.reviews, verdict.wrong) == ({"done": PULLS}, {})
    assert not place.crowd.failed


def unpack(commit: str, folder: Path) -> Path:
    """The package as it was at a commit of this project's own history."""
    archive = subprocess.run(["git", "archive", commit, "app"], cwd=ROOT, capture_output=True, check=False)
    if archive.returncode:
        pytest.skip("this copy of the project has no such history")

    folder.mkdir()
    subprocess.run(["tar", "--extract", "--directory", str(folder)], input=archive.stdout, check=True)
    return folder


def test_a_review_cancelled_by_hand_says_so_and_can_be_done_again(tmp_path: Path) -> None:
    """The worker closes the check run as cancelled and posts nothing; the retry is a review of its own."""
    with scene(tmp_path, repos=1, first_token=3) as place, running(place.environ, tmp_path, "worker") as worker:
        worker.await_said("worker w0 is ready")
        (repo,) = place.crowd.repositories()
        number = place.crowd.open(repo)
        head = repo.pull(number).head_sha
        wait(lambda: place.claude.count() and repo.check_runs(head))
        desk = build_desk(place.settings)
        desk.cancel(f"{repo.full_name}#{number}")
        wait(lambda: [run["status"] for run in repo.check_runs(head)] == ["completed"])
        assert [(run["conclusion"], run["output"]["title"]) for run in repo.check_runs(head)] == [
            ("cancelled", "Cancelled")
        ]
        assert repo.reviews(number) == []

        desk.retry(f"{repo.full_name}#{number}")
        wait(lambda: not busy(place.store), lambda: busy(place.store))
        assert [item.review.state for item in desk.list()] == [ReviewState.DONE, ReviewState.CANCELLED]
        assert sorted(run["conclusion"] for run in repo.check_runs(head)) == ["cancelled", "neutral"]
        assert len(repo.reviews(number)) == 1
        assert worker.stop() == 0
