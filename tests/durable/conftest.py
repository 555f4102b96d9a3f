"""The App's own processes between the stand-ins, on both stores. They take seconds to start: one set serves a module.

A module's SETTINGS are the App's. Each test has repositories of its own.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.town import Town, town
from tests.databases import new_postgres, new_sqlite, postgres_server

__all__ = ["postgres_server"]

Folders = pytest.TempPathFactory
SECONDS = 180  # a start takes two seconds, or thirty where the machine has other work


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give every test here the time that processes take."""
    for item in items:
        if item.path.parent == Path(__file__).parent and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(SECONDS))


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path_factory: Folders) -> Iterator[Town]:
    """The App with a web process and one worker, on each store in turn."""
    if request.param == "sqlite":
        yield from _town(request, None, tmp_path_factory)
    else:
        yield from _town(request, new_postgres(request.getfixturevalue("postgres_server")), tmp_path_factory)


@pytest.fixture(scope="module")
def sqlite_place(request: pytest.FixtureRequest, tmp_path_factory: Folders) -> Iterator[Town]:
    """The App with a web process and one worker, on SQLite."""
    yield from _town(request, None, tmp_path_factory)


@pytest.fixture(scope="module")
def two_workers(request: pytest.FixtureRequest, postgres_server: str, tmp_path_factory: Folders) -> Iterator[Town]:
    """The App with two workers, on Postgres."""
    yield from _town(request, new_postgres(postgres_server), tmp_path_factory, workers=2)


def _town(request: pytest.FixtureRequest, url: str | None, folders: Folders, workers: int = 1) -> Iterator[Town]:
    folder = folders.mktemp("town")
    settings: dict[str, str] = getattr(request.module, "SETTINGS", {})
    with town(url or new_sqlite(folder), folder, workers=workers, settings=settings) as built:
        yield built
