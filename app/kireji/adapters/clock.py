"""The machine's clock: the only place that reads the time."""

import asyncio
import time
from datetime import UTC, datetime

from typing_extensions import override

from kireji.ports.machine import Clock


class SystemClock(Clock):
    """The `Clock` port on the machine's own clock."""

    @override
    def now(self) -> datetime:
        return datetime.now(UTC)

    @override
    def monotonic(self) -> float:
        return time.monotonic()

    @override
    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
