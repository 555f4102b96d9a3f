"""What runs in a process of its own: one piece of work after the other, within limits that it sets itself first."""

import contextlib
import math
import os
import pickle
import resource
import signal
from collections.abc import Callable
from typing import Any, NoReturn

from kireji.adapters.apart import frames

SECONDS = 5
"""Of one item, by the clock, and as much again for each MB of it: what is harmless takes time by its size only. Of the
processor's time it is twice that, for a process whose parent was killed."""
MEMORY = 1 << 30
"""Bytes of address space: some 60 MB are the modules', a grammar takes a hundred times its file's size."""

# The first byte of a frame says what it holds. From the parent:
WORK = b"w"
ITEM = b"i"
# And back:
READY = b"r"
DONE = b"d"
FAILED = b"f"


def parts(size: int) -> float:
    """How many times SECONDS an item of so many bytes may take."""
    return 1 + size / 1_000_000


def main() -> NoReturn:
    """Serve until nobody asks any more. Standard output is the pipe to the parent; what the work prints goes nowhere."""
    asked = os.dup(0)
    answers = os.dup(1)
    with open(os.devnull, "r+b") as nothing:  # noqa: PTH123 - a device
        for handle in (0, 1, 2):
            os.dup2(nothing.fileno(), handle)
    limit()

    work: Callable[[Any], object] = repr
    with contextlib.suppress(frames.GoneError):
        while True:
            request = frames.receive(asked)
            kind = request[:1]
            value = request[1:]
            if kind == WORK:
                work = pickle.loads(value)  # noqa: S301 - the parent's, who may ask for anything
                frames.send(answers, READY)
            else:
                frames.send(answers, _answer(work, value))
    os._exit(0)


def limit() -> None:
    """Take the memory that there may be, no trace of it on the disk, and no signal of a terminal, which is the parent's."""
    _set(resource.RLIMIT_AS, MEMORY)
    _set(resource.RLIMIT_CORE, 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _set(what: int, limit: int) -> None:
    with contextlib.suppress(ValueError, OSError):  # a lower one is in force, or the system has none
        resource.setrlimit(what, (limit, limit))


def _answer(work: Callable[[Any], object], item: bytes) -> bytes:
    """The item's result. Whatever the work raises costs this item only: its kind is told, its words may be a stranger's."""
    spent = resource.getrusage(resource.RUSAGE_SELF)
    seconds = math.ceil(spent.ru_utime + spent.ru_stime + 2 * SECONDS * parts(len(item)))
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.RLIM_INFINITY))

    try:
        answer = DONE + frames.packed(work(pickle.loads(item)))  # noqa: S301 - as above
    except MemoryError:
        return FAILED + b"it needed too much memory"
    except Exception as error:  # noqa: BLE001 - the edge of a process
        return FAILED + f"it failed ({type(error).__name__})".encode()

    return answer if len(answer) <= frames.MAX_FRAME else FAILED + b"it came to too much"
