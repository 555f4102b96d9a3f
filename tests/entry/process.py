"""Kireji as people start it: real processes, real ports, short waits."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from tests.sandbox.github import new_private_key

PATIENCE = 60.0
ONE_LINE = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z (INFO|WARNING|ERROR|CRITICAL) [\w.]+ |kireji: ")
SECRETS = ("swordfish-webhook", "sk-ant-swordfish")
# A lease that runs out soon, though not because the machine is busy; in everything else this is `kireji`.
KIREJI = """
import sys
from kireji.wiring import service
from kireji.entry import cli

service.LEASE_SECONDS = 5.0
cli.run()
"""


KIREJIS = """
import contextlib, io, json, sys
from kireji.entry import cli

done = []
for command in json.loads(sys.argv[1]):
    sys.argv = ["kireji", *command]
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as err:
        try:
            cli.run()
            status = 0
        except SystemExit as ended:
            status = ended.code
    done.append((status, out.getvalue(), err.getvalue()))
print(json.dumps(done))
"""


@cache
def private_key() -> str:
    """One RSA key for all tests of a process."""
    return new_private_key()


def environment(folder: Path, **more: str) -> dict[str, str]:
    """What an operator would set, the data in `folder`."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("KIREJI_", "ANTHROPIC_"))}  # noqa: TID251 - a child process needs the parent's
    return {
        **own,
        "KIREJI_APP_ID": "1",
        "KIREJI_PRIVATE_KEY": private_key(),
        "KIREJI_WEBHOOK_SECRET": SECRETS[0],
        "ANTHROPIC_API_KEY": SECRETS[1],
        "KIREJI_GITHUB_API_URL": "http://127.0.0.1:9",
        "KIREJI_DATA_DIR": str(folder / "data"),
        "KIREJI_DRAIN_SECONDS": "1",
        "KIREJI_SEARCH": "off",
        **more,
    }


@dataclass(frozen=True)
class Done:
    """A command that has ended."""

    status: int
    stdout: str
    stderr: str


def kireji(environ: dict[str, str], *arguments: str) -> Done:
    """Run a command to its end."""
    command = [sys.executable, "-c", KIREJI, *arguments]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False, timeout=PATIENCE)
    return Done(done.returncode, done.stdout, done.stderr)


def kirejis(environ: dict[str, str], *commands: Sequence[str]) -> list[Done]:
    """Run commands one after the other in one process, since the imports take longest."""
    command = [sys.executable, "-c", KIREJIS, json.dumps(commands)]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False, timeout=PATIENCE)
    assert (done.returncode, done.stderr) == (0, "")
    return [Done(*row) for row in json.loads(done.stdout)]


@dataclass
class Running:
    """A command that goes on, and its log."""

    process: "subprocess.Popen[bytes]"
    log: Path
    port: int

    def said(self, words: str) -> int:
        """How often the log says this so far."""
        return self.log.read_text("utf-8").count(words)

    def await_said(self, words: str, times: int = 1) -> None:
        """Wait until the log has said this so often."""
        wait(lambda: self.said(words) >= times, lambda: self.log.read_text("utf-8"))

    def get(self, path: str) -> int:
        """The status of a GET; 0 if nobody answers."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except (OSError, HTTPException):
            return 0
        finally:
            connection.close()

    def child(self, command: str) -> int:
        """The process id of the supervisor's child that runs this command; 0 if there is none."""
        found = (pid for pid in children(self.process.pid) if command in arguments(pid))
        return next(found, 0)

    def stop(self) -> int:
        """Tell it to stop; the exit status."""
        self.process.terminate()
        return self.process.wait(PATIENCE)


@contextmanager
def running(environ: dict[str, str], folder: Path, *command: str) -> Iterator[Running]:
    """Start a command; in the end it and what it started are killed, and its log is checked."""
    log = folder / f"{command[0]}-{len(list(folder.glob('*.log')))}.log"
    with log.open("wb") as output:
        process = subprocess.Popen([sys.executable, "-c", KIREJI, *command], env=environ, stdout=output, stderr=output)
    started = Running(process, log, int(environ.get("KIREJI_PORT", "0")))
    try:
        yield started
    finally:
        for pid in (process.pid, *children(process.pid)):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.wait()
    text = log.read_text("utf-8")
    assert [line for line in text.splitlines() if not ONE_LINE.match(line)] == []
    assert [secret for secret in SECRETS if secret in text] == []


def children(parent: int) -> list[int]:
    """The processes that a process started and that have not ended."""
    found = list[int]()
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            pid, _, rest = status.read_text().partition(" ")
            state, ppid = rest.rpartition(")")[2].split()[:2]
            if int(ppid) == parent and state != "Z":
                found.append(int(pid))
    return found


def arguments(pid: int) -> list[str]:
    """The arguments of a running process."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text().split("\0")
    return []


def alive(pid: int) -> bool:
    """Whether a process, not a child of ours, has not ended."""
    return bool(arguments(pid))


def wait(condition: Callable[[], object], told: Callable[[], object] = str) -> None:
    """Wait until the condition holds; else `told` says what there was instead."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"waited for nothing: {told()}"
        time.sleep(0.02)
