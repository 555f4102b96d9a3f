"""What people want of the queue of reviews: the `ReviewQueue` port over the intake. Each call is a thread's."""

import asyncio

from kireji.adapters.queue.intake import DurableIntake
from kireji.core.events.job import Ask
from kireji.core.pulls.pull import PullRef


class SqlWishes:
    """The wishes of one database, as any worker may pass them on."""

    def __init__(self, intake: DurableIntake) -> None:
        self._intake = intake

    async def request(self, ref: PullRef, head_sha: str, ask: Ask, cause: str) -> str:
        """See `Wishes.want`."""
        return await asyncio.to_thread(self._intake.ask, ref, head_sha, ask, cause)

    async def cancel(self, ref: PullRef, note: str) -> bool:
        """See `Wishes.cancel`."""
        return await asyncio.to_thread(self._intake.cancel, ref, note)

    async def pause(self, ref: PullRef, by: str) -> None:
        """See `Wishes.pause`."""
        await asyncio.to_thread(self._intake.pause, ref, by)

    async def dismiss(self, ref: PullRef, fingerprint: str, by: str) -> None:
        """See `Wishes.dismiss`."""
        await asyncio.to_thread(self._intake.dismiss, ref, fingerprint, by)
