"""What a pull request wants, on both stores."""

from dataclasses import replace

from sqlalchemy import Engine

from kireji.adapters.store.engine import writing
from kireji.adapters.store.listing import show
from kireji.adapters.store.pulls import close, dismiss, history, mark_reviewed, pause
from kireji.adapters.store.reviews import finish
from kireji.core.operations.lifecycle import PushResult, ReviewState
from kireji.core.rounds.history import History
from tests.adapters.store.make import REF, name, push, wanted_generation


def state(engine: Engine, review_id: str) -> ReviewState:
    """Where a review stands."""
    detail = show(engine, review_id)
    assert detail
    return detail.review.state


def test_the_first_push_wants_the_first_generation(engine: Engine) -> None:
    """A pull request never heard of wants none."""
    assert wanted_generation(engine) == 0
    assert push(engine, "a", 1000.0) == PushResult(1, new=True, superseded=None, first_unreviewed_at=1000.0)
    assert wanted_generation(engine) == 1


def test_a_newer_push_supersedes_the_open_review(engine: Engine) -> None:
    """Its id comes back so that its workflow can be cancelled; the debounce counts from the first push."""
    push(engine, "a", 1000.0)
    assert push(engine, "b", 1010.0) == PushResult(2, new=True, superseded=name("a", 1), first_unreviewed_at=1000.0)
    assert state(engine, name("a", 1)) is ReviewState.SUPERSEDED
    assert state(engine, name("b", 2)) is ReviewState.QUEUED


def test_the_same_head_is_no_new_generation(engine: Engine) -> None:
    """Redelivered, or reopened without a push."""
    push(engine, "a", 1000.0)
    assert push(engine, "a", 1010.0) == PushResult(1, new=False, superseded=None, first_unreviewed_at=1000.0)
    assert state(engine, name("a", 1)) is ReviewState.QUEUED


def test_asking_again_reviews_the_same_head_again(engine: Engine) -> None:
    """A person's wish, not a push."""
    push(engine, "a", 1000.0)
    finish(engine, name("a", 1), ReviewState.FAILED, 1005.0)
    assert push(engine, "a", 1010.0, again=True) == PushResult(2, new=True, superseded=None, first_unreviewed_at=1010.0)


def test_an_ended_review_is_not_superseded(engine: Engine) -> None:
    """There is nothing to cancel, and the debounce starts anew."""
    push(engine, "a", 1000.0)
    finish(engine, name("a", 1), ReviewState.DONE, 1005.0)
    assert push(engine, "b", 2000.0) == PushResult(2, new=True, superseded=None, first_unreviewed_at=2000.0)
    assert state(engine, name("a", 1)) is ReviewState.DONE


def test_going_back_to_an_earlier_head_is_a_push(engine: Engine) -> None:
    """A forced push; its review has a generation, and so an id, of its own."""
    for head in ("a", "b", "a"):
        push(engine, head)
    assert wanted_generation(engine) == 3
    assert state(engine, name("a", 3)) is ReviewState.QUEUED


def test_pull_requests_do_not_meet(engine: Engine) -> None:
    """Another number or another repository is another pull request."""
    others = (replace(REF, number=8), replace(REF, repo="octo/other"))
    push(engine, "a")
    assert [push(engine, "a", ref=ref).generation for ref in others] == [1, 1]
    assert state(engine, name("a", 1)) is ReviewState.QUEUED


def test_a_reviewed_head_ends_the_wait(engine: Engine) -> None:
    """The next push is the first unreviewed one."""
    push(engine, "a", 1000.0)
    mark_reviewed(engine, REF, "a")
    assert history(engine, REF).reviewed_head == "a"
    assert push(engine, "b", 2000.0).first_unreviewed_at == 2000.0


def test_a_review_of_an_older_head_does_not_end_the_wait(engine: Engine) -> None:
    """A newer push has been waiting meanwhile."""
    push(engine, "a", 1000.0)
    push(engine, "b", 1010.0)
    mark_reviewed(engine, REF, "a")
    assert push(engine, "c", 2000.0).first_unreviewed_at == 1000.0


def test_a_late_delivery_of_an_older_head_is_not_wanted(engine: Engine) -> None:
    """Redelivered ones come in any order; of one second, the one that comes last counts."""
    push(engine, "b", told_at=500.0)
    assert push(engine, "a", told_at=499.0).new is False
    assert push(engine, "c", told_at=500.0).new is True
    assert push(engine, "d").new is True
    assert push(engine, "a", told_at=499.0).new is False


def test_the_history_of_a_pull_request(engine: Engine) -> None:
    """What was read adds up; who paused it is known until somebody ends the pause; who dismissed first stays."""
    assert history(engine, REF) == History()
    push(engine, "a")
    mark_reviewed(engine, REF, "a", ["one", "two"])
    mark_reviewed(engine, REF, "b", ["two", "three"])

    with writing(engine) as conn:
        pause(conn, REF, "alice")
        for by in ("alice", "bob"):
            dismiss(conn, REF, "f00d", by, 1000.0)

    assert history(engine, REF) == History("b", "alice", frozenset({"one", "two", "three"}), frozenset({"f00d"}))

    with writing(engine) as conn:
        pause(conn, REF, "")

    assert history(engine, REF).paused_by == ""


def test_a_pause_before_the_first_push(engine: Engine) -> None:
    """A pull request never heard of can be paused, and then reviewed."""
    with writing(engine) as conn:
        pause(conn, REF, "alice")
    assert push(engine, "a").new is True


def test_closing_ends_the_open_review(engine: Engine) -> None:
    """Nothing is wanted any more; the same head is wanted anew when the pull request is opened again."""
    push(engine, "a")
    with writing(engine) as conn:
        assert close(conn, REF, "closed", 1005.0) == name("a", 1)
        assert close(conn, REF, "closed", 1006.0) is None
    assert state(engine, name("a", 1)) is ReviewState.CANCELLED
    assert push(engine, "a", 1010.0).new is True


def test_closing_after_the_review_changes_nothing(engine: Engine) -> None:
    """Its head has its review; opened again without a push, it needs no other."""
    push(engine, "a")
    finish(engine, name("a", 1), ReviewState.DONE, 1005.0)
    with writing(engine) as conn:
        assert close(conn, REF, "closed", 1006.0) is None
    assert push(engine, "a", 1010.0).new is False


def test_what_was_skipped_may_be_asked_for_again(engine: Engine) -> None:
    """A draft was skipped: the event that makes it ready tells of the same head."""
    push(engine, "a")
    finish(engine, name("a", 1), ReviewState.SKIPPED, 1005.0, "it is a draft")
    assert push(engine, "a", 1010.0).new is True
