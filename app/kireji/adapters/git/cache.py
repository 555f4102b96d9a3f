"""Folders of fetched repositories on this machine's disk, shared by all its workers: a lock each, and the oldest go."""

import asyncio
import contextlib
import fcntl
import os
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

PAUSE = 0.05  # seconds between two looks at a lock that somebody else holds


class RepositoryCache:
    """At most `most` folders of at most `most_bytes` together, not counting those in use."""

    def __init__(self, folder: Path, *, most: int, most_bytes: int) -> None:
        self._folder = folder
        self._most = most
        self._most_bytes = most_bytes

    @contextlib.asynccontextmanager
    async def locked(self, name: str) -> AsyncIterator["CachedRepository"]:
        """The folder of this name, for us alone until it says `shared`. Waits; the caller has a time limit."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        while (lock := self._lock(name)) is None:  # noqa: ASYNC110 - another process may hold it
            await asyncio.sleep(PAUSE)

        try:
            os.utime(lock)
            yield CachedRepository(self._folder / name, lock)
        finally:
            os.close(lock)

    def tidy(self) -> None:
        """Remove what was not used for the longest time, as far as there is too much and nobody uses it. Blocks."""
        locks = sorted(self._folder.glob("*.lock"), key=lambda lock: -_age(lock))
        sizes = {lock: size_of(lock.with_suffix("")) for lock in locks}
        count = len(locks)
        total = sum(sizes.values())

        for lock in locks:
            if count <= self._most and total <= self._most_bytes:
                return

            with self._unused(lock.stem) as free:
                if free:
                    shutil.rmtree(lock.with_suffix(""), ignore_errors=True)
                    lock.unlink(missing_ok=True)
                    count -= 1
                    total -= sizes[lock]

    @contextlib.contextmanager
    def _unused(self, name: str) -> Iterator[bool]:
        """Whether nobody uses the folder, and nobody will meanwhile."""
        lock = self._lock(name)
        try:
            yield lock is not None
        finally:
            if lock is not None:
                os.close(lock)

    def _lock(self, name: str) -> int | None:
        """The open lock, None where somebody else holds it, or has just removed it."""
        path = self._folder / f"{name}.lock"
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        with contextlib.suppress(OSError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if path.stat().st_ino == os.fstat(file).st_ino:
                return file
        os.close(file)
        return None


class CachedRepository:
    """A folder that may not be there yet, and the lock on it."""

    def __init__(self, folder: Path, lock: int) -> None:
        self.folder = folder
        self._lock = lock

    def shared(self) -> None:
        """Let others read here, too; nobody removes it meanwhile. Raises OSError where somebody was quicker."""
        fcntl.flock(self._lock, fcntl.LOCK_SH | fcntl.LOCK_NB)

    def clear(self) -> None:
        """Remove the folder with all that was fetched into it. Blocks."""
        shutil.rmtree(self.folder, ignore_errors=True)


async def in_thread(work: Callable[[], None]) -> None:
    """Change a folder while the loop goes on. It is waited for even when cancelled: without the lock it is not ours."""
    changing = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        await asyncio.shield(changing)
    except asyncio.CancelledError:
        await asyncio.wait({changing})
        raise


def size_of(folder: Path) -> int:
    """Bytes in the files of a folder, 0 if it is not there. Blocks."""
    total = 0
    for root, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                total += (Path(root) / name).lstat().st_size
    return total


def _age(lock: Path) -> float:
    """Larger for what was used longer ago."""
    try:
        return -lock.stat().st_mtime
    except OSError:
        return 0.0
