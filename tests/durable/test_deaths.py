"""Workers that die at the worst moment."""

import time

import pytest
from sqlalchemy import func, select

from app.adapters.store.engine import reading
from app.adapters.store.tables import reviews, slots
from app.core.lifecycle import ReviewState
from app.sandbox.claude import Latency
from app.sandbox.github import Fault
from tests.chaos.house import Place, await_that
from tests.chaos.town import Town
from tests.chaos.verdict import busy

SLOW = Latency(first_token=2.0)
SLOWEST = 9.0  # seconds: GitHub ends a request that takes longer than 10
TAKEN_OVER = 30.0  # seconds: what the product promises


def running(place: Town, worker: Place) -> int:
    """How many reviews this worker's process is carrying out."""
    its = select(slots.c.name).where(slots.c.owner == worker.owner)
    mine = reviews.c.worker.in_(its.scalar_subquery())
    with reading(place.store) as conn:
        return conn.scalar(select(func.count()).where(reviews.c.state == ReviewState.RUNNING, mine)) or 0


@pytest.mark.timeout(120)
def test_a_dead_workers_reviews_finish_elsewhere(two_workers: Town) -> None:
    """One of two workers is killed and never comes back: within 30 s the other has done its reviews, each once."""
    place = two_workers
    place.claude.latency = SLOW
    for repo in place.crowd.repositories():
        for _ in range(3):
            place.crowd.open(repo)
    dying = place.app.workers[0]
    await_that(lambda: running(place, dying), 30, "the first worker got nothing to do")
    place.app.kill(dying, for_good=True)
    await_that(lambda: not busy(place.store), TAKEN_OVER, "the reviews were not taken over")
    assert place.judge().wrong == {}


@pytest.mark.parametrize("write", ["POST */reviews", "POST */check-runs"])
def test_a_post_that_is_under_way_when_its_worker_dies(sqlite_place: Town, write: str) -> None:
    """GitHub executes it seconds later, when the next worker is at work already: still there is one of it."""
    place = sqlite_place
    place.github.faults.add(Fault(write, delay=SLOWEST))
    repo = place.crowd.repositories()[0]
    number = place.crowd.open(repo)
    await_that(lambda: place.github.faults.hits, 30, "nothing was posted", pause=0.01)
    executed = time.monotonic() + SLOWEST + 1
    place.app.kill(place.app.workers[0])
    place.await_quiet()
    time.sleep(max(0.0, executed - time.monotonic()))
    assert place.await_mended(30)
    assert place.judge().wrong == {}
    assert len(repo.reviews(number)) == 1


@pytest.mark.settings(KIREJI_SWEEP_SECONDS="3600")
def test_a_push_while_the_check_run_opens(sqlite_place: Town) -> None:
    """The review of the old head ends within a step; its check run is closed by itself, without a sweep."""
    place = sqlite_place
    place.github.faults.add(Fault("POST */check-runs", delay=3.0))
    repo = place.crowd.repositories()[0]
    number = place.crowd.open(repo)
    old = repo.pull(number).head_sha
    await_that(lambda: place.github.faults.hits, 30, "no check run was opened", pause=0.01)
    place.crowd.push(repo, number)
    wanted = sorted([(old, "cancelled"), (repo.pull(number).head_sha, "neutral")])
    await_that(
        lambda: sorted(place.checks(repo), key=str) == sorted(wanted, key=str), 30, "the check runs did not close"
    )
    place.await_quiet()
    assert place.judge().wrong == {}
