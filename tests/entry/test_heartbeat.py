"""A worker that does nothing any more is known by its silence, and ended: by itself, by its supervisor, by systemd."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kireji.entry.service import systemd
from kireji.entry.service.heartbeat import beat
from kireji.entry.service.supervisor import BEGIN_SECONDS, SILENT_SECONDS, Child, Pulse

# The loop is held by a call that also keeps the interpreter from everybody else, as a parser's does.
HANGS = """
import asyncio, ctypes
from kireji.entry.service import heartbeat

async def main():
    heartbeat.HUNG_SECONDS = 0.5
    beating = asyncio.create_task(heartbeat.beat())
    await asyncio.sleep(0.2)
    hold()

def hold():
    ctypes.PyDLL(None).sleep(120)

asyncio.run(main())
"""


def test_a_worker_that_hangs_ends_itself() -> None:
    """Though nothing of Python can run in it any more; it says where it hung."""
    done = subprocess.run([sys.executable, "-c", HANGS], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert "in hold" in done.stderr


async def test_a_loop_that_was_held_is_told(caplog: pytest.LogCaptureFixture) -> None:
    """With how long, and not for each time."""
    beating = asyncio.create_task(beat())
    for _ in range(3):
        await asyncio.sleep(0.05)
        time.sleep(0.5)  # noqa: ASYNC251 - it is what must not be done
        await asyncio.sleep(0.2)
    beating.cancel()
    assert [message.startswith("the event loop was held 1 time, for ") for message in caplog.messages] == [True]


async def test_beats_reach_the_supervisor() -> None:
    """Silence is counted from the last one; a pipe that nobody reads holds nobody up."""
    pulse = Pulse()
    end = pulse.begin(0.0)
    assert not pulse.silent(BEGIN_SECONDS - 1)
    assert pulse.silent(BEGIN_SECONDS + 1)
    beating = asyncio.create_task(beat(end))
    while pulse.silent(BEGIN_SECONDS + 1):  # noqa: ASYNC110 - a pipe has no event
        await asyncio.sleep(0.01)
    beating.cancel()
    assert not pulse.silent(BEGIN_SECONDS + SILENT_SECONDS)
    assert pulse.silent(BEGIN_SECONDS + SILENT_SECONDS + 2)
    os.close(end)


def test_a_silent_child_is_killed_and_started_again(caplog: pytest.LogCaptureFixture) -> None:
    """One that never beats has longer, as it has to begin."""
    child = Child("worker", [sys.executable, "-S", "-c", "import time; time.sleep(120)"], beats=True)
    assert child.look(0.0) is None
    assert child.look(BEGIN_SECONDS - 1) is None
    first = child.process
    assert first is not None
    assert first.poll() is None
    assert child.look(BEGIN_SECONDS + 1) is None
    assert first.wait() == -signal.SIGKILL
    assert child.look(BEGIN_SECONDS + 1) == -signal.SIGKILL
    assert caplog.messages == [
        "worker has not answered for long: it is killed",
        "worker ended (SIGKILL); it starts again in 0 s",
    ]
    assert child.look(BEGIN_SECONDS + 2) is None
    assert child.process is not None
    child.process.kill()
    child.process.wait()


def test_systemd_hears_of_it(tmp_path: Path) -> None:
    """By its own protocol; nobody who does not listen is an error."""
    address = str(tmp_path / "notify")
    systemd.tell("", systemd.READY)
    systemd.tell(address, systemd.READY)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(address)
        systemd.tell(address, systemd.READY)
        systemd.tell(address, systemd.ALIVE)
        assert [manager.recv(100), manager.recv(100)] == [b"READY=1", b"WATCHDOG=1"]
