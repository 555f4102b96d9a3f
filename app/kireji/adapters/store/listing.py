"""Reviews as people and sweeps ask for them."""

from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, Engine, Select, and_, select

from kireji.adapters.store.engine import reading
from kireji.adapters.store.ledger import calls_of
from kireji.adapters.store.repositories import key_of, key_of_name, with_place
from kireji.adapters.store.tables import check_is_open, pulls, reviews
from kireji.core.events.job import ReviewRequest
from kireji.core.money.ledger import total_calls
from kireji.core.operations.lifecycle import OPEN_STATES, ReviewCalls, ReviewRecord, ReviewState
from kireji.core.pulls.pull import PullRef

_ASK = TypeAdapter(ReviewRequest)


def list_reviews(
    engine: Engine,
    *,
    state: ReviewState | None = None,
    name: str | None = None,
    number: int | None = None,
    limit: int = 50,
) -> tuple[ReviewRecord, ...]:
    """The newest reviews that fit, of the repository that has this name now."""
    query = select(reviews).order_by(reviews.c.created_at.desc(), reviews.c.id).limit(limit)
    if state is not None:
        query = query.where(reviews.c.state == state)
    if number is not None:
        query = query.where(reviews.c.number == number)

    with reading(engine) as conn:
        if name is not None:
            query = query.where(reviews.c.repo == key_of_name(conn, name))
        return _read(conn, query)


def open_checks(engine: Engine, finished_before: float, limit: int = 50) -> tuple[ReviewRecord, ...]:
    """Reviews that ended before this moment while their check run on GitHub stayed open, oldest first.

    One that was begun and has no `check_run_id` may have none on GitHub either.
    """
    query = select(reviews).where(check_is_open, reviews.c.finished_at < finished_before)
    return _records(engine, query.order_by(reviews.c.finished_at).limit(limit))


def open_reviews(engine: Engine, created_before: float, limit: int) -> tuple[ReviewRecord, ...]:
    """Reviews that have not ended, from before this moment, oldest first."""
    query = select(reviews).where(reviews.c.state.in_(OPEN_STATES), reviews.c.created_at < created_before)
    return _records(engine, query.order_by(reviews.c.created_at, reviews.c.id).limit(limit))


def wanted_in_vain(engine: Engine, since: float, finished_before: float, limit: int) -> tuple[ReviewRecord, ...]:
    """Reviews since a moment that ended as superseded by nothing that is known: each is still what its pull request wants."""
    query = (
        select(reviews)
        .join(pulls, and_(pulls.c.repo == reviews.c.repo, pulls.c.number == reviews.c.number))
        .where(
            reviews.c.state == ReviewState.SUPERSEDED,
            reviews.c.created_at >= since,
            reviews.c.finished_at < finished_before,
            pulls.c.review_id == reviews.c.id,
        )
    )

    return _records(engine, query.order_by(reviews.c.created_at).limit(limit))


def is_reviewed(conn: Connection, ref: PullRef, head_sha: str) -> bool:
    """Whether a review of this head was done."""
    its = and_(reviews.c.repo == key_of(conn, ref), reviews.c.number == ref.number, reviews.c.head_sha == head_sha)
    return conn.scalar(select(reviews.c.id).where(its, reviews.c.state == ReviewState.DONE).limit(1)) is not None


def caused_by(conn: Connection, cause: str) -> str | None:
    """The review that this errand asked for."""
    return conn.scalar(select(reviews.c.id).where(reviews.c.cause == cause).limit(1))


def ask_of(conn: Connection, review_id: str) -> ReviewRequest:
    """What this review is to do, and who asked for it."""
    return _ask(conn.scalar(select(reviews.c.ask).where(reviews.c.id == review_id)))


def show(engine: Engine, review_id: str) -> ReviewCalls | None:
    """A review with its calls and what they cost; None if there is no such review."""
    found = _records(engine, select(reviews).where(reviews.c.id == review_id))
    if not found:
        return None
    calls = calls_of(engine, review_id)
    return ReviewCalls(found[0], calls, total_calls(calls))


def _records(engine: Engine, query: Select[*tuple[object, ...]]) -> tuple[ReviewRecord, ...]:
    with reading(engine) as conn:
        return _read(conn, query)


def _read(conn: Connection, query: Select[*tuple[object, ...]]) -> tuple[ReviewRecord, ...]:
    return tuple(_record(row._asdict()) for row in conn.execute(with_place(query)))


def _record(values: dict[str, Any]) -> ReviewRecord:
    """Under the name and with the installation of now: with those of then, GitHub might refuse what is asked."""
    ref = PullRef(values.pop("now_name"), values.pop("number"), values.pop("now_installation"), values.pop("repo_id"))
    ask = _ask(values.pop("ask"))
    for name in ("repo", "installation", "reserved"):  # those of then, and the budgets' own
        values.pop(name)

    return ReviewRecord(ref=ref, ask=ask, **values)


def _ask(stored: object) -> ReviewRequest:
    return ReviewRequest() if stored is None else _ASK.validate_python(stored)
