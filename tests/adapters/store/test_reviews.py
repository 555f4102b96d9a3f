"""A review's life, on both stores."""

from dataclasses import replace

import pytest
from sqlalchemy import Engine

from kireji.adapters.store.listing import show
from kireji.adapters.store.reviews import close_check, finish, note_writing, set_check_run, set_state, start
from kireji.core.operations.lifecycle import OPEN_STATES, Admission, ReviewRecord, ReviewState
from kireji.core.pulls.posting import Conclusion
from kireji.core.pulls.pull import PullRef
from kireji.errors import DefectError
from tests.adapters.store.make import REF, name, push

ENDS = sorted(set(ReviewState) - OPEN_STATES)


def record(engine: Engine, review_id: str) -> ReviewRecord:
    """The review as it is now."""
    detail = show(engine, review_id)
    assert detail
    return detail.review


def queued(engine: Engine, number: int = 7, repo: str = "octo/demo") -> str:
    """The id of a queued review of a pull request of its own."""
    ref = PullRef(repo, number, 42)
    push(engine, "a", ref=ref)
    return name("a", 1, ref)


def test_a_whole_life(engine: Engine) -> None:
    """Queued, waiting, running, done: each with what it brings."""
    review = queued(engine)
    assert record(engine, review) == ReviewRecord(
        review, REF, "a", 1, 1, ReviewState.QUEUED, "", None, None, 1000.0, None, None, None
    )
    assert set_state(engine, review, ReviewState.WAITING, "the limit of octo/demo is reached")
    assert record(engine, review).note == "the limit of octo/demo is reached"
    assert start(engine, review, "w0", 1010.0, 1) is Admission.STARTED

    set_check_run(engine, review, 99)
    assert finish(engine, review, ReviewState.DONE, 1020.0)

    close_check(engine, review, Conclusion.SUCCESS)
    assert record(engine, review) == ReviewRecord(
        review, REF, "a", 1, 1, ReviewState.DONE, "", 99, Conclusion.SUCCESS, 1000.0, 1010.0, 1020.0, "w0"
    )


def test_a_repository_runs_no_more_than_its_limit(engine: Engine) -> None:
    """The next one starts when one ends; another repository's limit is its own."""
    first, second, third = (queued(engine, number) for number in (1, 2, 3))
    other = queued(engine, 1, "octo/other")

    assert [start(engine, review, "w0", 1010.0, 2) for review in (first, second, third, other)] == [
        Admission.STARTED,
        Admission.STARTED,
        Admission.FULL,
        Admission.STARTED,
    ]
    assert record(engine, third).state is ReviewState.QUEUED

    finish(engine, first, ReviewState.FAILED, 1020.0, "Claude was away")
    assert start(engine, third, "w0", 1030.0, 2) is Admission.STARTED


def test_a_running_review_may_always_go_on(engine: Engine) -> None:
    """Recovered by another worker, even under a limit lowered meanwhile: else two would wait for each other."""
    first = queued(engine, 1)
    second = queued(engine, 2)
    for review in (first, second):
        start(engine, review, "w0", 1010.0, 2)
    assert start(engine, first, "w1", 1020.0, 1) is Admission.STARTED
    assert replace(record(engine, first), worker="w0") == replace(record(engine, first), started_at=1010.0, worker="w0")
    assert record(engine, first).worker == "w1"


@pytest.mark.parametrize("end", ENDS)
def test_an_ended_review_does_not_start_or_change_again(engine: Engine, end: ReviewState) -> None:
    """Whatever a late worker tries."""
    review = queued(engine)
    assert finish(engine, review, end, 1010.0, "why")
    ended = record(engine, review)
    assert start(engine, review, "w0", 1020.0, 9) is Admission.OVER
    assert not set_state(engine, review, ReviewState.WAITING)
    assert not finish(engine, review, ReviewState.FAILED, 1030.0)
    assert record(engine, review) == ended


def test_what_was_posted_is_done_although_superseded(engine: Engine) -> None:
    """A push that comes between the posting and its note does not undo the posting, nor end the new push's wait."""
    first = queued(engine)
    push(engine, "b", 1010.0)
    assert finish(engine, first, ReviewState.DONE, 1020.0)
    assert record(engine, first).state is ReviewState.DONE
    assert push(engine, "c", 1030.0).first_unreviewed_at == 1000.0


def test_the_check_run_of_an_ended_review_can_be_told(engine: Engine) -> None:
    """It is completed after the review has ended, and may even have been opened then."""
    review = queued(engine)
    finish(engine, review, ReviewState.CANCELLED, 1010.0)
    set_check_run(engine, review, 99)
    close_check(engine, review, Conclusion.CANCELLED)
    assert (record(engine, review).check_run_id, record(engine, review).conclusion) == (99, Conclusion.CANCELLED)


def test_what_an_earlier_run_may_still_be_writing_is_waited_for(engine: Engine) -> None:
    """Until its time is over nothing is noted; a run's own notes do not hold it up."""
    review = queued(engine)
    assert note_writing(engine, review, since=1000.0, seconds=12.0, now=1001.0) == 0
    assert note_writing(engine, review, since=1000.0, seconds=12.0, now=1002.0) == 0
    assert note_writing(engine, review, since=1005.0, seconds=12.0, now=1006.0) == 8
    assert note_writing(engine, review, since=1005.0, seconds=12.0, now=1014.0) == 0
    assert record(engine, review).writing_at == 1014.0


def test_a_note_is_kept_whatever_it_holds(engine: Engine) -> None:
    """A reason may quote a file's name, which may be any bytes."""
    review = queued(engine)
    set_state(engine, review, ReviewState.WAITING, "nul \0, half a pair \ud83d, a byte \udcff, 日本語 😀")
    assert record(engine, review).note == "nul \ufffd, half a pair \ufffd, a byte \ufffd, 日本語 😀"


def test_a_review_that_is_not_there_cannot_start(engine: Engine) -> None:
    """A mistake of ours, not a reason to wait."""
    with pytest.raises(DefectError, match="there is no review nobody"):
        start(engine, "nobody", "w0", 1000.0, 1)
