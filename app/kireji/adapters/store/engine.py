"""The database as SQLAlchemy engine: SQLite in one file, or Postgres, with the same promises.

A writing transaction is alone where it must be: on SQLite it takes the file's one write lock at its start (BEGIN
IMMEDIATE), on Postgres it locks rows (`with_for_update`, which SQLite leaves out) or a name (`lock`).
"""

import hashlib
import sqlite3
from collections.abc import Generator, Mapping
from contextlib import AbstractContextManager, contextmanager

import sqlalchemy
from sqlalchemy import URL, Connection, Engine, Table, event, func, make_url, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from kireji.errors import TransientError

BUSY_SECONDS = 30
_READ_ONLY = "postgresql_readonly"  # SQLAlchemy's option for Postgres, and our sign for SQLite


def create_engine(url: str, *, pool_size: int = 5) -> Engine:
    """An engine for `sqlite:///FILE` or `postgresql://…`; at most twice `pool_size` connections. Connects to nothing yet.

    Make it after a fork, never before. Errors tell the statement but never its values, which hold people's code.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed, pool_size)

    return sqlalchemy.create_engine(
        parsed.set(drivername="postgresql+psycopg"),
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={"connect_timeout": 5, "application_name": "kireji", "keepalives_idle": 30},
    )


def _sqlite(url: URL, pool_size: int) -> Engine:
    engine = sqlalchemy.create_engine(url, pool_size=pool_size, max_overflow=pool_size, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # else the driver begins transactions of its own, too late
        connection.execute(f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")  # an acknowledged delivery survives a power cut
        connection.execute("PRAGMA foreign_keys=ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        reads = connection.get_execution_options().get(_READ_ONLY)
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    return engine


def reading(engine: Engine) -> AbstractContextManager[Connection]:
    """A transaction that sees one state of the database, changes nothing and waits for nobody."""
    return engine.execution_options(**{_READ_ONLY: True}).begin()


def writing(engine: Engine) -> AbstractContextManager[Connection]:
    """A transaction that is committed at the end, or rolled back on an error."""
    return engine.begin()


def answers(engine: Engine) -> bool:
    """Whether the database can be asked now; for `/readyz`."""
    try:
        with reading(engine) as conn:
            conn.execute(select(1))
    except (DBAPIError, PoolTimeoutError):
        return False
    return True


@contextmanager
def database_errors() -> Generator[None, None, None]:
    """TransientError where the database is away or too busy."""
    try:
        yield
    except (OperationalError, InterfaceError, PoolTimeoutError) as error:
        raise TransientError("the database does not answer") from error
    except DBAPIError as error:
        if error.connection_invalidated:
            raise TransientError("the connection to the database broke") from error
        raise


# -- Where the two stores differ ---------------------------------------------------------------------------------------


def insert_new(conn: Connection, table: Table, values: Mapping[str, object]) -> bool:
    """Insert a row unless there is one with its primary key; whether it was new. Waits for a rival's transaction."""
    insert = postgresql.insert if conn.dialect.name == "postgresql" else sqlite.insert
    key = tuple(table.primary_key)
    statement = insert(table).values(values).on_conflict_do_nothing(index_elements=key)
    return conn.execute(statement.returning(*key)).first() is not None


def lock(conn: Connection, name: str) -> None:
    """Hold a name until the transaction ends. On SQLite every writing transaction holds the whole file anyway."""
    if conn.dialect.name == "postgresql":
        digest = hashlib.sha256(f"kireji {name}".encode()).digest()
        conn.execute(select(func.pg_advisory_xact_lock(int.from_bytes(digest[:8], signed=True))))
