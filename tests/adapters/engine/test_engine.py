"""The engine within the test's own process and loop."""

import asyncio
from pathlib import Path

import pytest
from dbos import DBOS
from dbos._utils import retriable_postgres_exception
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from kireji.adapters.engine import recovery, running
from kireji.adapters.engine.database import connect, migrate
from kireji.adapters.engine.engine import Engine, QueueLimits
from kireji.adapters.engine.intake import Enqueuer
from kireji.adapters.store.engine import create_engine
from kireji.core.diff.unified import Side
from kireji.core.pulls.posting import CommentDraft, HeadMoved, Posted
from kireji.errors import DefectError, SettingsError, TransientError, UserError
from kireji.ports import Journal
from tests.databases import new_sqlite

# Half a surrogate pair, NUL and non-ASCII: all of which a comment of a hostile pull request may hold.
POSTED = Posted(("https://github.com/x",), (CommentDraft("ä.py", "\ud800\0é", Side.LEFT, 3),))


class AskedError(UserError):
    """A kind of UserError of its own."""


async def never(_review_id: str, _journal: Journal) -> None:
    """A review that must not begin."""
    raise AssertionError


async def failing(error: Exception) -> None:
    """A step that fails."""
    raise error


async def giving(value: object) -> object:
    """A step that gives something."""
    return value


async def test_journal_and_loop(tmp_path: Path) -> None:
    """Reviews run on the loop that launched the engine; a journal gives typed results, and the errors themselves."""
    seen = dict[str, object]()
    done = asyncio.Event()

    async def run(_review_id: str, journal: Journal) -> None:
        try:
            seen["loop"] = asyncio.get_running_loop()
            seen["posted"] = await journal.step("post", lambda: giving(POSTED), Posted | HeadMoved)
            seen["moved"] = await journal.step("moved", lambda: giving(HeadMoved("sha")), Posted | HeadMoved)
            seen["nothing"] = await journal.step("close", lambda: giving(None), None)
            error = AskedError("the file is bad", "Mend it.")
            with pytest.raises(AskedError) as caught:
                await journal.step("ask", lambda: failing(error), None)
            seen["same"] = caught.value is error
        finally:
            done.set()

    url = new_sqlite(tmp_path)
    migrate(url)
    store = create_engine(url)
    engine = Engine(url, "w0", run)
    await engine.launch()
    with store.begin() as conn:
        Enqueuer(store).enqueue(conn, "review", "1")
    await asyncio.wait_for(done.wait(), 30)
    with pytest.raises(ValueError, match="w0 is this worker's own slot"):
        await asyncio.to_thread(recovery.recover, ["w1", "w0"])
    await engine.drain(1)
    store.dispose()
    assert seen == {
        "loop": asyncio.get_running_loop(),
        "posted": POSTED,
        "moved": HeadMoved("sha"),
        "nothing": None,
        "same": True,
    }
    assert await asyncio.to_thread(lambda: "threads work") == "threads work"


async def test_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A review that the database takes for this worker's, but that it does not run, begins again."""
    monkeypatch.setattr(running, "ADOPT_SECONDS", 0.1)
    done = asyncio.Event()

    async def run(_review_id: str, _journal: Journal) -> None:
        done.set()

    url = new_sqlite(tmp_path)
    migrate(url)
    store = create_engine(url)
    engine = Engine(url, "w0", run, QueueLimits(poll_seconds=0.05))
    await engine.launch()
    with store.begin() as conn:
        Enqueuer(store).enqueue(conn, "review", "1", delay_seconds=3600)
        conn.execute(
            text("UPDATE workflow_status SET status = 'PENDING', executor_id = 'w0', application_version = '1'")
        )
    await asyncio.wait_for(done.wait(), 30)
    await engine.drain(1)
    store.dispose()


async def test_old_tables(tmp_path: Path) -> None:
    """A worker refuses a database that has not the engine's tables, and says what to do."""
    engine = Engine(new_sqlite(tmp_path), "w0", never)
    with pytest.raises(SettingsError, match="run `kireji db upgrade`"):
        await engine.launch()


async def test_no_database() -> None:
    """While Postgres is away a worker's launch, a migration and the intake fail at once, as passing; a cancel is quiet."""
    url = "postgresql://nobody@127.0.0.1:1/none"
    with pytest.raises(TransientError, match="the database does not answer"):
        await Engine(url, "w0", never).launch()

    store = create_engine(url)
    enqueuer = Enqueuer(store)
    assert not enqueuer.cancel("review")

    with pytest.raises(TransientError):
        enqueuer.retry_errand("delivery", "p")

    with pytest.raises(TransientError):
        migrate(url)


@pytest.mark.parametrize("host", ["/nowhere", "127.0.0.1"])
def test_waits_for_postgres(host: str) -> None:
    """However Postgres cannot be reached, DBOS takes it for something to wait for, and so loses no step's result."""
    with pytest.raises(OperationalError) as caught:
        connect(f"postgresql://nobody@/none?host={host}&port=1").connect()
    assert retriable_postgres_exception(caught.value)


def test_sqlite_survives_a_power_cut(tmp_path: Path) -> None:
    """A worker's SQLite connections write ahead and wait for the disk."""
    with connect(new_sqlite(tmp_path)).connect() as conn:
        assert conn.scalar(text("PRAGMA journal_mode")) == "wal"
        assert conn.scalar(text("PRAGMA synchronous")) == 2


def test_private_name_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    """A DBOS without the private method is refused at launch, not when a worker has died."""
    monkeypatch.delattr(DBOS, "_recover_pending_workflows")
    with pytest.raises(DefectError, match=r"Kireji needs dbos 3\.4"):
        recovery.check()
