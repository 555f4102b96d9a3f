"""`kireji serve`: whatever is killed, one web process and one worker go on, and never two over one folder."""

import os
import signal
import socket
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kireji.entry.service.supervisor import HEALTHY_SECONDS, Child
from tests.databases import SQLITE_FILE
from tests.entry.process import Running, alive, environment, kireji, running, wait
from tests.sandbox.serve import free_port

READY = "worker w0 is ready"
pytestmark = pytest.mark.timeout(180)  # a start takes two seconds, or twenty where the machine has other work


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """Settings with a folder and a port of their own."""
    return environment(tmp_path, KIREJI_PORT=str(free_port()))


@pytest.fixture
def served(environ: dict[str, str], tmp_path: Path) -> Iterator[Running]:
    """A `kireji serve` that answers and whose worker is ready."""
    with running(environ, tmp_path, "serve") as serving:
        serving.await_said(READY)
        wait(lambda: serving.get("/readyz") == 200)
        yield serving


def test_what_is_killed_is_started_again(served: Running, environ: dict[str, str], tmp_path: Path) -> None:
    """kill -9 of gunicorn's master refuses nobody: who connects meanwhile waits.

    A second start on the folder is refused, and a worker beside this one waits. SIGTERM ends all, with status 0.
    """
    web, worker = served.child("web"), served.child("worker")
    os.kill(worker, signal.SIGKILL)
    os.kill(web, signal.SIGKILL)
    assert served.get("/healthz") == 200
    served.await_said(READY, 2)  # in the slot of the one before, without waiting for its lease to run out
    assert served.said("waits for a slot") == 0
    assert served.child("web") not in {0, web}
    assert served.child("worker") not in {0, worker}
    assert served.said("web ended (SIGKILL); it starts again") == 1, served.log.read_text("utf-8")
    assert served.said("worker ended (SIGKILL); it starts again") == 1

    second = kireji({**environ, "KIREJI_PORT": str(free_port())}, "serve")
    told = f"in use by another kireji (process {served.process.pid}): stop it, or name another folder"
    assert (second.status, second.stdout) == (2, "")
    assert second.stderr == f"kireji: KIREJI_DATA_DIR {environ['KIREJI_DATA_DIR']} is {told}\n"

    with running(environ, tmp_path, "worker") as another:
        another.await_said("this worker waits for a slot: other workers have all there are")
        assert another.stop() == 0

    left = served.child("web"), served.child("worker")
    assert served.stop() == 0
    assert not any(alive(pid) for pid in left)
    assert served.said("worker w0 has stopped") == 1


def test_a_killed_supervisor_takes_its_children_along(served: Running, environ: dict[str, str], tmp_path: Path) -> None:
    """They end in good order; while one of them lives the folder stays locked, and afterwards a new start works.

    That one meets a bad setting in the end: one line, status 2, no restart.
    """
    web, worker = served.child("web"), served.child("worker")
    os.kill(worker, signal.SIGSTOP)  # an orphan that is slow to end
    served.process.kill()
    served.process.wait()
    wait(lambda: not alive(web))
    refused = kireji(environ, "serve")
    assert refused.status == 2
    assert "is in use by what is left of another kireji" in refused.stderr
    assert refused.stderr.count("\n") == 1
    os.kill(worker, signal.SIGCONT)
    wait(lambda: not alive(worker))
    # Held for longer than its lease, as on a busy machine, it must not even drain.
    assert served.said("worker w0 has stopped") + served.said("lost its lease") == 1
    with running(environ, tmp_path, "serve") as again:
        again.await_said(READY)
        # A child that names a bad setting, here tables of a newer Kireji, ends everything: it would do so for ever.
        execute(environ, "UPDATE kireji_schema SET version_num = '9999'")
        os.kill(again.child("worker"), signal.SIGKILL)
        assert again.process.wait(60) == 2
        assert again.said("kireji: the database's tables (version 9999) are of a Kireji newer than this one") == 1


def test_a_port_in_use_is_told_at_once(environ: dict[str, str]) -> None:
    """One line that names the setting, status 2, and no child was started."""
    with socket.create_server(("127.0.0.1", int(environ["KIREJI_PORT"]))):
        done = kireji(environ, "serve")
    port = environ["KIREJI_PORT"]
    assert done.status == 2
    assert done.stderr == (
        f"kireji: KIREJI_PORT {port} on 127.0.0.1 is taken by another program: stop it, or name another port\n"
    )


def test_a_folder_that_cannot_be_is_told(tmp_path: Path, environ: dict[str, str]) -> None:
    """One line that names the setting, status 2."""
    (tmp_path / "file").touch()
    done = kireji({**environ, "KIREJI_DATA_DIR": str(tmp_path / "file")}, "serve")
    assert (done.status, done.stderr) == (
        2,
        f"kireji: KIREJI_DATA_DIR {tmp_path / 'file'} cannot be used: File exists\n",
    )


def execute(environ: dict[str, str], statement: str) -> None:
    """Run a statement on the SQLite file."""
    with closing(sqlite3.connect(Path(environ["KIREJI_DATA_DIR"]) / SQLITE_FILE)) as connection, connection:
        connection.execute(statement)


def ended(child: Child, now: float) -> int:
    """Start a child, which is due, and see it end."""
    assert child.look(now) is None
    assert child.process is not None
    child.process.wait()
    status = child.look(now)
    assert status is not None
    return status


def test_quick_failures_are_tried_again_with_growing_pauses(caplog: pytest.LogCaptureFixture) -> None:
    """For ever, since the other child is of use meanwhile; after five the log says so, once."""
    child = Child("web", [sys.executable, "-S", "-c", "raise SystemExit(75)"])
    now = 0.0
    for pause in (1, 2, 4, 8, 16, 30, 30):
        assert ended(child, now) == 75
        assert caplog.messages[-2 if pause == 16 else -1] == (f"web ended (status 75); it starts again in {pause} s")
        assert child.look(now + pause - 0.01) is None
        assert child.process is None
        now += pause
    assert [record.message[:27] for record in caplog.records if record.levelname == "CRITICAL"] == [
        "web has ended 5 times in a "
    ]


def test_a_child_that_lived_long_starts_again_at_once(caplog: pytest.LogCaptureFixture) -> None:
    """And its earlier failures are forgotten."""
    child = Child("web", [sys.executable, "-S", "-c", ""])
    ended(child, 0.0)
    assert child.look(1.0) is None
    assert child.process is not None
    child.process.wait()
    child.look(1.0 + HEALTHY_SECONDS + 1)
    assert caplog.messages[-1] == "web ended (status 0); it starts again in 0 s"
