"""One process of its own, as this one sees it: started when it is needed, asked, timed, and killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

from kireji.adapters.apart import frames, program
from kireji.core.text.undone import Undone

START_SECONDS = 60.0  # to load what the work needs, on a busy machine
MAX_ITEM = 16_000_000  # bytes
MAX_TASKS = 2_000
"""After so many items the process is another one, whatever those have left in its memory."""

# Isolated from folders, user site and environment; then it has our own path, in which nothing is relative.
_BOOT = "import sys; sys.path[:] = sys.argv[1:]; from kireji.adapters.apart.program import main; main()"


class Worker:
    """Does one thing at a time; blocks. `seconds` is a small item's limit, `environ` all that it knows of an environment."""

    def __init__(self, environ: Mapping[str, str], seconds: float) -> None:
        self._environ = environ
        self._seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._work: Callable[[Any], object] | None = None
        self._tasks = 0

    def ready(self, work: Callable[[Any], object]) -> Undone | None:
        """Have it know what it is to do, which loads the modules of it: that time is nobody's."""
        if self._tasks >= MAX_TASKS:
            self.end()
        if self._process is not None and self._work is work:
            return None

        try:
            self._start()
            self._ask(program.WORK + frames.packed(work), START_SECONDS)
        except (OSError, frames.GoneError, frames.BrokenFrameError):  # TimeoutError is the first
            return Undone(f"its process did not start ({self.end()})")

        self._work = work
        return None

    def do(self, item: object) -> Undone | Any:
        """One item's result. A process that is late, gone or beside itself is ended, and the next item has another."""
        data = frames.packed(item)
        if len(data) > MAX_ITEM:
            return Undone(f"it is larger than {MAX_ITEM // 1_000_000} MB")

        self._tasks += 1
        seconds = self._seconds * program.parts(len(data))
        try:
            answer = self._ask(program.ITEM + data, seconds)
            if answer[:1] == program.DONE:
                return frames.unpacked(answer[1:])
        except TimeoutError:
            self.end()
            return Undone(f"it took more than {seconds:.3g} seconds")
        except frames.GoneError:
            return Undone(f"its process ended ({self.end()})")
        except frames.BrokenFrameError:
            self.end()
            return Undone("its process said what cannot be read")

        return Undone(answer[1:200].decode("ascii", "replace"))

    def end(self) -> str:
        """Kill it, if it runs; how it ended."""
        process = self._process
        self._process = None
        self._work = None
        self._tasks = 0
        if process is None:
            return "not there"

        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()

        try:
            status = process.wait(0.05)  # it may be on its way out by itself
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            return "killed"

        return signal.Signals(-status).name if status < 0 else f"status {status}"

    def _start(self) -> None:
        if self._process is not None:
            return

        path = [entry for entry in sys.path if os.path.isabs(entry)]  # noqa: PTH117 - a string stays one
        command = [sys.executable, "-I", "-B", "-c", _BOOT, *path]
        self._process = subprocess.Popen(  # noqa: S603 - our own command
            command,
            bufsize=0,
            cwd="/",
            env=self._environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                os.set_blocking(pipe.fileno(), False)

    def _ask(self, request: bytes, seconds: float) -> bytes:
        until = time.monotonic() + seconds
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise frames.GoneError

        frames.send(process.stdin.fileno(), request, until)
        return frames.receive(process.stdout.fileno(), until)
