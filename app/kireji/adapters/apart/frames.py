"""Frames in a pipe: a length, then so many bytes. And the values in them, of which only plain ones are believed."""

import io
import os
import pickle
import select
import time
from enum import Enum
from typing import Any

from typing_extensions import override

MAX_FRAME = 64_000_000  # bytes of one frame
FOR_EVER = float("inf")
_SIZE = 8  # bytes of a frame's length
_MAX_BLOCK = 1 << 20  # bytes written or read at once


class GoneError(Exception):
    """The process at the other end of the pipe is there no more."""


class BrokenFrameError(Exception):
    """The other end sends what it may not."""


def send(handle: int, data: bytes, until: float = FOR_EVER) -> None:
    """Write a frame to a handle that does not block.

    `until` is of time.monotonic(); after it TimeoutError is raised, and GoneError where nobody reads.
    """
    rest = memoryview(len(data).to_bytes(_SIZE) + data)
    while rest:
        _wait(handle, select.POLLOUT, until)
        try:
            rest = rest[os.write(handle, rest[:_MAX_BLOCK]) :]
        except BlockingIOError:
            continue
        except OSError as error:
            raise GoneError from error


def receive(handle: int, until: float = FOR_EVER) -> bytes:
    """Read a frame. Raises as `send` does, and BrokenFrameError for one that is too large."""
    size = int.from_bytes(_read(handle, _SIZE, until))
    if size > MAX_FRAME:
        raise BrokenFrameError("it says too much")
    return _read(handle, size, until)


def _read(handle: int, size: int, until: float) -> bytes:
    data = bytearray()
    while len(data) < size:
        _wait(handle, select.POLLIN, until)
        try:
            block = os.read(handle, min(size - len(data), _MAX_BLOCK))
        except BlockingIOError:
            continue
        if not block:
            raise GoneError
        data += block

    return bytes(data)


def _wait(handle: int, event: int, until: float) -> None:
    remaining = until - time.monotonic()
    if remaining <= 0:
        raise TimeoutError

    poll = select.poll()
    poll.register(handle, event)
    if not poll.poll(None if until == FOR_EVER else remaining * 1000):
        raise TimeoutError


def packed(value: object) -> bytes:
    """A value as bytes, for the process at the other end."""
    return pickle.dumps(value, pickle.HIGHEST_PROTOCOL)


def unpacked(data: bytes) -> Any:
    """The value again, as far as it is plain; from a process that a stranger may have taken over nothing else is taken.

    A pickle can do what the classes and functions that it names can, so it may name none but our own dataclasses and
    enumerations (https://docs.python.org/3/library/pickle.html#restricting-globals). Raises BrokenFrameError.
    """
    try:
        return _Plain(io.BytesIO(data)).load()
    except (pickle.UnpicklingError, ValueError, TypeError, AttributeError, EOFError, IndexError, KeyError) as error:
        raise BrokenFrameError("it says what cannot be read") from error


class _Plain(pickle.Unpickler):
    @override
    def find_class(self, module: str, name: str) -> Any:
        if module.startswith("kireji.core."):
            found = super().find_class(module, name)
            if isinstance(found, type) and (issubclass(found, Enum) or hasattr(found, "__dataclass_fields__")):
                return found
        raise pickle.UnpicklingError(f"{module}.{name} is no plain value")
