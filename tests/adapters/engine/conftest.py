"""Places to work at, on both stores."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.adapters.engine.place import Place, make_place
from tests.databases import database, new_postgres, new_sqlite, postgres_server

__all__ = ["database", "postgres_server"]


@pytest.fixture
def place(database: str, tmp_path: Path) -> Iterator[Place]:
    """A new place, on both stores in turn."""
    yield from make_place(database, tmp_path)


@pytest.fixture
def postgres_place(postgres_server: str, tmp_path: Path) -> Iterator[Place]:
    """A new place on Postgres, where there may be several workers."""
    yield from make_place(new_postgres(postgres_server), tmp_path)


@pytest.fixture
def sqlite_place(tmp_path: Path) -> Iterator[Place]:
    """A new place on SQLite."""
    yield from make_place(new_sqlite(tmp_path), tmp_path)
