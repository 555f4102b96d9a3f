"""The Store port over the tables, as the flow meets it."""

from sqlalchemy import Engine

from kireji.adapters.store.listing import show
from kireji.adapters.store.pulls import history
from kireji.adapters.store.store import SqlStore
from kireji.core.events.job import ReviewJob
from kireji.core.operations.lifecycle import Admission, ReviewState
from tests.adapters.store.make import REF, find_posting, push
from tests.fakes.clock import FakeClock


async def test_a_review_that_was_posted_is_noted_with_its_head(engine: Engine) -> None:
    """What is on GitHub stands in our tables too: where its comments are, and which head was reviewed last. Once."""
    push(engine, "a", 1000.0)
    job = ReviewJob(REF, "a", 1)
    store = SqlStore(engine, FakeClock(), worker="w0", repo_limit=5)
    assert await store.start(job.name) is Admission.STARTED

    for _ in range(2):
        await store.reviewed(job, ["https://github.test/1", "https://github.test/2"])

    await store.finish(job.name, ReviewState.DONE)
    assert history(engine, REF).reviewed_head == "a"
    notes = [find_posting(engine, f"{job.name} {number}") for number in (1, 2, 3)]
    assert [note.url if note else None for note in notes] == ["https://github.test/1", "https://github.test/2", None]
    detail = show(engine, job.name)
    assert detail
    assert detail.review.state is ReviewState.DONE
