"""A delivery that comes again: nothing happens twice, but what failed may be done."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import Connection, Engine, text

from kireji.adapters.engine.jobs import JobState
from kireji.adapters.queue.intake import DurableIntake
from kireji.adapters.queue.seal import Seal
from kireji.adapters.store.deliveries import known_deliveries
from kireji.core.events.delivery import Delivery
from kireji.core.events.happened import CommentWritten
from kireji.core.events.job import CloseJob, Errand, ReviewJob, ReviewRequest
from kireji.core.operations.lifecycle import ReviewState
from kireji.core.pulls.people import CommentPlace
from kireji.core.pulls.pull import PullRef
from tests.adapters.conftest import Office
from tests.fakes.clock import FakeClock

QUEUED = ReviewState.QUEUED
FAILED = ReviewState.FAILED


def test_a_delivery_whose_review_failed_runs_again(office: Office) -> None:
    """Under a new id, with work of its own; once, and not while that is under way."""
    office.deliver()
    office.end(FAILED)
    office.deliver()
    office.deliver()
    assert office.states() == [FAILED, QUEUED]
    again = office.reviews()[-1]
    assert (again.head_sha, again.generation) == ("aaaa111", 2)
    assert [job.state for job in office.jobs.find([again.id])] == [JobState.QUEUED]


def test_many_at_once_are_one(office: Office) -> None:
    """Twenty redeliveries at the same moment make one more review."""
    office.deliver()
    office.end(FAILED)
    with ThreadPoolExecutor(8) as pool:
        for taken in [pool.submit(office.deliver) for _ in range(20)]:
            taken.result()
    assert office.states() == [FAILED, QUEUED]


def test_another_delivery_of_a_failed_head_runs_too(office: Office) -> None:
    """A pull request that is closed and opened again has the head whose review failed."""
    office.deliver("opened")
    office.end(FAILED)
    office.deliver("reopened")
    assert office.states() == [FAILED, QUEUED]


@pytest.mark.parametrize("state", [ReviewState.DONE, ReviewState.CANCELLED, ReviewState.SUPERSEDED])
def test_what_did_not_fail_is_not_done_again(office: Office, state: ReviewState) -> None:
    """A review that was posted, or that somebody cancelled, stays as it is."""
    office.deliver()
    office.end(state)
    office.deliver()
    assert office.states() == [state]


def test_a_failed_review_of_an_older_head_stays_so(office: Office) -> None:
    """Newer commits were pushed: what the redelivery tells is stale."""
    office.deliver("first", "aaaa111")
    office.end(FAILED)
    office.deliver("second", "bbbb222")
    office.deliver("first", "aaaa111")
    assert [(review.head_sha, review.state) for review in office.reviews()] == [
        ("aaaa111", FAILED),
        ("bbbb222", QUEUED),
    ]


def test_what_an_errand_asks_for_is_asked_once(office: Office) -> None:
    """Its step may be run again after a crash: the same cause gives the same review; another cause another one."""
    ref = PullRef(office.repo, 7, 42)
    ask = ReviewRequest("alice", forced=True, paths=("src/**",))
    first = office.intake.request_review(ref, "aaaa111", ask, "delivery 1 7")
    assert office.intake.request_review(ref, "aaaa111", ask, "delivery 1 7") == first
    assert office.intake.request_review(ref, "aaaa111", ask, "delivery 2 7") != first
    assert office.states() == [ReviewState.SUPERSEDED, QUEUED]
    assert [review.ask for review in office.reviews()] == [ask, ask]


MARIA = ReviewRequest("maria", forced=True, full=True, deep=True)


@pytest.mark.parametrize("state", [FAILED, ReviewState.SKIPPED])
def test_a_review_that_is_done_again_is_asked_for_as_before(office: Office, state: ReviewState) -> None:
    """`kireji jobs retry` after `/review deep` has failed: a draft's review is not held back, and is a deep one."""
    office.intake.request_review(PullRef(office.repo, 7, 42), "aaaa111", MARIA, f"{office.repo} 1")
    office.end(state)
    office.desk.retry(f"{office.repo}#7")
    assert [(review.state, review.ask) for review in office.reviews()] == [(state, MARIA), (QUEUED, MARIA)]


