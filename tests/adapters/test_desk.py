"""Reviews listed, shown, cancelled and retried by hand."""

from dataclasses import replace

import pytest

from kireji.adapters.engine.jobs import JobState
from kireji.adapters.store.ledger import record_call
from kireji.core.operations.lifecycle import ReviewState
from kireji.errors import UserError
from tests.adapters.conftest import Office
from tests.adapters.store.make import call

QUEUED = ReviewState.QUEUED
DONE = ReviewState.DONE
FAILED = ReviewState.FAILED
CANCELLED = ReviewState.CANCELLED
SUPERSEDED = ReviewState.SUPERSEDED


def test_a_list_shows_reviews_and_the_work_on_them(office: Office) -> None:
    """The newest first; by state, by repository, at most so many."""
    office.deliver("one", number=1)
    office.end(FAILED, "GitHub answered 502")
    office.deliver("two", number=2)
    found = office.desk.list(repo=office.repo)
    assert [(item.review.ref.number, item.review.state) for item in found] == [(2, QUEUED), (1, FAILED)]
    assert [item.work and item.work.state for item in found] == ["queued", "queued"]
    assert [item.review.note for item in office.desk.list(FAILED, office.repo)] == ["GitHub answered 502"]
    assert len(office.desk.list(repo=office.repo, limit=1)) == 1


def test_one_review_is_shown_with_its_calls(office: Office) -> None:
    """And what they cost together."""
    office.deliver()
    review_id = office.reviews()[0].id
    for number in (1, 2):
        record_call(office.engine, replace(call(), id=f"{review_id} {number}", review_id=review_id))
    shown = office.desk.show(f"{office.repo}#7")
    assert (shown.costs.review.id, len(shown.costs.calls), shown.costs.spent.nanodollars) == (review_id, 2, 1000)
    assert shown.work
    assert (shown.work.state, shown.work.attempts, shown.work.steps) == ("queued", 0, ())


def test_a_review_has_shorter_names(office: Office) -> None:
    """The pull request alone means its newest review; the head's beginning and the generation choose among them."""
    office.deliver("one", "aaaa111")
    office.deliver("two", "bbbb222")
    pull = f"{office.repo}#7"
    first, second = office.reviews()
    for name, meant in [
        (pull, second),
        (f"{pull}@aaaa", first),
        (f"{pull}@aaaa111/1", first),
        (f"{pull}@/1", first),
        (second.id, second),
    ]:
        assert office.desk.show(name).costs.review == meant


@pytest.mark.parametrize("name", ["octo/none#7", "#7", "octo/shop", ""])
def test_a_name_that_is_none_is_told(office: Office, name: str) -> None:
    """With what to do."""
    with pytest.raises(UserError) as caught:
        office.desk.show(name)
    assert caught.value.remedy


def test_a_cancelled_review_never_begins(office: Office) -> None:
    """Its row and its work are cancelled; to cancel it again changes nothing."""
    office.deliver()
    for _ in range(2):
        item = office.desk.cancel(f"{office.repo}#7")
        assert (item.review.state, item.review.note) == (CANCELLED, "cancelled by hand")
        assert item.work
        assert item.work.state == JobState.CANCELLED


def test_work_that_was_not_cancelled_with_its_review_is_cancelled_later(office: Office) -> None:
    """If the database went away between the two, the same command mends it."""
    office.deliver()
    office.end(CANCELLED)
    item = office.desk.cancel(f"{office.repo}#7")
    assert item.work
    assert item.work.state == JobState.CANCELLED


def test_what_is_over_cannot_be_cancelled(office: Office) -> None:
    """The message says how it ended."""
    office.deliver()
    office.end(DONE)
    with pytest.raises(UserError, match="is over: done"):
        office.desk.cancel(f"{office.repo}#7")
    assert office.states() == [DONE]


@pytest.mark.parametrize("state", [DONE, FAILED, CANCELLED])
def test_what_is_over_can_be_done_again(office: Office, state: ReviewState) -> None:
    """As a new review of the same head, with work of its own."""
    office.deliver()
    office.end(state)
    office.jobs.cancel(office.reviews()[0].id)
    item = office.desk.retry(f"{office.repo}#7")
    assert office.states() == [state, QUEUED]
    assert item.review == office.reviews()[1]
    assert item.work
    assert item.work.state == JobState.QUEUED


def test_what_is_not_over_is_not_done_again(office: Office) -> None:
    """It is to be cancelled first."""
    office.deliver()
    with pytest.raises(UserError, match="is queued") as caught:
        office.desk.retry(f"{office.repo}#7")
    assert "jobs cancel" in caught.value.remedy
    assert office.states() == [QUEUED]


def test_a_review_whose_work_is_gone_can_be_done_again(office: Office) -> None:
    """Although its row is still open: nobody will ever end it."""
    office.deliver()
    office.jobs.cancel(office.reviews()[0].id)
    office.desk.retry(f"{office.repo}#7")
    assert office.states() == [SUPERSEDED, QUEUED]


def test_only_the_newest_review_is_done_again(office: Office) -> None:
    """An older one is of a head that nobody wants."""
    office.deliver("one", "aaaa111")
    office.deliver("two", "bbbb222")
    assert office.states() == [SUPERSEDED, QUEUED]
    with pytest.raises(UserError, match="newer"):
        office.desk.retry(f"{office.repo}#7@aaaa")
    assert office.states() == [SUPERSEDED, QUEUED]
