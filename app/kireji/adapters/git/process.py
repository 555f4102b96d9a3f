"""One git process that must not harm: limits of time, of memory and of bytes, and its whole process group ends with it."""

import asyncio
import contextlib
import os
import signal
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Mapping
from pathlib import Path

from kireji.errors import TransientError

LOOKS = 0.2  # seconds between two looks at what a process has written to the disk
MAX_MEMORY = 512 << 10
"""kB of address space: all of a repository's packs may be mapped into it, and a search needs some 100 MB besides."""
_BLOCK = 65_536

# In force before git is, and for all that it starts; what cannot set it, as macOS, goes on without.
_LIMITED = 'ulimit -v "$0" 2>/dev/null; exec git "$@"'


async def run(
    *arguments: str,
    folder: Path,
    environ: Mapping[str, str],
    stdin: bytes = b"",
    seconds: float,
    most: int = 1_000_000,
    fails: Callable[[], str] | None = None,
    codes: frozenset[int] = frozenset({0}),
) -> bytes:
    """What git prints, the first `most` bytes of it. Raises TransientError, with the last line of what it complains of.

    `fails` is asked now and then, in a thread, why it must end; "" lets it go on. `environ` is all that git knows of the
    environment.
    """
    command = ("sh", "-c", _LIMITED, str(MAX_MEMORY), *arguments)
    process = await asyncio.create_subprocess_exec(
        *command, cwd=folder, env=environ, stdin=PIPE, stdout=PIPE, stderr=PIPE, start_new_session=True
    )
    printed = bytearray()
    complaints = bytearray()
    watch = asyncio.create_task(_watch(process, fails)) if fails else None
    try:
        async with asyncio.timeout(seconds):
            _, whole, _ = await asyncio.gather(
                _feed(process, stdin), _take(process, printed, most), _hear(process.stderr, complaints, 10_000)
            )
            code = await process.wait()
    except TimeoutError:
        raise TransientError(f"git {arguments[0]} took more than {seconds:.0f} seconds") from None
    finally:
        if watch is not None:
            watch.cancel()
        if process.returncode is None:
            _kill(process)
            await process.wait()

    if reason := await asyncio.to_thread(fails) if fails else "":
        raise TransientError(f"git {arguments[0]}: {reason}")
    if whole and code not in codes:
        lines = complaints.decode("utf-8", "replace").strip().splitlines() or [f"exit code {code}"]
        raise TransientError(f"git {arguments[0]}: {lines[-1][:200]}")

    return bytes(printed)


async def _feed(process: Process, data: bytes) -> None:
    if process.stdin is None:
        return
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        process.stdin.write(data)
        await process.stdin.drain()
    process.stdin.close()


async def _take(process: Process, into: bytearray, most: int) -> bool:
    """Read what it prints; False where that is more than wanted, which ends it."""
    while process.stdout is not None and (block := await process.stdout.read(_BLOCK)):
        into += block[: most - len(into)]
        if len(into) >= most:
            _kill(process)
            return False
    return True


async def _hear(stream: asyncio.StreamReader | None, into: bytearray, most: int) -> None:
    """Read what it complains of, so that it never waits for a reader, and keep the beginning."""
    while stream is not None and (block := await stream.read(_BLOCK)):
        into += block[: most - len(into)]


async def _watch(process: Process, fails: Callable[[], str]) -> None:
    while not await asyncio.to_thread(fails):  # noqa: ASYNC110 - nobody tells of a folder that grows
        await asyncio.sleep(LOOKS)
    _kill(process)


def _kill(process: Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
