"""What one person is answered within an hour, on both stores; and in the Action, over its file."""

from dataclasses import replace
from pathlib import Path

from sqlalchemy import Engine, func, select

from kireji.adapters.clock import SystemClock
from kireji.adapters.in_process.state_file import FileStore, StateSigner
from kireji.adapters.store.governors import update
from kireji.adapters.store.persons import count_question
from kireji.adapters.store.retention import Keep, purge
from kireji.adapters.store.tables import governors
from kireji.core.pulls.signing import Signer
from tests.adapters.store.make import REF


def counts(engine: Engine, *causes: str, login: str = "mallory", now: float = 1000.0) -> list[int]:
    """How often was asked before each."""
    return [count_question(engine, REF, login, cause, now=now, most=2) for cause in causes]


def test_so_many_an_hour(engine: Engine) -> None:
    """The hour begins with the first; what is beyond is no longer counted, and the next hour begins anew."""
    assert counts(engine, "a", "b", "c", "d", "e") == [0, 1, 2, 3, 3]
    assert counts(engine, "f", login="alice") == [0]
    assert count_question(engine, replace(REF, repo="other/one", repo_id=None), "mallory", "g", now=1000.0, most=2) == 0
    assert counts(engine, "h", now=4599.0) == [3]
    assert counts(engine, "i", "j", now=4600.0) == [0, 1]


def test_an_errand_that_is_run_again_counts_once(engine: Engine) -> None:
    """After a crash it is told what it was told before, under a name in whatever case."""
    assert counts(engine, "a", "b") == [0, 1]
    assert counts(engine, "a", "b", "a", login="Mallory", now=9000.0) == [0, 1, 0]


def test_it_is_forgotten(engine: Engine) -> None:
    """Two days later; what governors keep stays."""
    counts(engine, "a")
    update(engine, "claude x", 1000.0, lambda state: (state, None))
    update(engine, "reviews", 1000.0, lambda state: (state, None))
    purge(engine, 1000.0 + 2 * 86_400, Keep())
    with engine.connect() as conn:
        assert conn.scalar(select(func.count()).select_from(governors)) == 3
    purge(engine, 1001.0 + 2 * 86_400, Keep())
    with engine.connect() as conn:
        assert set(conn.scalars(select(governors.c.name))) == {"claude x", "reviews"}


async def test_in_the_action(tmp_path: Path) -> None:
    """What a run leaves the next one finds; the hour of each answer counts."""
    file = tmp_path / "state.json"
    found = list[int]()
    for now in (1000.0, 2000.0, 3000.0, 4000.0, 4601.0):
        store = FileStore(file, StateSigner(Signer((b"a" * 32,)), "7"))
        found.append(await store.asked(REF, "mallory", f"run-{now}", now, 2))
        store.save(SystemClock().now())
    assert found == [0, 1, 2, 3, 2]