def test_a_head_that_no_delivery_told_of_is_asked_for_as_the_one_before(office: Office) -> None:
    """Somebody asked for a review, which found a newer head: that one's is what he asked for."""
    office.intake.request_review(PullRef(office.repo, 7, 42), "aaaa111", MARIA, f"{office.repo} 1")
    office.end(ReviewState.SUPERSEDED)
    assert office.intake.move_request(office.reviews()[0], "bbbb222")
    assert [review.ask for review in office.reviews()] == [MARIA, MARIA]


@pytest.mark.parametrize(("ended", "ask"), [(False, replace(MARIA, pushed=True)), (True, ReviewRequest(pushed=True))])
def test_a_push_takes_over_what_an_open_review_was_asked_for(office: Office, ended: bool, ask: ReviewRequest) -> None:
    """`/review deep`, and a push before it is done: the push's review is what was asked for. Not where it was done."""
    ref = PullRef(office.repo, 7, 42)
    office.intake.request_review(ref, "aaaa111", MARIA, f"{office.repo} 1")
    if ended:
        office.end(ReviewState.DONE)
    push = Delivery(f"{office.repo} push", "pull_request", {"action": "synchronize"})
    office.intake.accept(push, [ReviewJob(ref, "bbbb222", ask=ReviewRequest(pushed=True))])
    assert [review.ask for review in office.reviews()] == [MARIA, ask]


def test_a_label_does_not_undo_a_command(office: Office) -> None:
    """A moment after `/review full` of some paths the author adds a label: all files are read, and what was read, too."""
    ref = PullRef(office.repo, 7, 42)
    office.intake.request_review(
        ref, "aaaa111", ReviewRequest("maria", forced=True, full=True, paths=("src/**",)), f"{office.repo} 1"
    )
    office.intake.request_review(ref, "aaaa111", ReviewRequest(), f"{office.repo} 2")
    assert office.reviews()[-1].ask == ReviewRequest("maria", forced=True, full=True)


def test_a_pull_request_that_is_closed(office: Office) -> None:
    """Its review is cancelled, with its work; the delivery that says so twice changes nothing more."""
    office.deliver()
    closed = Delivery(f"{office.repo} closed", "pull_request", {"action": "closed"})
    for _ in range(2):
        office.intake.accept(closed, [CloseJob(PullRef(office.repo, 7, 42))])
    assert office.states() == [ReviewState.CANCELLED]
    assert [job.state for job in office.jobs.find([office.reviews()[0].id])] == [JobState.CANCELLED]


def test_an_errand_is_queued_once(office: Office) -> None:
    """With its delivery, under its id; and no review is."""
    comment = CommentWritten(
        PullRef(office.repo, 7, 42), 1, CommentPlace.CONVERSATION, "/review", "alice", False, "alice"
    )
    for _ in range(2):
        office.intake.accept(Delivery(f"{office.repo} said", "issue_comment", {}), [Errand(comment)])
    assert [job.state for job in office.jobs.find([f"errand/{office.repo} said"])] == [JobState.QUEUED]
    assert office.states() == []


@pytest.mark.parametrize(
    ("state", "again"),
    [
        ("ERROR", JobState.QUEUED),
        ("MAX_RECOVERY_ATTEMPTS_EXCEEDED", JobState.QUEUED),
        ("SUCCESS", JobState.DONE),
        ("PENDING", JobState.RUNNING),
        ("CANCELLED", JobState.CANCELLED),
    ],
)
def test_an_errand_that_failed_is_done_again_when_it_is_redelivered(
    office: Office, state: str, again: JobState
) -> None:
    """By people or by the sweep of deliveries; what is done or under way is left as it is."""
    comment = CommentWritten(
        PullRef(office.repo, 7, 42), 1, CommentPlace.CONVERSATION, "/review", "alice", False, "alice"
    )
    delivery = Delivery(f"{office.repo} said", "issue_comment", {})
    errand = f"errand/{office.repo} said"
    office.intake.accept(delivery, [Errand(comment)])

    with office.engine.begin() as conn:
        of = "dbos.workflow_status" if conn.dialect.name == "postgresql" else "workflow_status"
        conn.execute(text(f"UPDATE {of} SET status = :state WHERE workflow_uuid = :id"), {"state": state, "id": errand})

    for _ in range(2):
        office.intake.accept(delivery, [Errand(comment)])

    assert [(job.state, job.partition) for job in office.jobs.find([errand])] == [(again, "42")]


