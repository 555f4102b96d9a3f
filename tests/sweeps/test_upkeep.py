"""What the sweeps see of the tables and the queue, and what they mend there, on both stores."""

import pytest

from kireji.adapters.store.deliveries import TakenDelivery, take_delivery
from kireji.adapters.store.engine import writing
from kireji.adapters.store.pulls import bump
from kireji.adapters.store.reviews import add_review, close_check, finish, set_check_run, start
from kireji.adapters.store.slots import expired, lease
from kireji.core.events.job import ReviewJob
from kireji.core.operations.lifecycle import NewReview, ReviewState
from kireji.core.pulls.posting import CheckReport, Conclusion
from kireji.core.pulls.pull import PullRef
from tests.sweeps.office import Office

REF = PullRef("octo/shop", 1, 42)
DAY = 86_400


def queued(office: Office, number: int = 1) -> str:
    """A review in the queue; its id."""
    job = ReviewJob(PullRef(REF.repo, number, REF.installation), "a" * 40)
    with writing(office.database) as conn:
        office.intake._enqueue_review(conn, job, office.clock.now().timestamp() - 290)
    return job.name


@pytest.mark.parametrize(
    ("status", "state", "note"),
    [
        ("SUCCESS", ReviewState.DONE, ""),
        ("ERROR", ReviewState.FAILED, "an error in Kireji ended it"),
        ("CANCELLED", ReviewState.CANCELLED, ""),
        ("MAX_RECOVERY_ATTEMPTS_EXCEEDED", ReviewState.FAILED, "it was begun several times and never came to its end"),
        ("PENDING", ReviewState.RUNNING, ""),
        ("ENQUEUED", ReviewState.RUNNING, ""),
    ],
)
async def test_a_review_whose_work_is_over_ends(office: Office, status: str, state: ReviewState, note: str) -> None:
    """With the reason; one that is worked on, or waits, is left alone."""
    review_id = queued(office)
    start(office.database, review_id, "w0", 1000.0, 5)
    office.end_job(review_id, status)
    await office.mend()
    assert (office.review(review_id).state, office.review(review_id).note) == (state, note)


async def test_what_was_over_only_just_now_is_left_to_its_worker(office: Office) -> None:
    """It may be about to tell how it ended."""
    review_id = queued(office)
    office.end_job(review_id, "ERROR")
    office.clock.ahead = 60
    await office.mend()
    assert office.review(review_id).state is ReviewState.QUEUED


async def test_a_review_that_is_in_no_queue_is_queued_once(office: Office) -> None:
    """Whatever took its work away."""
    with writing(office.database) as conn:
        bump(conn, REF, "a" * 40, 1000.0)
        add_review(conn, NewReview("octo/shop#1@a/1", REF, "a" * 40, 1), 1000.0)
    await office.mend()
    await office.mend()
    (job,) = office.jobs.list()
    assert (job.id, job.partition, job.attempts) == ("octo/shop#1@a/1", "42", 0)


async def test_a_worker_without_a_lease_is_declared_dead(office: Office) -> None:
    """Its reviews are then taken over as a dead worker's are; a living one's are not."""
    for number, worker in enumerate(("w0", "w3", "w3"), start=1):
        office.end_job(queued(office, number), "PENDING", worker)
    now = office.clock.now().timestamp()
    assert lease(office.database, "owner", now, 10, 5) == "w0"
    assert await office.upkeep.disown() == ("w3",)
    assert expired(office.database, now) == ("w3",)
    assert await office.upkeep.disown() == ()


async def test_the_longest_wait_is_known(office: Office) -> None:
    """Of what is queued; what is delayed or under way does not wait."""
    now = office.clock.now().timestamp()
    assert await office.upkeep.waiting_since(now) is None
    first = queued(office, 1)
    since = await office.upkeep.waiting_since(now)
    assert since is not None
    assert await office.upkeep.waiting_since(since - 60) is None
    office.end_job(first, "PENDING")
    assert await office.upkeep.waiting_since(now) is None


async def test_a_check_run_left_open_is_closed_on_github(office: Office) -> None:
    """Once; no request is made for it afterwards."""
    repo = office.github.create_repo("octo/shop")
    head = repo.open_pull(files={"a.py": "1\n"}).head_sha
    review_id = queued(office)
    office.end_job(review_id, "CANCELLED")
    ref = PullRef(REF.repo, 1, office.identity.installation_id)
    check = await office.forge.open_check(ref, head, review_id, CheckReport("Reading", "It reads."))
    set_check_run(office.database, review_id, check)
    with writing(office.database) as conn:
        conn.exec_driver_sql(f"UPDATE reviews SET installation = {ref.installation}")
    await office.mend()
    office.clock.ahead += 300
    await office.mend()
    (run,) = repo.check_runs(head)
    assert (run["status"], run["conclusion"], run["output"]["title"]) == ("completed", "cancelled", "Cancelled")
    assert office.review(review_id).conclusion is Conclusion.CANCELLED
    office.github.clear_traffic()
    await office.mend()
    assert office.github.traffic == []


async def test_turns_are_taken_by_one(office: Office) -> None:
    """Once in the interval, of all who ask; a clock that was ahead stops nothing for long."""
    upkeep, clock = office.upkeep, office.clock
    assert [await upkeep.turn("a", 60), await upkeep.turn("a", 60), await upkeep.turn("b", 60)] == [True, False, True]
    clock.ahead += 61
    assert await upkeep.turn("a", 60)
    clock.ahead -= 1000
    assert await upkeep.turn("a", 60)


async def test_many_deliveries_are_looked_up(office: Office) -> None:
    """More than one statement takes."""
    with writing(office.database) as conn:
        for number in range(3):
            take_delivery(conn, TakenDelivery(f"d{number}", "ping", {}, 1000.0))
    assert await office.upkeep.taken_deliveries([f"d{number}" for number in range(1200)]) == {"d0", "d1", "d2"}
    assert await office.upkeep.taken_deliveries([]) == frozenset()


async def test_what_is_old_goes(office: Office) -> None:
    """Deliveries long after GitHub could send them again, finished work after two weeks, reviews after three months."""
    review_id = queued(office)
    office.end_job(review_id, "SUCCESS")
    finish(office.database, review_id, ReviewState.DONE, 1000.0)
    close_check(office.database, review_id, Conclusion.SUCCESS)
    with writing(office.database) as conn:
        take_delivery(conn, TakenDelivery("new", "ping", {}, office.clock.now().timestamp()))
    gone = list[dict[str, int]]()
    for days in (13, 2, 16, 60):
        office.clock.ahead += days * DAY
        gone.append({kind: number for kind, number in (await office.upkeep.purge()).items() if number})
    assert gone == [{}, {"jobs": 1}, {"deliveries": 1}, {"reviews": 1}]
