"""What people want of the queue of reviews: the `ReviewQueue` port over the intake. Each call is a thread's."""

import asyncio

from typing_extensions import override

from kireji.adapters.queue.intake import DurableIntake
from kireji.core.events.job import ReviewRequest
from kireji.core.pulls.pull import PullRef
from kireji.ports import ReviewQueue


class SqlReviewQueue(ReviewQueue):
    """The queue of one database, as any worker may pass requests on to it."""

    def __init__(self, intake: DurableIntake) -> None:
        self._intake = intake

    @override
    async def request(self, ref: PullRef, head_sha: str, ask: ReviewRequest, cause: str) -> str:
        return await asyncio.to_thread(self._intake.request_review, ref, head_sha, ask, cause)

    @override
    async def cancel(self, ref: PullRef, note: str) -> bool:
        return await asyncio.to_thread(self._intake.cancel, ref, note)

    @override
    async def pause(self, ref: PullRef, by: str) -> None:
        await asyncio.to_thread(self._intake.pause, ref, by)

    @override
    async def dismiss(self, ref: PullRef, fingerprint: str, by: str) -> None:
        await asyncio.to_thread(self._intake.dismiss, ref, fingerprint, by)
