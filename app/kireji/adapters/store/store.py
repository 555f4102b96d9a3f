"""The `Store` port on our own tables: each call is a thread's, and waits for a database that is away."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from typing import TypeVar

from sqlalchemy import Engine

from kireji.adapters.store import (
    budgets,
    deliveries,
    ledger,
    listing,
    memo,
    persons,
    postings,
    pulls,
    repositories,
    reviews,
)
from kireji.adapters.store.engine import database_errors
from kireji.adapters.store.governors import SqlShelf
from kireji.adapters.store.perils import SqlPerils
from kireji.core.events.delivery import Delivery
from kireji.core.events.job import ReviewJob
from kireji.core.models.answer import Answer
from kireji.core.money.budget import Grant, SpendingClaim
from kireji.core.money.ledger import CallTotals, ModelCall, RememberedAnswer
from kireji.core.operations.lifecycle import Admission, ReviewState
from kireji.core.pulls.posting import Conclusion, Noted
from kireji.core.pulls.pull import PullRef
from kireji.core.rounds.history import History
from kireji.errors import DefectError, TransientError
from kireji.ports import Clock

T = TypeVar("T")

# Seconds. Far more than a worker lives without its lease: the review must not end for what ends the worker.
PATIENCE = 300.0
PAUSE = 0.2


class SqlStore:
    """The store of one worker, whose slot is `worker`. `repo_limit` reviews of one repository run at once."""

    def __init__(self, engine: Engine, clock: Clock, *, worker: str, repo_limit: int) -> None:
        self._engine = engine
        self._clock = clock
        self._worker = worker
        self._repo_limit = repo_limit

    async def start(self, review_id: str) -> Admission:
        """See `Store.start`."""
        now = self._now()
        return await self._do(lambda: reviews.start(self._engine, review_id, self._worker, now, self._repo_limit))

    async def job(self, review_id: str) -> ReviewJob:
        """What a review is to do. Raises DefectError if there is no such review."""
        found = await self._do(lambda: listing.show(self._engine, review_id))
        if found is None:
            raise DefectError(f"there is no review {review_id}")
        return ReviewJob(
            found.review.ref, found.review.head_sha, found.review.generation, ask=found.review.ask, id=review_id
        )

    async def delivery(self, delivery_id: str) -> Delivery:
        """A delivery that was taken. Raises DefectError if there is none, or no longer."""
        found = await self._do(lambda: deliveries.show_delivery(self._engine, delivery_id))
        if found is None:
            raise DefectError(f"there is no delivery {delivery_id}")
        return Delivery(found.id, found.event, found.payload)

    async def newer_head(self, job: ReviewJob) -> str | None:
        """See `Store.newer_head`."""
        return await self._do(lambda: pulls.newer_head(self._engine, job.ref, job.generation))

    async def cancelled(self, review_id: str) -> str | None:
        """See `Store.cancelled`."""
        return await self._do(lambda: reviews.cancelled(self._engine, review_id))

    async def writing(self, review_id: str, since: float, seconds: float) -> float:
        """See `Store.writing`."""
        return await self._do(lambda: reviews.note_writing(self._engine, review_id, since, seconds, self._now()))

    async def wait(self, review_id: str, note: str) -> None:
        """See `Store.wait`."""
        await self._do(lambda: reviews.set_state(self._engine, review_id, ReviewState.WAITING, note))

    async def opened_check(self, review_id: str, check_run_id: int) -> None:
        """See `Store.opened_check`."""
        await self._do(lambda: reviews.set_check_run(self._engine, review_id, check_run_id))

    async def closed_check(self, review_id: str, conclusion: Conclusion) -> None:
        """See `Store.closed_check`."""
        await self._do(lambda: reviews.close_check(self._engine, review_id, conclusion))

    async def key(self, ref: PullRef) -> str:
        """See `Store.key`."""
        return await self._do(lambda: repositories.key(self._engine, ref))

    async def history(self, ref: PullRef) -> History:
        """See `Store.history`."""
        return await self._do(lambda: pulls.history(self._engine, ref))

    async def reviewed(self, job: ReviewJob, urls: Sequence[str], seen: Collection[str] = ()) -> None:
        """See `Store.reviewed`."""
        now = self._now()

        def note() -> None:
            pulls.mark_reviewed(self._engine, job.ref, job.head_sha, seen)
            for number, url in enumerate(urls, 1):
                postings.note_posting(self._engine, f"{job.name} {number}", job.name, url, now)

        await self._do(note)

    async def noted(self, ref: PullRef) -> Noted:
        """See `Store.noted`."""
        return await self._do(lambda: postings.noted(self._engine, ref))

    async def finish(self, review_id: str, state: ReviewState, note: str = "") -> None:
        """See `Store.finish`."""
        now = self._now()
        await self._do(lambda: reviews.finish(self._engine, review_id, state, now, note))

    async def recall(self, key: str) -> RememberedAnswer | None:
        """See `Store.recall`."""
        return await self._do(lambda: memo.recall(self._engine, key))

    async def remember(self, call: ModelCall, answer: Answer) -> None:
        """See `Store.remember`."""
        await self._do(lambda: memo.remember(self._engine, call, answer.text, answer.stop))

    async def enter(self, call: ModelCall) -> None:
        """See `Store.enter`."""
        await self._do(lambda: ledger.record_call(self._engine, call))

    async def spent(self, review_id: str) -> CallTotals:
        """See `Store.spent`."""
        return await self._do(lambda: ledger.spent(self._engine, review_id))

    async def remembered_keys(self, keys: Collection[str]) -> frozenset[str]:
        """See `Store.known`."""
        return await self._do(lambda: budgets.known(self._engine, keys))

    async def warm(self, model: str, since: float) -> bool:
        """See `Store.warm`."""
        return await self._do(lambda: budgets.warm(self._engine, model, since))

    async def reserve(self, job: ReviewJob, claim: SpendingClaim) -> Grant:
        """See `Store.reserve`."""
        return await self._do(lambda: budgets.reserve(self._engine, job, claim))

    async def room(self, ref: PullRef, claim: SpendingClaim) -> Grant:
        """See `Store.room`."""
        return await self._do(lambda: budgets.room(self._engine, ref, claim))

    async def asked(self, ref: PullRef, login: str, cause: str, now: float, most: int) -> int:
        """See `Store.asked`."""
        return await self._do(lambda: persons.asked(self._engine, ref, login, cause, now=now, most=most))

    def perils(self) -> SqlPerils:
        """Where it stands which part of which job is under way."""
        return SqlPerils(self._engine, self._now, self._do)

    def shelf(self, name: str) -> SqlShelf:
        """Where the governor of this name keeps what all workers share. It does not wait for a database that is away."""
        return SqlShelf(self._engine, self._clock, name)

    def _now(self) -> float:
        return self._clock.now().timestamp()

    async def _do(self, work: Callable[[], T]) -> T:
        """Do it in a thread; while the database is away, again and again: everything here is safe to repeat."""
        begun = self._clock.monotonic()
        while True:
            try:
                with database_errors():
                    return await asyncio.to_thread(work)
            except TransientError:
                if self._clock.monotonic() - begun > PATIENCE:
                    raise
            await self._clock.sleep(PAUSE)
