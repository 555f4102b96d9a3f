"""Who runs beside whom in one worker: a job that is suspected of ending its process runs alone, for a while."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator

QUIET_SECONDS = 30.0  # for what runs to come to its end; what takes longer may be cut off with the suspect
ALONE_SECONDS = 30.0  # after them the others go on beside it


class Isolation:
    """The jobs of one worker. Of suspects one runs at a time, and between two of them everybody has a turn.

    So a suspect holds others up for `quiet` and `alone` seconds at most.
    """

    def __init__(self, quiet: float = QUIET_SECONDS, alone: float = ALONE_SECONDS) -> None:
        self._quiet_seconds = quiet
        self._alone_seconds = alone
        self._inside = 0
        self._quiet = asyncio.Event()
        self._open = asyncio.Event()
        self._quiet.set()
        self._open.set()
        self._suspects = asyncio.Lock()

    @contextlib.asynccontextmanager
    async def together(self) -> AsyncGenerator[None]:
        """Among the others, once no suspect runs alone."""
        while not self._open.is_set():
            await self._open.wait()

        self._inside += 1
        self._quiet.clear()
        try:
            yield
        finally:
            self._inside -= 1
            if not self._inside:
                self._quiet.set()

    @contextlib.asynccontextmanager
    async def alone(self) -> AsyncGenerator[None]:
        """Alone, once the others have ended."""
        async with self._suspects:
            await asyncio.sleep(0)  # who has waited for the last suspect goes first
            self._open.clear()
            reopening: asyncio.TimerHandle | None = None

            try:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(self._quiet_seconds):
                        await self._quiet.wait()
                reopening = asyncio.get_running_loop().call_later(self._alone_seconds, self._open.set)
                yield
            finally:
                if reopening is not None:
                    reopening.cancel()
                self._open.set()
