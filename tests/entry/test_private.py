"""What the service writes is for its own user alone, on a real file system, with real processes."""

import os
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kireji.adapters.in_process.state_file import FileStore, StateSigner
from kireji.core.pulls.signing import Signer
from kireji.entry.private import keep_new_private, keep_private
from tests.entry.process import SECRETS, environment, kireji, running, wait
from tests.sandbox.serve import free_port


def modes(folder: Path) -> dict[str, int]:
    """Each file and folder below with its permissions."""
    return {str(path.relative_to(folder)): stat.S_IMODE(path.lstat().st_mode) for path in folder.rglob("*")}


@pytest.fixture(autouse=True)
def _lax() -> Iterator[None]:
    """A machine where everybody may read what is made."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.mark.proof
@pytest.mark.timeout(180)
def test_what_the_service_makes_nobody_else_may_read(tmp_path: Path) -> None:
    """The folder, the database with its log, and the lock, while it serves; and its web process, which strangers talk to,
    has the webhook's secret but neither of the keys.
    """
    environ = environment(tmp_path, KIREJI_PORT=str(free_port()))
    with running(environ, tmp_path, "serve") as served:
        served.await_said("worker w0 is ready")
        wait(lambda: served.get("/readyz") == 200)
        there = modes(tmp_path / "data")
        web = Path(f"/proc/{served.child('web')}/environ").read_text()
        worker = Path(f"/proc/{served.child('worker')}/environ").read_text()
        assert served.stop() == 0
    there |= modes(tmp_path / "data")
    assert {"kireji.sqlite3", "kireji.sqlite3-wal", "kireji.lock"} <= there.keys()
    assert {name: oct(mode) for name, mode in there.items() if mode & 0o077} == {}
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700
    assert [secret in web for secret in (SECRETS[0], SECRETS[1], "PRIVATE KEY")] == [True, False, False]
    assert [secret in worker for secret in (SECRETS[0], SECRETS[1], "PRIVATE KEY")] == [True, True, True]


@pytest.mark.proof
def test_what_was_left_open_is_closed_at_the_start(tmp_path: Path) -> None:
    """A database of an earlier version, which everybody could read."""
    folder = tmp_path / "data"
    assert kireji(environment(tmp_path), "db", "upgrade").status == 0
    (folder / "code").mkdir()
    for path, mode in ((folder / "kireji.sqlite3", 0o644), (folder / "code", 0o755), (folder, 0o755)):
        path.chmod(mode)
    assert kireji(environment(tmp_path), "db", "upgrade").status == 0
    assert {name: oct(mode) for name, mode in modes(tmp_path).items() if mode & 0o077} == {}


def test_other_peoples_files_stay_as_they_are(tmp_path: Path) -> None:
    """In a folder with other things only what is ours is closed; a link is not followed."""
    other, target = tmp_path / "notes.txt", tmp_path / "target"
    for path in (other, target, tmp_path / "kireji.sqlite3"):
        path.write_text("x")
        path.chmod(0o644)
    (tmp_path / "kireji.sqlite3-wal").symlink_to(target)
    tmp_path.chmod(0o755)
    keep_private(tmp_path)
    assert (modes(tmp_path)["notes.txt"], modes(tmp_path)["target"], modes(tmp_path)["kireji.sqlite3"]) == (
        0o644,
        0o644,
        0o600,
    )
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o755


def test_a_folder_that_is_not_there_yet(tmp_path: Path) -> None:
    """Nothing is made, and nothing is wrong."""
    keep_private(tmp_path / "data")
    assert not (tmp_path / "data").exists()


def test_the_actions_state_too(tmp_path: Path) -> None:
    """The file that one run of the Action leaves for the next."""
    keep_new_private()
    signer = StateSigner(Signer((b"a" * 32,)), "7")
    FileStore(tmp_path / "kireji" / "state.json", signer).save(datetime(2026, 12, 1, tzinfo=UTC))
    assert modes(tmp_path) == {"kireji": 0o700, "kireji/state.json": 0o600}
