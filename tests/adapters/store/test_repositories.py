"""Repositories go by GitHub's id; names are what people see."""

from dataclasses import replace

import pytest
from sqlalchemy import Engine, select

from kireji.adapters.store.costs import costs
from kireji.adapters.store.engine import reading, writing
from kireji.adapters.store.ledger import record_call
from kireji.adapters.store.listing import list_reviews, show
from kireji.adapters.store.pulls import dismiss, history, mark_reviewed, pause
from kireji.adapters.store.repositories import key, note
from kireji.adapters.store.tables import pulls
from kireji.core.money.costs import By
from kireji.core.pulls.pull import PullRef, Whereabouts
from tests.adapters.store.make import REF, call, name, push

OLD = replace(REF, repo_id=1)
NEW = PullRef("acme/store", REF.number, 43, 1)


def tell(engine: Engine, ref: PullRef, at: float = 0.0) -> None:
    """A delivery tells where the ref's repository is."""
    assert ref.repo_id is not None
    with writing(engine) as conn:
        note(conn, Whereabouts(ref.repo_id, ref.repo, ref.installation, at))


def decide(engine: Engine, ref: PullRef) -> None:
    """Somebody pauses the reviews, and dismisses a finding."""
    with writing(engine) as conn:
        pause(conn, ref, "maria")
        dismiss(conn, ref, "finding", "maria", 1000.0)


def decided(engine: Engine, ref: PullRef) -> tuple[str, frozenset[str]]:
    """By whom the reviews are paused, and what is dismissed."""
    past = history(engine, ref)
    return past.paused_by, past.dismissed


@pytest.mark.parametrize("before", [REF, OLD])
def test_a_new_name_and_a_new_owner_change_nothing(engine: Engine, before: PullRef) -> None:
    """Also of what was written before ids were known: it is the repository's that has the name when its id is first told."""
    push(engine, "a", ref=before)
    decide(engine, before)
    mark_reviewed(engine, before, "a", ["digest"])
    tell(engine, OLD)
    tell(engine, NEW, 5.0)

    for ref in (OLD, NEW, replace(NEW, repo_id=None)):
        assert decided(engine, ref) == ("maria", {"finding"})
        assert (history(engine, ref).reviewed_head, history(engine, ref).seen) == ("a", {"digest"})

    assert push(engine, "b", ref=NEW).generation == 2

    with reading(engine) as conn:
        assert conn.execute(select(pulls.c.repo, pulls.c.generation)).all() == [("octo/demo", 2)]


def test_reviews_are_shown_under_the_present_name(engine: Engine) -> None:
    """With the installation that may act there now; their ids stay."""
    push(engine, "a", ref=OLD)
    tell(engine, OLD)
    tell(engine, NEW)
    (found,) = list_reviews(engine, name="acme/store", number=7)
    assert (found.id, found.ref) == (name("a", 1), NEW)
    assert list_reviews(engine, name="octo/demo") == (found,)  # nobody else has that name
    detail = show(engine, name("a", 1))
    assert detail is not None
    assert detail.review == found


def test_costs_are_told_under_the_present_name(engine: Engine) -> None:
    """And summed over all names."""
    record_call(engine, call(1))
    tell(engine, OLD)
    tell(engine, NEW)
    record_call(engine, call(2, repo=key(engine, NEW)))
    record_call(engine, call(3, repo="octo/other"))
    rows = costs(engine, 0.0, 2000.0, By.REPOSITORY)
    assert [(row.name, row.calls) for row in rows] == [("acme/store", 2), ("octo/other", 1)]


def test_another_repository_under_an_old_name_inherits_nothing(engine: Engine) -> None:
    """Whether it was told that the first one moved or not, and with the very same commits."""
    push(engine, "a", ref=OLD)
    tell(engine, OLD)
    decide(engine, OLD)
    record_call(engine, call(1))
    other = replace(OLD, repo_id=2)

    assert decided(engine, other) == ("", frozenset())

    tell(engine, other)
    assert decided(engine, other) == ("", frozenset())
    assert push(engine, "a", ref=other).generation == 2  # the first would have the same name
    assert [(review.id, review.ref.repo_id) for review in list_reviews(engine)] == [
        (name("a", 1), 1),
        (name("a", 2), 2),
    ]
    assert decided(engine, OLD) == ("maria", {"finding"})
    assert key(engine, other) != key(engine, OLD)


def test_what_an_older_delivery_tells_late_is_not_believed(engine: Engine) -> None:
    """GitHub's own time of the repository's last change tells which is older."""
    tell(engine, OLD, 5.0)
    tell(engine, NEW, 6.0)
    tell(engine, OLD, 5.0)
    push(engine, "a", ref=OLD)
    assert [review.ref for review in list_reviews(engine)] == [NEW]
    tell(engine, replace(OLD, installation=44), 6.0)
    assert [review.ref for review in list_reviews(engine)] == [replace(OLD, installation=44)]


def test_a_webhook_without_an_installation_takes_none_away(engine: Engine) -> None:
    """It is a repository's own, and not the App's."""
    tell(engine, OLD, 5.0)
    tell(engine, replace(OLD, installation=None), 6.0)
    push(engine, "a", ref=OLD)
    assert [review.ref for review in list_reviews(engine)] == [OLD]


def test_back_to_the_first_name(engine: Engine) -> None:
    """Renamed there and back, while another repository had the name for a time."""
    other = replace(OLD, repo_id=2)
    for at, told in enumerate((OLD, NEW, other, replace(other, repo="octo/third"), OLD)):
        tell(engine, told, float(at))
        push(engine, "a", ref=told)
    assert {review.ref.repo_id: review.ref.repo for review in list_reviews(engine)} == {1: "octo/demo", 2: "octo/third"}
    assert key(engine, OLD) == "octo/demo"
