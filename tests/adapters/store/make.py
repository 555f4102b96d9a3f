"""Rows, with what a test does not care about filled in."""

from dataclasses import replace

from sqlalchemy import Engine, Row, select

from kireji.adapters.store.engine import reading, writing
from kireji.adapters.store.pulls import bump
from kireji.adapters.store.reviews import add_review
from kireji.adapters.store.tables import postings, pulls
from kireji.core.models.catalogue import Usage
from kireji.core.money.ledger import CallOutcome, ModelCall
from kireji.core.operations.lifecycle import NewReview, PushResult
from kireji.core.pulls.pull import PullRef

REF = PullRef("octo/demo", 7, 42)
CALL = ModelCall(
    id="call-1",
    review_id="octo/demo#7@a/1",
    repo="octo/demo",
    key="key-1",
    model="claude-haiku-4-5",
    usage=Usage(10, 20, 30, 40),
    nanodollars=500,
    seconds=1.5,
    attempts=2,
    outcome=CallOutcome.ANSWERED,
    at=1000.0,
)


def wanted_generation(engine: Engine) -> int:
    """The generation of REF that is wanted, 0 for a pull request never heard of."""
    with reading(engine) as conn:
        its = (pulls.c.repo == REF.repo, pulls.c.number == REF.number)
        return conn.scalar(select(pulls.c.generation).where(*its)) or 0


def push(
    engine: Engine, head: str, now: float = 1000.0, ref: PullRef = REF, *, again: bool = False, told_at: float = 0.0
) -> PushResult:
    """What the intake does with a push, as far as these tables go."""
    with writing(engine) as conn:
        bumped = bump(conn, ref, head, now, again=again, told_at=told_at)
        if bumped.new:
            review = NewReview(name(head, bumped.generation, ref), ref, head, bumped.generation)
            add_review(conn, review, now)
    return bumped


def name(head: str, generation: int, ref: PullRef = REF) -> str:
    """A review's id."""
    return f"{ref.repo}#{ref.number}@{head}/{generation}"


def find_posting(engine: Engine, marker: str) -> Row[*tuple[object, ...]] | None:
    """What was noted as carrying this marker."""
    with reading(engine) as conn:
        return conn.execute(select(postings).where(postings.c.marker == marker)).first()


def call(number: int = 1, **changes: object) -> ModelCall:
    """A call with an id of its own."""
    return replace(CALL, id=f"call-{number}", **changes)  # pyrefly: ignore[bad-argument-type] - the tests name the fields
