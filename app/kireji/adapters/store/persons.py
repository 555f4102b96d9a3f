"""What one person may have of a repository: reviews that are put down to them on a day, and answers within an hour.

A small JSON object each, beside the governors', in the same table; one that is two days old goes.
"""

from collections.abc import Sequence
from typing import cast

from sqlalchemy import ColumnElement, Connection, Engine, and_, or_, select, update

from kireji.adapters.store.engine import insert_new, lock, writing
from kireji.adapters.store.repositories import key_of
from kireji.adapters.store.tables import governors
from kireji.core.events.job import ReviewJob
from kireji.core.pulls.pull import PullRef

HOUR = 3600.0
MAX_REVIEWS = 5_000  # reviews of one author on a day that are remembered
# How the rows' names begin.
REVIEWS = "reviews of"
ANSWERS = "answers to"

State = dict[str, object]


def attribute_review(conn: Connection, job: ReviewJob, login: str, day: float) -> None:
    """Count a review as this author's, on the day that began then. The caller holds the repository's lock."""
    name = _name(conn, REVIEWS, job.ref, login)
    theirs = attributed_to(conn, job.ref, login, day)
    if job.name not in theirs:
        _save(conn, name, {"since": day, "of": [*theirs, job.name][-MAX_REVIEWS:]}, day)


def attributed_to(conn: Connection, ref: PullRef, login: str, day: float) -> Sequence[str]:
    """The reviews that are counted as this author's, of the day that began then."""
    since, theirs = _load(conn, _name(conn, REVIEWS, ref, login))
    return theirs if since == day else ()


def count_question(engine: Engine, ref: PullRef, login: str, cause: str, *, now: float, most: int) -> int:
    """Note that a person asks for an answer, as `Store.asked` has it; how often before within the hour."""
    with writing(engine) as conn:
        name = _name(conn, ANSWERS, ref, login)
        lock(conn, name)

        since, causes = _load(conn, name)
        if cause in causes:
            return causes.index(cause)
        if not causes or now - since >= HOUR:
            since = now
            causes = ()

        if len(causes) <= most:
            _save(conn, name, {"since": since, "of": [*causes, cause]}, now)
        return len(causes)


def unchanged_since(before: float) -> ColumnElement[bool]:
    """Which rows are such objects that nobody has changed since this moment."""
    ours = or_(*(governors.c.name.startswith(f"{what} ", autoescape=True) for what in (REVIEWS, ANSWERS)))
    return and_(ours, governors.c.updated_at < before)


def _name(conn: Connection, what: str, ref: PullRef, login: str) -> str:
    return f"{what} {login.lower()} in {key_of(conn, ref)}"


def _load(conn: Connection, name: str) -> tuple[float, Sequence[str]]:
    """When it began, and what was counted since."""
    state = cast("State | None", conn.scalar(select(governors.c.state).where(governors.c.name == name))) or {}
    return float(cast("float", state.get("since", 0.0))), tuple(cast("list[str]", state.get("of", [])))


def _save(conn: Connection, name: str, state: State, now: float) -> None:
    if not insert_new(conn, governors, {"name": name, "state": state, "updated_at": now}):
        conn.execute(update(governors).where(governors.c.name == name).values(state=state, updated_at=now))
