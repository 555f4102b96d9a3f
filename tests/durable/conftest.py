"""The App's own processes between the stand-ins, on both stores."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.town import Town, town
from tests.databases import new_postgres, new_sqlite, postgres_server

__all__ = ["postgres_server"]


def pytest_configure(config: pytest.Config) -> None:
    """Tell pytest the proofs' marker."""
    config.addinivalue_line("markers", "settings(NAME=value): settings of the App in this proof")


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Town]:
    """The App with a web process and one worker."""
    url = (
        new_sqlite(tmp_path) if request.param == "sqlite" else new_postgres(request.getfixturevalue("postgres_server"))
    )
    yield from _town(request, url, tmp_path, 1)


@pytest.fixture
def two_workers(request: pytest.FixtureRequest, postgres_server: str, tmp_path: Path) -> Iterator[Town]:
    """The App with two workers, on Postgres."""
    yield from _town(request, new_postgres(postgres_server), tmp_path, 2)


@pytest.fixture
def sqlite_place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Town]:
    """The App with one worker, on SQLite."""
    yield from _town(request, new_sqlite(tmp_path), tmp_path, 1)


def _town(request: pytest.FixtureRequest, url: str, folder: Path, workers: int) -> Iterator[Town]:
    given = request.node.get_closest_marker("settings")
    with town(url, folder, workers=workers, **(given.kwargs if given else {})) as built:
        yield built
