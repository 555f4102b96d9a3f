"""`kireji serve`: the web process and one worker as children, restarted when they die, drained when told to stop.

The lock on the data folder is inherited by both, so it is free only when the last of them has ended: a second start
over the same SQLite file is refused even where the first supervisor was killed and its worker lives on. The socket is
inherited too: connections that come while gunicorn starts again wait, and none is refused.

The worker's event loop beats on a pipe: one that is silent for SILENT_SECONDS does nothing any more, and is killed. systemd
hears that the supervisor itself lives.

A child that ends is started again, for ever: the other one is still of use, and what is amiss may pass. The pauses
between quick failures grow to LONGEST_PAUSE, and after TELL_AFTER of them the log says so. Only a bad setting (exit
status 2) ends everything, because it stays bad.
"""

import contextlib
import ctypes
import fcntl
import logging
import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from kireji.entry.service import server, systemd
from kireji.entry.startup import BAD_SETTING
from kireji.errors import SettingsError
from kireji.settings import Settings, environ_for_web
from kireji.wiring import intake, service

log = logging.getLogger("kireji.serve")

LOCK = "kireji.lock"
LOOK_SECONDS = 0.1
HEALTHY_SECONDS = 60.0  # a child that lived so long starts again at once
LONGEST_PAUSE = 30.0
TELL_AFTER = 5
GRACE_SECONDS = 20.0  # beyond the drain: gunicorn's own limit, and the worker's last step
SILENT_SECONDS = 30.0  # longer than a worker takes to know by itself that it hangs, and to say where
BEGIN_SECONDS = 180.0  # until the first beat: modules are loaded, and the database may be slow
TELL_SYSTEMD_SECONDS = 5.0  # its WatchdogSec is longer
PR_SET_PDEATHSIG = 1


