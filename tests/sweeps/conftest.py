"""A town whose App can be closed: the real intake and sweeps, on both stores, and a loopback GitHub."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, text

from kireji.adapters.engine.database import migrate
from kireji.adapters.store.engine import create_engine, writing
from kireji.adapters.store.schema import upgrade
from kireji.adapters.store.tables import metadata
from tests.databases import STORES, new_postgres, new_sqlite, postgres_server
from tests.sandbox.github import GitHubSandbox, new_private_key
from tests.sweeps.office import Office

__all__ = ["postgres_server"]


@pytest.fixture(scope="session")
def pem() -> str:
    """An App's private key."""
    return new_private_key()


@pytest.fixture(scope="session", params=STORES)
def shelf(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A database with our tables and the engine's, which tests share."""
    sqlite = request.param == "sqlite"
    url = (
        new_sqlite(tmp_path_factory.mktemp("sweeps"))
        if sqlite
        else new_postgres(request.getfixturevalue("postgres_server"))
    )
    migrate(url)
    engine = create_engine(url)
    upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def database(shelf: Engine) -> Engine:
    """The database, empty."""
    workflows = "workflow_status" if shelf.dialect.name == "sqlite" else "dbos.workflow_status"
    with writing(shelf) as conn:
        for table in reversed(metadata.sorted_tables):
            conn.execute(table.delete())
        conn.execute(text(f"DELETE FROM {workflows}"))
    return shelf


@pytest.fixture
def office(database: Engine, pem: str) -> Iterator[Office]:
    """The App, open."""
    with GitHubSandbox() as github:
        office = Office(database, github, github.install_app(private_key_pem=pem))
        office.open()
        yield office
        office.close()
        assert github.violations == []
