"""The machine's clock: the only place that reads the time."""

import asyncio
import time
from datetime import UTC, datetime


class SystemClock:
    """The `Clock` port on the machine's own clock."""

    def now(self) -> datetime:
        """The moment, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds since some fixed point, for durations."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait without holding the loop."""
        await asyncio.sleep(seconds)
