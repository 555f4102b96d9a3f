"""`kireji serve`: the web process and one worker as children, restarted when they die, drained when told to stop.

The lock on the data folder is inherited by both, so it is free only when the last of them has ended: a second start
over the same SQLite file is refused even where the first supervisor was killed and its worker lives on.
"""

import ctypes
import fcntl
import logging
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from app import wiring
from app.errors import SettingsError
from app.settings import Settings

log = logging.getLogger("kireji.serve")

LOCK = "kireji.lock"
LOOK_SECONDS = 0.2
HEALTHY_SECONDS = 60.0  # a child that lived so long starts again at once
LONGEST_PAUSE = 30.0
GRACE_SECONDS = 20.0  # beyond the drain: gunicorn's own limit, and the worker's last step
PR_SET_PDEATHSIG = 1


@dataclass
class _Child:
    """A command of ours and the process that runs it. `pause` is the wait before its next start, in seconds."""

    command: str
    process: "subprocess.Popen[bytes] | None" = None
    started: float = 0.0
    pause: float = 0.0
    due: float = field(default=0.0)

    def start(self, now: float) -> None:
        arguments = [sys.executable, "-P", "-m", "app.entry.cli", self.command]
        self.process = subprocess.Popen(arguments, close_fds=False, preexec_fn=_die_with_parent)  # noqa: S603, PLW1509
        self.started = now

    def look(self, now: float) -> int | None:
        """Start it if it is due; its exit status if it has just ended, None while all is well."""
        if self.process is None:
            if now >= self.due:
                self.start(now)
            return None
        status = self.process.poll()
        if status is None:
            return None
        self.process = None
        self.pause = 0.0 if now - self.started > HEALTHY_SECONDS else min(max(1.0, 2 * self.pause), LONGEST_PAUSE)
        self.due = now + self.pause
        log.warning("%s ended with status %d; it starts again in %.0f s", self.command, status, self.pause)
        return status


def serve(settings: Settings) -> int:
    """Run until SIGTERM or SIGINT; the exit status. Raises SettingsError for a folder in use or tables not ours."""
    lock = _lock(settings.data_dir) if settings.embedded else None
    if settings.embedded:
        wiring.upgrade_database(settings)
    else:
        wiring.open_database(settings).dispose()
    stopping = list[int]()

    def stop(number: int, _frame: FrameType | None) -> None:
        stopping.append(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    children = [_Child("web"), _Child("worker")]
    refused = False
    while not stopping and not refused:
        for child in children:
            refused = child.look(time.monotonic()) == 2 or refused  # it named a bad setting; trying again is no use
        time.sleep(LOOK_SECONDS)
    _stop(children, settings.drain_seconds + GRACE_SECONDS)
    if lock is not None:
        os.close(lock)
    return 2 if refused else 0


def _stop(children: list[_Child], seconds: float) -> None:
    """Let the children end in good order; kill what does not in time."""
    running = [child.process for child in children if child.process is not None]
    for process in running:
        process.terminate()
    deadline = time.monotonic() + seconds
    for process in running:
        try:
            process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            log.warning("process %d did not end in time and is killed", process.pid)
            process.kill()


def _lock(folder: Path) -> int:
    """Hold the folder for this process and its children."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / LOCK
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.read(descriptor, 20).decode(errors="replace").strip()
        os.close(descriptor)
        raise SettingsError(
            (
                f"KIREJI_DATA_DIR {folder} is in use by another kireji (process {holder}): stop it, or name another folder",
            )
        ) from None
    os.ftruncate(descriptor, 0)
    os.write(descriptor, f"{os.getpid()}\n".encode())
    os.set_inheritable(descriptor, True)
    return descriptor


def _die_with_parent() -> None:
    """In the child: end when the supervisor is killed, else nobody would ever restart or stop it (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
