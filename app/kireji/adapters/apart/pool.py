"""A small pool of processes of their own: they start when first needed, and callers take turns at them.

A call that has lost time goes on in one process that such calls share, so that those who hold it hold each other up.
"""

import asyncio
import atexit
import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from typing_extensions import override

from kireji.adapters.apart.program import SECONDS
from kireji.adapters.apart.worker import Worker
from kireji.core.text.undone import Undone
from kireji.ports import Apart

PROCESSES = 2
TURN = 20
"""Items of one caller in a row; one that is undone ends a turn."""
MAX_LOST = 4
"""Limits of one item. A call whose items have come to nothing for so long is made to hold up others: its rest goes untried."""
NOT_TRIED = Undone("others beside it took too long")

Item = TypeVar("Item")
Result = TypeVar("Result")
log = logging.getLogger("kireji.apart")


class Processes(Apart):
    """The `Apart` port. Each process has a thread that waits for it; one pool serves any number of loops and reviews."""

    def __init__(
        self, environ: Mapping[str, str], *, seconds: float = SECONDS, processes: int = PROCESSES, turn: int = TURN
    ) -> None:
        self._environ = environ
        self._seconds = seconds
        self._turn = turn
        self._threads = ThreadPoolExecutor(processes, "kireji-apart")
        self._slow = ThreadPoolExecutor(1, "kireji-apart-slow")
        self._mine = threading.local()
        self._workers: list[Worker] = []
        atexit.register(self.close)

    @override
    async def each(self, work: Callable[[Item], Result], items: Sequence[Item]) -> list[Result | Undone]:
        loop = asyncio.get_running_loop()
        results = list[Any]()
        lost = 0.0
        while len(results) < len(items) and lost < MAX_LOST * self._seconds:
            turn = items[len(results) : len(results) + self._turn]
            threads = self._slow if lost else self._threads
            done, in_vain = await loop.run_in_executor(threads, partial(self._take_turn, work, turn))
            results += done
            lost += in_vain

        return [*results, *[NOT_TRIED] * (len(items) - len(results))]

    def close(self) -> None:
        """End the processes. They end by themselves when this one does, for want of anybody who asks."""
        for threads in (self._threads, self._slow):
            threads.shutdown(wait=True, cancel_futures=True)
        for worker in self._workers:
            worker.end()
        atexit.unregister(self.close)

    def _take_turn(self, work: Callable[[Any], object], items: Sequence[object]) -> tuple[list[object], float]:
        """One turn: results up to the first item that is undone, and the seconds that went into that one."""
        worker = self._worker()
        results = list[object]()
        for item in items:
            asked = time.monotonic()
            failed = worker.ready(work)
            ready = time.monotonic()

            result = worker.do(item) if failed is None else failed
            results.append(result)
            if isinstance(result, Undone):
                log.warning("%s is not done for one text: %s", work.__name__, result.why)
                return results, time.monotonic() - (ready if failed is None else asked)

        return results, 0.0

    def _worker(self) -> Worker:
        """This thread's process."""
        worker: Worker | None = getattr(self._mine, "worker", None)
        if worker is None:
            worker = self._mine.worker = Worker(self._environ, self._seconds)
            self._workers.append(worker)
        return worker
