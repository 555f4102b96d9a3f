"""Workers that die at the worst moment."""

import time

import pytest
from sqlalchemy import func, select

from kireji.adapters.store.engine import reading
from kireji.adapters.store.tables import reviews, slots
from kireji.core.operations.lifecycle import ReviewState
from tests.chaos.house import Place, await_that
from tests.chaos.town import Town
from tests.chaos.verdict import busy
from tests.sandbox.claude import Latency
from tests.sandbox.github import Fault

SETTINGS = {"KIREJI_SWEEP_SECONDS": "3600"}  # nothing here may need one
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
    workers = place.app.workers
    await_that(lambda: any(running(place, one) for one in workers), 30, "no worker got anything to do")
    dying = max(workers, key=lambda one: running(place, one))
    place.app.kill(dying, for_good=True)
    await_that(lambda: not busy(place.store), TAKEN_OVER, "the reviews were not taken over")
    assert place.judge().wrong == {}


@pytest.mark.timeout(120)
def test_posts_that_are_under_way_when_their_worker_dies(sqlite_place: Town) -> None:
    """GitHub executes them seconds later, when the next worker is at work already: still there is one of each."""
    place = sqlite_place
    repos = [place.crowd.add_repository(f"octo/under-way-{number}") for number in range(2)]
    for repo, write in zip(repos, ("POST /repos/{}/pulls/1/reviews", "POST /repos/{}/check-runs"), strict=True):
        place.github.faults.add(Fault(write.format(repo.full_name), delay=SLOWEST))
        place.crowd.open(repo)
    await_that(lambda: len(place.github.faults.hits) == 2, 30, "nothing was posted", pause=0.01)
    executed = time.monotonic() + SLOWEST + 1
    place.app.kill(place.app.workers[0])
    place.await_quiet()
    time.sleep(max(0.0, executed - time.monotonic()))
    assert place.judge().wrong == {}
    assert [len(repo.reviews(1)) for repo in repos] == [1, 1]


def test_a_push_while_the_check_run_opens(sqlite_place: Town) -> None:
    """The review of the old head ends within a step; its check run is closed by itself, without a sweep."""
    place = sqlite_place
    repo = place.crowd.add_repository("octo/pushed")
    place.github.faults.clear()
    place.github.faults.add(Fault(f"POST /repos/{repo.full_name}/check-runs", delay=3.0))
    place.crowd.open(repo)
    old = repo.pull(1).head_sha
    await_that(lambda: place.github.faults.hits, 30, "no check run was opened", pause=0.01)
    place.crowd.push(repo, 1)
    wanted = {(old, "cancelled"), (repo.pull(1).head_sha, "neutral")}
    await_that(lambda: set(place.checks(repo)) == wanted, 30, "the check runs did not close")
    place.await_quiet()
    assert place.judge().wrong == {}


def test_an_answer_that_is_under_way_when_its_worker_dies(sqlite_place: Town) -> None:
    """GitHub executes the comment later than the next worker looks for it, or the other way round: it stands there once."""
    place = sqlite_place
    repo = place.crowd.add_repository("octo/answered")
    place.crowd.open(repo)
    place.await_quiet()
    place.github.faults.clear()
    place.github.faults.add(Fault(f"POST /repos/{repo.full_name}/issues/1/comments", delay=3.0))
    comment = repo.comment(1, "/review help", by="alice")
    headers, body = place.github.webhook(
        "issue_comment", action="created", repo=repo, number=1, comment_id=comment.id, sender="alice"
    )
    assert place.post(headers, body) == 202
    await_that(lambda: place.github.faults.hits, 30, "nothing was answered", pause=0.01)
    place.app.kill(place.app.workers[0])
    await_that(lambda: len(repo.issue_comments(1)) == 2, 30, "the answer did not arrive")
    time.sleep(5)
    assert len(repo.issue_comments(1)) == 2