class Child:
    """A command of ours and the process that runs it; `handles` are the file descriptors that it inherits.

    Its environment is ours if none is given. One that `beats` is told on which pipe, by the option --beats.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        handles: Sequence[int] = (),
        env: Mapping[str, str] | None = None,
        *,
        beats: bool = False,
    ) -> None:
        self.name = name
        self.process: subprocess.Popen[bytes] | None = None
        self._command = command
        self._handles = handles
        self._env = env
        self._started = 0.0
        self._due = 0.0
        self._failures = 0
        self._pulse = Pulse() if beats else None

    def look(self, now: float) -> int | None:
        """Start it if it is due (`now` is in monotonic seconds); its exit status if it has just ended, else None."""
        if self.process is None:
            if now >= self._due:
                self._start(now)
            return None

        status = self.process.poll()
        if status is None:
            if self._pulse is not None and self._pulse.silent(now):
                log.critical("%s has not answered for long: it is killed", self.name)
                self.process.kill()
            return None

        self.process = None
        self._failures = 0 if now - self._started > HEALTHY_SECONDS else self._failures + 1
        pause = min(2.0 ** (self._failures - 1), LONGEST_PAUSE) if self._failures else 0.0
        self._due = now + pause
        log.warning("%s ended (%s); it starts again in %.0f s", self.name, _how(status), pause)

        if self._failures == TELL_AFTER:
            told = (
                "%s has ended %d times in a row soon after its start; the lines above say why. It goes on being tried"
            )
            log.critical(told, self.name, self._failures)
        return status

    def _start(self, now: float) -> None:
        pipe = () if self._pulse is None else (self._pulse.begin(now),)
        self.process = subprocess.Popen(  # noqa: S603 - our own command
            [*self._command, *(f"--beats={handle}" for handle in pipe)],
            pass_fds=(*self._handles, *pipe),
            env=self._env,
            preexec_fn=_DieWithParent(),  # noqa: PLW1509 - the supervisor has one thread
        )

        for handle in pipe:
            os.close(handle)
        self._started = now


class Pulse:
    """What is heard of a child on its pipe."""

    def __init__(self) -> None:
        self._pipe: int | None = None
        self._until = 0.0

    def begin(self, now: float) -> int:
        """A new pipe for a new child: the end that it writes to."""
        if self._pipe is not None:
            os.close(self._pipe)
        self._pipe, end = os.pipe()
        os.set_blocking(self._pipe, False)
        self._until = now + BEGIN_SECONDS
        return end

    def silent(self, now: float) -> bool:
        """Whether it has not beaten for too long."""
        with contextlib.suppress(BlockingIOError):
            if self._pipe is not None and os.read(self._pipe, 65_536):
                self._until = now + SILENT_SECONDS
        return now > self._until


@dataclass
class _Stop:
    """How often a signal told the supervisor to stop."""

    times: int = 0

    def __call__(self, _number: int, _frame: FrameType | None) -> None:
        self.times += 1


def serve(settings: Settings) -> int:
    """Run until SIGTERM, SIGINT or SIGHUP; the exit status. A second signal kills what still runs.

    Raises SettingsError for a folder or a port in use and for tables not ours, TransientError for a database away.
    """
    handles = [_lock(settings.data_dir)] if settings.embedded else []
    if settings.embedded:
        service.upgrade_database(settings)
    else:
        intake.open_database(settings).dispose()

    stop = _Stop()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, stop)

    with server.listen(settings) as listener:
        children = _children(settings, handles, listener)
        refused = False
        systemd.tell(settings.notify, systemd.READY)
        told = 0.0

        while not stop.times and not refused:
            for child in children:
                refused = child.look(time.monotonic()) == BAD_SETTING or refused
            if time.monotonic() - told > TELL_SYSTEMD_SECONDS:
                systemd.tell(settings.notify, systemd.ALIVE)
                told = time.monotonic()
            time.sleep(LOOK_SECONDS)

    _end(children, settings.drain_seconds + GRACE_SECONDS, stop)
    return BAD_SETTING if refused else 0


def _children(settings: Settings, handles: list[int], listener: socket.socket) -> tuple[Child, Child]:
    command = [sys.executable, "-I", "-m", "kireji.entry.cli"]
    number = listener.fileno()
    web = Child("web", [*command, "web", "--fd", str(number)], [*handles, number], environ_for_web())
    # The next worker starts when the last one has ended, and must not wait until its lease has too. Over a SQLite file
    # that is so from supervisor to supervisor, by the lock.
    owner = "embedded" if settings.embedded else uuid.uuid4().hex
    return web, Child("worker", [*command, "worker", "--owner", owner], handles, beats=True)


def _end(children: Sequence[Child], seconds: float, stop: _Stop) -> None:
    """Let the children end in good order; kill what does not in time, or everything at a second signal."""
    running = [child for child in children if child.process is not None]
    for child in running:
        if child.process is not None:
            child.process.terminate()

    deadline = time.monotonic() + seconds
    while _alive(running) and time.monotonic() < deadline and stop.times < 2:
        time.sleep(LOOK_SECONDS)

    for child in _alive(running):
        log.warning("%s did not end in time and is killed; its reviews go on at the next start", child.name)
        if child.process is not None:
            child.process.kill()
            child.process.wait()


def _alive(children: Sequence[Child]) -> list[Child]:
    return [child for child in children if child.process is not None and child.process.poll() is None]


def _how(status: int) -> str:
    return f"status {status}" if status >= 0 else signal.Signals(-status).name


def _lock(folder: Path) -> int:
    """Hold the folder for this process and its children."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise SettingsError((f"KIREJI_DATA_DIR {folder} cannot be used: {error.strerror}",)) from error

    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.read(descriptor, 20).decode(errors="replace").strip()
        os.close(descriptor)
        raise SettingsError((f"KIREJI_DATA_DIR {folder} is in use {_by(holder)}",)) from None

    os.ftruncate(descriptor, 0)
    os.write(descriptor, f"{os.getpid()}\n".encode())
    return descriptor


def _by(holder: str) -> str:
    """By whom, and what to do about it."""
    try:
        os.kill(int(holder), 0)
    except ProcessLookupError:
        return f"by what is left of another kireji (process {holder}), which was killed: it ends soon, wait for it"
    except (ValueError, PermissionError):
        pass
    return f"by another kireji (process {holder or 'unknown'}): stop it, or name another folder"


class _DieWithParent:
    """In the child: end when the supervisor is killed, else nobody would ever restart or stop it (Linux only)."""

    def __init__(self) -> None:
        self._parent = os.getpid()
        self._prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None

    def __call__(self) -> None:
        if self._prctl is not None:
            self._prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
            if os.getppid() != self._parent:  # killed before the call
                os._exit(1)
