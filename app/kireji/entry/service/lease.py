"""A worker's lease on its slot, kept by renewing it again and again."""

import asyncio
from collections.abc import Awaitable, Callable

from kireji.errors import TransientError

SAFE = 0.9  # of a lease's time: who cannot renew it ends before anybody else may take the slot
OFTEN = 0.25  # of a lease's time, between two renewals


async def keep_lease(renew: Callable[[], Awaitable[bool]], seconds: float, since: float) -> None:
    """Renew a lease that lasts so many `seconds`; returns once it is lost, or would be over soon.

    `since` is the loop's time of the moment before the lease was taken. `renew` answers False if the slot is another's;
    while it hangs, or raises TransientError, nobody says so, and the time decides.
    """
    now = asyncio.get_running_loop().time
    while True:
        begun = now()
        over = since + seconds * SAFE

        try:
            if not await asyncio.wait_for(renew(), over - begun):
                return
        except (TransientError, TimeoutError):
            if now() >= over:
                return
        else:
            since = begun
            over = begun + seconds * SAFE

        await asyncio.sleep(min(seconds * OFTEN, max(over - now(), 0.0)))
