"""The `Store` port on our own tables: each call is a thread's, and waits for a database that is away."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from typing import TypeVar

from sqlalchemy import Engine
from typing_extensions import override

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
from kireji.adapters.store.governors import SqlBudget
from kireji.adapters.store.perils import SqlPerils
from kireji.core.events.delivery import Delivery
from kireji.core.events.job import ReviewJob
from kireji.core.models.answer import Answer
from kireji.core.money.budget import Claim, Granted
from kireji.core.money.ledger import ModelCall, Remembered, Spent
from kireji.core.operations.lifecycle import Admission, ReviewState
from kireji.core.pulls.posting import Conclusion, OwnPosts
from kireji.core.pulls.pull import PullRef
from kireji.core.rounds.history import History
from kireji.errors import DefectError, TransientError
from kireji.ports import Clock, Store

T = TypeVar("T")

# Seconds. Far more than a worker lives without its lease: the review must not end for what ends the worker.
PATIENCE = 300.0
PAUSE = 0.2


class SqlStore(Store):
    """The store of one worker, whose slot is `worker`. `repo_limit` reviews of one repository run at once."""

    def __init__(self, engine: Engine, clock: Clock, *, worker: str, repo_limit: int) -> None:
        self._engine = engine
        self._clock = clock
        self._worker = worker
        self._repo_limit = repo_limit

    @override
    async def start(self, review_id: str) -> Admission:
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

    @override
    async def newer_head(self, job: ReviewJob) -> str | None:
        return await self._do(lambda: pulls.newer_head(self._engine, job.ref, job.generation))

    @override
    async def cancelled(self, review_id: str) -> str | None:
        return await self._do(lambda: reviews.cancellation_of(self._engine, review_id))

    @override
    async def writing(self, review_id: str, since: float, seconds: float) -> float:
        return await self._do(lambda: reviews.note_writing(self._engine, review_id, since, seconds, self._now()))

    @override
    async def wait(self, review_id: str, note: str) -> None:
        await self._do(lambda: reviews.set_state(self._engine, review_id, ReviewState.WAITING, note))

    @override
    async def opened_check(self, review_id: str, check_run_id: int) -> None:
        await self._do(lambda: reviews.set_check_run(self._engine, review_id, check_run_id))

    @override
    async def closed_check(self, review_id: str, conclusion: Conclusion) -> None:
        await self._do(lambda: reviews.close_check(self._engine, review_id, conclusion))

    @override
    async def key(self, ref: PullRef) -> str:
        return await self._do(lambda: repositories.key(self._engine, ref))

    @override
    async def history(self, ref: PullRef) -> History:
        return await self._do(lambda: pulls.history(self._engine, ref))

    @override
    async def reviewed(self, job: ReviewJob, urls: Sequence[str], seen: Collection[str] = ()) -> None:
        now = self._now()

        def note() -> None:
            pulls.mark_reviewed(self._engine, job.ref, job.head_sha, seen)
            for number, url in enumerate(urls, 1):
                postings.note_posting(self._engine, f"{job.name} {number}", job.name, url, now)

        await self._do(note)

    @override
    async def noted(self, ref: PullRef) -> OwnPosts:
        return await self._do(lambda: postings.list_posted(self._engine, ref))

    @override
    async def finish(self, review_id: str, state: ReviewState, note: str = "") -> None:
        now = self._now()
        await self._do(lambda: reviews.finish(self._engine, review_id, state, now, note))

    @override
    async def recall(self, key: str) -> Remembered | None:
        return await self._do(lambda: memo.recall(self._engine, key))

    @override
    async def remember(self, call: ModelCall, answer: Answer) -> None:
        await self._do(lambda: memo.remember(self._engine, call, answer.text, answer.stop))

    @override
    async def enter(self, call: ModelCall) -> None:
        await self._do(lambda: ledger.record_call(self._engine, call))

    @override
    async def spent(self, review_id: str) -> Spent:
        return await self._do(lambda: ledger.sum_spent(self._engine, review_id))

    @override
    async def remembered_keys(self, keys: Collection[str]) -> frozenset[str]:
        return await self._do(lambda: budgets.remembered_keys(self._engine, keys))

    @override
    async def warm(self, model: str, since: float) -> bool:
        return await self._do(lambda: budgets.is_warm(self._engine, model, since))

    @override
    async def reserve(self, job: ReviewJob, claim: Claim) -> Granted:
        return await self._do(lambda: budgets.reserve(self._engine, job, claim))

    @override
    async def room(self, ref: PullRef, claim: Claim) -> Granted:
        return await self._do(lambda: budgets.find_room(self._engine, ref, claim))

    @override
    async def asked(self, ref: PullRef, login: str, cause: str, now: float, most: int) -> int:
        return await self._do(lambda: persons.count_question(self._engine, ref, login, cause, now=now, most=most))

    def perils(self) -> SqlPerils:
        """Where it stands which part of which job is under way."""
        return SqlPerils(self._engine, self._now, self._do)

    def shelf(self, name: str) -> SqlBudget:
        """Where the governor of this name keeps what all workers share. It does not wait for a database that is away."""
        return SqlBudget(self._engine, self._clock, name)

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
