"""Several requests at once."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, TypeVar

T = TypeVar("T")

MAX_AT_ONCE = 4  # GitHub allows 100 in all; a worker has several reviews under way


async def together(calls: Iterable[Callable[[], Awaitable[T]]]) -> list[T]:
    """Run them, a few at a time, and give the results in order. The first failure stops the others and is raised."""
    gate = asyncio.Semaphore(MAX_AT_ONCE)

    async def admitted(call: Callable[[], Awaitable[T]]) -> T:
        async with gate:
            return await call()

    tasks = [asyncio.ensure_future(admitted(call)) for call in calls]
    try:
        return list(await asyncio.gather(*tasks))
    finally:
        _stop(tasks)


def _stop(tasks: Iterable[asyncio.Future[Any]]) -> None:
    for task in tasks:
        task.cancel()  # does nothing to the finished
