"""Transactions, on both stores."""

from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from kireji.adapters.store.cursors import get_cursor, set_cursor
from kireji.adapters.store.engine import answers, create_engine, insert_new, reading, writing
from kireji.adapters.store.tables import cursors
from tests.databases import new_sqlite


@pytest.mark.parametrize(
    ("pragma", "value"), [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("busy_timeout", 30_000)]
)
def test_sqlite_is_durable_and_patient(tmp_path: Path, pragma: str, value: object) -> None:
    """Every connection has what the promises rest on: a write-ahead log, synced at each commit (2 is FULL)."""
    engine = create_engine(new_sqlite(tmp_path))
    with reading(engine) as conn:
        assert conn.scalar(text(f"PRAGMA {pragma}")) == value
    engine.dispose()


def test_an_error_undoes_the_transaction(engine: Engine) -> None:
    """Nothing of it stays."""
    with suppress(ZeroDivisionError), writing(engine) as conn:
        insert_new(conn, cursors, {"name": "sweep", "value": "1"})
        raise ZeroDivisionError
    assert get_cursor(engine, "sweep") is None


def test_a_reader_waits_for_no_writer(engine: Engine) -> None:
    """It sees the state before the writer's transaction, while that one is open."""
    set_cursor(engine, "sweep", "old")
    with writing(engine) as conn:
        conn.execute(cursors.update().values(value="new"))
        assert get_cursor(engine, "sweep") == "old"
    assert get_cursor(engine, "sweep") == "new"


def test_errors_do_not_tell_values(engine: Engine) -> None:
    """Statements hold people's code, and errors are logged."""
    with pytest.raises(DBAPIError) as caught, writing(engine) as conn:
        conn.execute(text("INSERT INTO nowhere VALUES (:value)"), {"value": "private code"})
    assert "private code" not in str(caught.value)


def test_a_database_that_is_there_answers(engine: Engine) -> None:
    """`/readyz` is content."""
    assert answers(engine)


@pytest.mark.parametrize("address", ["sqlite:////no/such/folder/kireji.sqlite3", "postgresql://127.0.0.1:1/kireji"])
def test_a_database_that_is_away_does_not_answer(address: str) -> None:
    """It is told, not raised."""
    assert not answers(create_engine(address))
