"""A delivery that comes again: nothing happens twice, but what failed may be done."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from app.adapters.engine.jobs import JobState
from app.core.lifecycle import ReviewState
from tests.adapters.conftest import Office

QUEUED, FAILED = ReviewState.QUEUED, ReviewState.FAILED


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
