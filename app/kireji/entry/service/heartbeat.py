"""A worker's heartbeat, from its event loop: whoever hears none for long knows that the worker does nothing any more.

No thread may beat for it: threads go on where the loop is held, and a call of C that never ends stops them all.
"""

import asyncio
import contextlib
import faulthandler
import logging
import os

from kireji.core.wording.plurals import count

LOOKS = 0.1  # seconds between two looks at the time
LATE = 0.2  # so long the loop may be held
TOLD_EVERY = 60.0
HUNG_SECONDS = 20.0
"""A loop held for longer than that ends its process, which says on stderr where each thread was. Leases are shorter."""

log = logging.getLogger("kireji.loop")


async def beat(handle: int | None = None) -> None:
    """Beat for ever: on the pipe of a supervisor, if there is one, and against a clock that needs no interpreter.

    That the loop was held for longer than LATE is logged, once a minute, with how often and how long.
    """
    if handle is not None:
        os.set_blocking(handle, False)

    loop = asyncio.get_running_loop()
    held = 0  # times since that was last told
    longest = 0.0
    told = -TOLD_EVERY

    try:
        while True:
            _once(handle)
            asleep = loop.time()
            await asyncio.sleep(LOOKS)
            late = loop.time() - asleep - LOOKS

            held += late > LATE
            longest = max(longest, late)
            if held and loop.time() - told > TOLD_EVERY:
                log.warning("the event loop was held %s, for %.1f s at most", count(held, "time"), longest)
                held = 0
                longest = 0.0
                told = loop.time()
    finally:
        faulthandler.cancel_dump_traceback_later()


def _once(handle: int | None) -> None:
    faulthandler.dump_traceback_later(HUNG_SECONDS, exit=True)
    if handle is not None:
        with contextlib.suppress(OSError):  # full, as nobody listens while everything ends
            os.write(handle, b".")
