"""A worker process for tests: `worker.py URL EXECUTOR FOLDER [JSON]`. It writes what it does into FOLDER/log.

The review's id says what to do, and a file FOLDER/hold-STEP keeps every step of that name waiting. JSON may hold
"limits" (QueueLimits), "recover" (slots to take over once launched) and "drain" (seconds, on SIGTERM).
"""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

from kireji.adapters.engine import recovery
from kireji.adapters.engine.engine import Engine, QueueLimits
from kireji.errors import TransientError
from kireji.ports import Journal

URL = sys.argv[1]
EXECUTOR = sys.argv[2]
FOLDER = Path(sys.argv[3])
OPTIONS = json.loads(sys.argv[4]) if len(sys.argv) > 4 else {}


def tell(*words: str) -> None:
    """Append one line to the log; lines of several processes do not mix."""
    line = " ".join((EXECUTOR, *words)) + "\n"
    handle = os.open(FOLDER / "log", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.write(handle, line.encode())
    os.close(handle)


async def hold(name: str) -> None:
    """Wait while there is a file hold-NAME."""
    while (FOLDER / f"hold-{name}").exists():  # noqa: ASYNC110 - another process makes it
        await asyncio.sleep(0.02)


async def work(review_id: str, name: str) -> str:
    """What a step does."""
    tell(review_id, name, "begins")
    await hold(name)
    tell(review_id, name, "ends")
    return name


async def fail(review_id: str) -> str:
    """A step that fails in a way that is foreseen."""
    tell(review_id, "fails")
    raise TransientError("GitHub is away", 7.5)


async def three_steps(review_id: str, journal: Journal) -> None:
    """Three steps, one after the other."""
    done = [await journal.step(name, lambda name=name: work(review_id, name), str) for name in ("one", "two", "three")]
    tell(review_id, "done", *done)


async def no_step(review_id: str, _journal: Journal) -> None:
    """Something long that is no step, as asking Claude is none."""
    tell(review_id, "waits")
    try:
        await hold("wait")
    except asyncio.CancelledError:
        tell(review_id, "cancelled")
        raise
    tell(review_id, "done")


async def failing(review_id: str, journal: Journal) -> None:
    """A step fails, which is told; then the review fails."""
    try:
        await journal.step("fail", lambda: fail(review_id), str)
    except TransientError as error:
        tell(review_id, "told", f"{type(error).__name__}:{error}:{error.retry_after}")
        await hold("fail")
        raise


async def run(review_id: str, journal: Journal) -> None:
    """Carry out a review: by the first word of its id."""
    kinds = {"steps": three_steps, "wait": no_step, "fail": failing}
    await kinds[review_id.split("-", maxsplit=1)[0]](review_id, journal)


async def main() -> None:
    """Work until SIGTERM."""
    limits = QueueLimits(poll_seconds=0.05, **OPTIONS.get("limits", {}))
    engine = Engine(URL, EXECUTOR, run, limits, run_errand=run)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await engine.launch()

    if slots := OPTIONS.get("recover"):
        tell("recovered", *await asyncio.to_thread(recovery.recover, slots))

    tell("ready")
    await stop.wait()
    await engine.drain(OPTIONS.get("drain", 0))
    tell("left")


asyncio.run(main())
