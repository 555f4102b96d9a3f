"""Budgets, across all workers: what is spent and reserved already, and whether a review may spend so much more.

A review that is open has reserved what it may spend; what it has spent of that is in the ledger, so only the rest counts
beside it. Claims that could meet in a budget wait for each other.
"""

from collections.abc import Collection
from dataclasses import replace

from sqlalchemy import ColumnElement, Connection, Engine, and_, func, select, update

from kireji.adapters.store import persons
from kireji.adapters.store.engine import lock, reading, writing
from kireji.adapters.store.repositories import key_of
from kireji.adapters.store.tables import memo, model_calls, reviews
from kireji.core.events.job import ReviewJob
from kireji.core.money.budget import Claim, Granted, Spending, grant
from kireji.core.operations.lifecycle import OPEN_STATES
from kireji.core.pulls.pull import PullRef

_MAX_KEYS = 500  # in one statement


def reserve(engine: Engine, job: ReviewJob, claim: Claim) -> Granted:
    """Grant the first option of the claim that the budgets have room for, and reserve it. Safe to repeat."""
    with writing(engine) as conn:
        if job.ref.installation is not None:
            lock(conn, f"budget of {job.ref.installation}")
        lock(conn, f"budget of {key_of(conn, job.ref)}")  # its own: it may have changed its installation meanwhile

        granted = grant(claim.options, claim.budget, _spending(conn, job.name, job.ref, claim))
        if claim.author and granted.option is not None:
            persons.attribute_review(conn, job, claim.author, claim.day)

        amount = 0 if granted.option is None else claim.options[granted.option]
        spent = _spent(conn, model_calls.c.review_id == job.name)
        conn.execute(update(reviews).where(reviews.c.id == job.name).values(reserved=spent + amount, **_payer(job.ref)))

    return granted


def find_room(engine: Engine, ref: PullRef, claim: Claim) -> Granted:
    """The first option of the claim that the budgets have room for; nothing is reserved."""
    with reading(engine) as conn:
        budget = replace(claim.budget, review=None, author=None)
        return grant(claim.options, budget, _spending(conn, "", ref, claim))


def remembered_keys(engine: Engine, keys: Collection[str]) -> frozenset[str]:
    """Which of these answers are remembered."""
    ordered = list(keys)
    found = set[str]()
    with reading(engine) as conn:
        for start in range(0, len(ordered), _MAX_KEYS):
            some = ordered[start : start + _MAX_KEYS]
            found.update(conn.scalars(select(memo.c.key).where(memo.c.key.in_(some))))
    return frozenset(found)


def is_warm(engine: Engine, model: str, since: float) -> bool:
    """Whether a call since then, of any worker, wrote or read the model's prompt cache."""
    used = model_calls.c.cache_read_tokens + model_calls.c.cache_write_tokens > 0
    query = select(model_calls.c.id).where(model_calls.c.at >= since, model_calls.c.model == model, used).limit(1)
    with reading(engine) as conn:
        return conn.scalar(query) is not None


def _payer(ref: PullRef) -> dict[str, int]:
    """The column that says whose month the reservation burdens: a transferred repository's is another's by now."""
    return {} if ref.installation is None else {"installation": ref.installation}


def _spending(conn: Connection, name: str, ref: PullRef, claim: Claim) -> Spending:
    """What is spent and reserved, as the review of this name sees it; "" for none."""
    calls = model_calls.c
    own = _spent(conn, calls.review_id == name) if name else 0

    repo = key_of(conn, ref)
    day = _spent(conn, and_(calls.repo == repo, calls.at >= claim.day))
    day += _outstanding(conn, name, reviews.c.repo == repo)

    author = 0
    if claim.author:
        theirs = persons.attributed_to(conn, ref, claim.author, claim.day)
        author = _spent(conn, and_(calls.review_id.in_({*theirs, name}), calls.at >= claim.day))
        author += _outstanding(conn, name, reviews.c.id.in_(theirs)) if theirs else 0

    if ref.installation is None:
        return Spending(own, day, 0, author)

    month = _spent(conn, and_(calls.installation == ref.installation, calls.at >= claim.month))
    month += _outstanding(conn, name, reviews.c.installation == ref.installation)
    return Spending(own, day, month, author)


def _spent(conn: Connection, which: ColumnElement[bool]) -> int:
    """What these calls have cost."""
    return int(conn.scalar(select(func.coalesce(func.sum(model_calls.c.nanodollars), 0)).where(which)) or 0)


def _outstanding(conn: Connection, name: str, which: ColumnElement[bool]) -> int:
    """What other open reviews may still spend of what they have reserved."""
    query = (
        select(reviews.c.reserved, func.coalesce(func.sum(model_calls.c.nanodollars), 0))
        .select_from(reviews.outerjoin(model_calls, model_calls.c.review_id == reviews.c.id))
        .where(reviews.c.state.in_(OPEN_STATES), reviews.c.reserved.is_not(None), reviews.c.id != name, which)
        .group_by(reviews.c.id, reviews.c.reserved)
    )
    return sum(max(int(reserved) - int(spent), 0) for reserved, spent in conn.execute(query))
