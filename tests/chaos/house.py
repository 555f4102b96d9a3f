"""The App's own processes, over one store: started, killed, started again."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import psutil
import requests

from kireji.adapters.clock import SystemClock
from kireji.settings import load
from kireji.wiring import service
from tests.sandbox.serve import free_port

START_LIMIT = 60.0
STOP_LIMIT = 60.0
LOOK = 0.02
READY = b" is ready"
CLOCK = SystemClock()
# `kireji` with shorter waits: a lease soon runs out, the sweeps look after reviews that ended some seconds ago, not two
# minutes, and one installation may create more than 80 things a minute, as the stand-in lets it.
KIREJI = """
from kireji.wiring import service
from kireji.adapters.github.http import reach
from kireji.core.models.governor import full_budget
from kireji.entry import cli
from kireji.flow.upkeep import mend

service.LEASE_SECONDS = {lease}
mend.GRACE = {grace}
reach.LIMITS = full_budget(**dict.fromkeys(("points", "minute", "hour", "notices"), (1e6, 1e6)))
cli.run()
"""
GRACE = 5.0
LEASE = 4.0


class Place:
    """One process of ours and those that follow it under its name; `command` is kireji's arguments."""

    def __init__(self, name: str, command: Sequence[str], environment: Mapping[str, str], folder: Path) -> None:
        self.name = name
        self.owner = command[-1]
        self.command = [sys.executable, "-P", "-c", KIREJI.format(lease=LEASE, grace=GRACE), *command]
        self.log = folder / f"{name}.log"
        self.deaths = list[float]()
        self._environment = dict(environment)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The process as it is now."""
        if self._process is None:
            raise LookupError(f"{self.name} was never started")
        return self._process.pid

    def start(self) -> None:
        """Start the process, in a session of its own, so that its children end with it in `stop`."""
        with self.log.open("ab") as log:
            log.write(f"--- {self.name} starts\n".encode())
            log.flush()
            self._process = subprocess.Popen(
                self.command, env=self._environment, stdout=log, stderr=log, start_new_session=True
            )

    def alive(self) -> bool:
        """Whether it runs."""
        return self._process is not None and self._process.poll() is None

    def ready(self) -> bool:
        """Whether the present process has said that it is ready (a worker does)."""
        return self.alive() and READY in self.log.read_bytes().rpartition(b"--- ")[2]

    def family(self) -> list[int]:
        """The process and its children; of gunicorn, the master and its worker."""
        with contextlib.suppress(psutil.Error):
            return [self.pid, *(child.pid for child in psutil.Process(self.pid).children(recursive=True))]
        return []

    def terminate(self) -> None:
        """Ask it to end in good order."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()

    def end(self, seconds: float) -> int | None:
        """Wait for its end, kill what does not end; its exit status."""
        if self._process is None:
            return None
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        return self._process.wait()


class House:
    """`kireji web` and so many `kireji worker`, each started again as soon as it is dead."""

    def __init__(self, environment: Mapping[str, str], folder: Path, workers: int = 1) -> None:
        port = free_port()
        chosen = {**environment, "KIREJI_PORT": str(port), "KIREJI_DATA_DIR": str(folder)}
        self.url = f"http://127.0.0.1:{port}"
        self.settings = load(chosen)
        self.web = Place("web", ["web"], chosen, folder)
        # Each place is a supervisor of its own, which knows when its worker has ended; the owner of its slot.
        self.workers = [
            Place(f"worker{number}", ["worker", "--owner", f"place{number}"], chosen, folder)
            for number in range(workers)
        ]
        self._kept = set[Place]()
        self._ending = threading.Event()
        self._keeper = threading.Thread(target=self._keep, name="keeper", daemon=True)

    @property
    def places(self) -> Sequence[Place]:
        """All of them."""
        return (self.web, *self.workers)

    def start(self) -> None:
        """Make the tables, start everything and wait until it is ready."""
        service.upgrade_database(self.settings)
        for place in self.places:
            place.start()
        self._kept.update(self.places)
        self._keeper.start()
        await_that(self.ready, START_LIMIT, "the App did not start")

    def stop(self) -> dict[str, int | None]:
        """End everything in good order; the exit statuses."""
        self._ending.set()
        if self._keeper.is_alive():
            self._keeper.join()
        for place in self.places:
            place.terminate()
        return {place.name: place.end(STOP_LIMIT) for place in self.places}

    def ready(self) -> bool:
        """Whether the web process takes deliveries and every worker works."""
        return self.takes_deliveries() and all(worker.ready() for worker in self.workers)

    def takes_deliveries(self) -> bool:
        """Whether the web process answers and its store does."""
        with contextlib.suppress(requests.RequestException):
            return requests.get(f"{self.url}/readyz", timeout=5).ok
        return False

    def kill(self, place: Place, *, for_good: bool = False) -> None:
        """Kill -9 a process; with `for_good` it is not started again."""
        if for_good:
            self._kept.discard(place)
            place.deaths.append(CLOCK.now().timestamp())
        os.kill(place.pid, signal.SIGKILL)

    def _keep(self) -> None:
        while not self._ending.wait(LOOK):
            for place in list(self._kept):
                if not place.alive():
                    place.deaths.append(CLOCK.now().timestamp())
                    place.start()


@contextlib.contextmanager
def house(environment: Mapping[str, str], folder: Path, workers: int = 1) -> Iterator[House]:
    """A running House, stopped in the end whatever happens."""
    built = House(environment, folder, workers)
    try:
        built.start()
        yield built
    finally:
        built.stop()


def await_that(condition: object, seconds: float, complaint: str, pause: float = 0.05) -> None:
    """Wait until the condition, a callable, holds. Raises AssertionError after so many seconds."""
    assert callable(condition)
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(complaint)
        time.sleep(pause)