def test_a_body_under_a_new_id_is_a_replay(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    """Nothing is queued or done again because of it, also where the review has failed; it is known, and GitHub's own
    redelivery does what is to be done."""
    ref = PullRef(office.repo, 7, 42)
    job = ReviewJob(ref, "aaaa111")
    payload = {"action": "opened"}
    digest = f"digest of {office.repo}"
    first = Delivery(f"{office.repo} 1", "pull_request", payload, digest)
    office.intake.accept(first, [job])
    office.end(FAILED)

    for number in (2, 3, 2):
        office.intake.accept(replace(first, id=f"{office.repo} {number}"), [job])

    assert office.states() == [FAILED]
    assert "is another one's body under a new id: nothing is done" in caplog.text
    assert len(known_deliveries(office.engine, [f"{office.repo} {number}" for number in (1, 2, 3)])) == 3
    office.intake.accept(first, [job])
    assert office.states() == [FAILED, QUEUED]
    office.intake.accept(
        Delivery(f"{office.repo} 4", "pull_request", payload, f"other {digest}"), [replace(job, again=True)]
    )
    assert office.states() == [FAILED, ReviewState.SUPERSEDED, QUEUED]


def test_an_errand_that_failed_is_listed_by_its_delivery(office: Office) -> None:
    """For whoever runs Kireji: its comment was marked, and nobody else is told."""
    comment = CommentWritten(PullRef(office.repo, 7, 42), 1, CommentPlace.CONVERSATION, "", "alice", False, "alice")
    office.intake.accept(Delivery(f"{office.repo} said", "issue_comment", {}), [Errand(comment)])
    assert [delivery for delivery in office.desk.failed_deliveries(1000) if office.repo in delivery.delivery] == []

    with office.engine.begin() as conn:
        of = "dbos.workflow_status" if conn.dialect.name == "postgresql" else "workflow_status"
        conn.execute(
            text(f"UPDATE {of} SET status = 'ERROR' WHERE workflow_uuid = :id"), {"id": f"errand/{office.repo} said"}
        )

    (failed,) = (delivery for delivery in office.desk.failed_deliveries(1000) if office.repo in delivery.delivery)
    assert (failed.delivery, failed.state, failed.error) == (f"{office.repo} said", "failed", None)


def test_cancelled_in_a_comment(office: Office) -> None:
    """What is under way ends, and that is said; there may be nothing to cancel."""
    ref = PullRef(office.repo, 7, 42)
    office.deliver()
    assert office.intake.cancel(ref, "in a comment") is True
    assert office.intake.cancel(ref, "in a comment") is False
    assert [(review.state, review.note) for review in office.reviews()] == [(ReviewState.CANCELLED, "in a comment")]


class Delays:
    """A queue of which only the delays are kept, in seconds."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def enqueue(
        self,
        conn: Connection,  # noqa: ARG002
        review_id: str,  # noqa: ARG002
        partition: str,  # noqa: ARG002
        delay_seconds: float = 0,
        priority: int = 0,  # noqa: ARG002
    ) -> None:
        """Note the delay."""
        self.seconds.append(delay_seconds)

    def enqueue_errand(self, conn: Connection, delivery_id: str, partition: str) -> None:  # noqa: ARG002
        """There is none."""
        raise AssertionError

    def retry_errand(self, delivery_id: str, partition: str) -> None:
        """Nothing failed."""

    def cancel(self, review_id: str) -> bool:  # noqa: ARG002
        """The queue does it."""
        return True


def test_pushes_put_a_review_off_for_a_minute_at_most(full_engine: Engine) -> None:
    """Each push waits for the next one as long as was set, but none beyond a minute after the first unreviewed push."""
    queue = Delays()
    clock = FakeClock()
    ref = PullRef(f"octo/{uuid4().hex}", 1, 42)
    intake = DurableIntake(full_engine, queue, clock, debounce=25, seal=Seal(b"swordfish"))
    for number in range(5):
        job = ReviewJob(ref, f"head{number}", ask=ReviewRequest(pushed=True))
        intake.accept(Delivery(f"{ref.repo} {number}", "pull_request", {"action": "synchronize"}), [job])
        clock.advance(20)
    assert queue.seconds == pytest.approx([25, 25, 20, 0, 0])
