"""Reviews as people and sweeps ask for them, on both stores."""

from sqlalchemy import Engine

from kireji.adapters.store.ledger import record_call
from kireji.adapters.store.listing import list_reviews, open_checks, show
from kireji.adapters.store.reviews import close_check, finish, set_check_run, start
from kireji.core.models.catalogue import Usage
from kireji.core.money.ledger import CallTotals
from kireji.core.operations.lifecycle import ReviewState
from kireji.core.pulls.posting import Conclusion
from kireji.core.pulls.pull import PullRef
from tests.adapters.store.make import call, name, push


def reviews(engine: Engine) -> tuple[str, str, str]:
    """Three reviews: queued at 1000 and at 2000 in one repository, failed at 3100 in another."""
    refs = PullRef("octo/demo", 1), PullRef("octo/demo", 2), PullRef("octo/other", 1)
    for number, ref in enumerate(refs, start=1):
        push(engine, "a", 1000.0 * number, ref)
    first, second, third = (name("a", 1, ref) for ref in refs)
    finish(engine, third, ReviewState.FAILED, 3100.0, "why")
    return first, second, third


def ids(engine: Engine, **query: object) -> list[str]:
    """The ids that the query finds, in its order."""
    return [record.id for record in list_reviews(engine, **query)]  # pyrefly: ignore[bad-argument-type] - the tests name them


def test_reviews_are_listed_newest_first(engine: Engine) -> None:
    """All of them, of a state, of a repository, and no more than asked for."""
    first, second, third = reviews(engine)
    assert ids(engine) == [third, second, first]
    assert ids(engine, state=ReviewState.QUEUED) == [second, first]
    assert ids(engine, name="octo/other") == [third]
    assert ids(engine, limit=1) == [third]
    assert ids(engine, state=ReviewState.QUEUED, name="octo/other") == []


def test_check_runs_left_open_are_found(engine: Engine) -> None:
    """Those of reviews that ended a while ago; one still under way or just ended is left alone."""
    first, second, third = reviews(engine)
    for review in (first, second, third):
        set_check_run(engine, review, 99)
    finish(engine, second, ReviewState.CANCELLED, 4000.0)
    assert [record.id for record in open_checks(engine, 4000.0)] == [third]
    assert [record.id for record in open_checks(engine, 4000.1)] == [third, second]
    close_check(engine, third, Conclusion.NEUTRAL)
    assert [record.id for record in open_checks(engine, 5000.0)] == [second]


def test_a_begun_review_may_have_a_check_run_that_nobody_noted(engine: Engine) -> None:
    """It is among the open ones until somebody has looked; one that was never begun is not."""
    first, second, _ = reviews(engine)
    start(engine, first, "w0", 3000.0, repo_limit=5)
    for review in (first, second):
        finish(engine, review, ReviewState.CANCELLED, 4000.0)
    assert [record.id for record in open_checks(engine, 5000.0)] == [first]
    close_check(engine, first, Conclusion.NEUTRAL)
    assert open_checks(engine, 5000.0) == ()


def test_a_review_is_shown_with_its_calls(engine: Engine) -> None:
    """Oldest first, and their sum; another review's calls are not among them."""
    review, other, _ = reviews(engine)
    calls = [call(number, review_id=review, at=5000.0 - number) for number in (1, 2)]
    for entry in (*calls, call(3, review_id=other)):
        record_call(engine, entry)
    detail = show(engine, review)
    assert detail
    assert detail.review.id == review
    assert detail.calls == (calls[1], calls[0])
    assert detail.spent == CallTotals(2, 4, Usage(20, 40, 60, 80), 1000)


def test_nothing_is_shown_of_a_review_that_is_not_there(engine: Engine) -> None:
    """None, no error."""
    assert show(engine, "nobody") is None
