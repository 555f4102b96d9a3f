"""Reviews as people and sweeps ask for them."""

from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, Engine, Select, and_, select

from app.adapters.store.engine import reading
from app.adapters.store.ledger import calls_of
from app.adapters.store.tables import check_is_open, pulls, reviews
from app.core.job import Ask
from app.core.ledger import spent_by
from app.core.lifecycle import OPEN_STATES, ReviewDetail, ReviewRecord, ReviewState
from app.core.pull import PullRef

_ASK = TypeAdapter(Ask)


def list_reviews(
    engine: Engine,
    *,
    state: ReviewState | None = None,
    repo: str | None = None,
    number: int | None = None,
    created_before: float | None = None,
    limit: int = 50,
) -> tuple[ReviewRecord, ...]:
    """The newest reviews that fit; with `created_before` (epoch seconds) those that have been there too long."""
    query = select(reviews).order_by(reviews.c.created_at.desc(), reviews.c.id).limit(limit)
    if state is not None:
        query = query.where(reviews.c.state == state)
    if repo is not None:
        query = query.where(reviews.c.repo == repo)
    if number is not None:
        query = query.where(reviews.c.number == number)
    if created_before is not None:
        query = query.where(reviews.c.created_at < created_before)
    return _records(engine, query)


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
    """Whether this head has its review."""
    its = and_(reviews.c.repo == ref.repo, reviews.c.number == ref.number, reviews.c.head_sha == head_sha)
    return conn.scalar(select(reviews.c.id).where(its, reviews.c.state == ReviewState.DONE).limit(1)) is not None


def caused_by(conn: Connection, cause: str) -> str | None:
    """The review that this errand asked for."""
    return conn.scalar(select(reviews.c.id).where(reviews.c.cause == cause).limit(1))


def ask_of(conn: Connection, review_id: str) -> Ask:
    """What was asked of this review."""
    return _ask(conn.scalar(select(reviews.c.ask).where(reviews.c.id == review_id)))


def show(engine: Engine, review_id: str) -> ReviewDetail | None:
    """A review with its calls and what they cost; None if there is no such review."""
    found = _records(engine, select(reviews).where(reviews.c.id == review_id))
    if not found:
        return None
    calls = calls_of(engine, review_id)
    return ReviewDetail(found[0], calls, spent_by(calls))


def _records(engine: Engine, query: Select[*tuple[object, ...]]) -> tuple[ReviewRecord, ...]:
    with reading(engine) as conn:
        rows = [row._asdict() for row in conn.execute(query)]
    return tuple(_record(row) for row in rows)


def _record(values: dict[str, Any]) -> ReviewRecord:
    ref = PullRef(values.pop("repo"), values.pop("number"), values.pop("installation"))
    ask = _ask(values.pop("ask"))
    values.pop("reserved")  # the budgets' own
    return ReviewRecord(ref=ref, ask=ask, **values)


def _ask(stored: object) -> Ask:
    return Ask() if stored is None else _ASK.validate_python(stored)
