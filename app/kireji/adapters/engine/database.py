"""DBOS's tables: beside ours in the same database, in the schema `dbos` on Postgres, in the same file on SQLite."""

import sqlite3
from collections.abc import Generator
from contextlib import closing, contextmanager

import psycopg
import sqlalchemy
from dbos import DBOS
from dbos import error as dbos_error
from sqlalchemy import URL, Engine, ExceptionContext, event, make_url

from kireji.adapters.engine.log import tame_log
from kireji.adapters.store import engine as store
from kireji.errors import SettingsError

APPLICATION = "kireji"  # the owner of the rows: what a client enqueues under another name is never run
SCHEMA = "dbos"
QUEUE = "reviews"
WORKFLOW = "review"
ERRANDS = "errands"  # a queue of their own: a command must not wait behind the reviews that it is to cancel
ERRAND = "errand"
# How often a job is begun at most: after orderly restarts too, and where it only waited beside the one that ended their
# process. One that ends its process itself is ended sooner, see `flow.lives`.
STARTS = 10
# Only rows of the running version are recovered: were it the product's version, or DBOS's default, a hash of the code,
# an upgrade would leave the reviews under way PENDING for ever. It never changes.
VERSION = "1"


def migrate(url: str) -> None:
    """Create DBOS's tables or bring them up to this version's; several at once wait for each other.

    Before our own (`store.schema.upgrade`), so that a database that has ours has both.
    """
    tame_log()
    with database_errors():
        _set_wal(make_url(url))
        DBOS.migrate(url, schema=SCHEMA)


def connect(url: str, pool_size: int = 10) -> Engine:
    """An engine as DBOS wants it, for a worker's DBOS alone. Connects to nothing yet.

    The store's engine would not do: it begins every SQLite transaction as a writer's, also those of the polls. DBOS's
    own would not either: it may create databases, waits for a lost Postgres as long as TCP does, and takes for
    `synchronous` whatever SQLite was built with.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed, pool_size)
    return _postgres(parsed, pool_size)


@contextmanager
def database_errors() -> Generator[None, None, None]:
    """TransientError where the database is away or too busy, SettingsError where its tables are not this version's."""
    try:
        with store.database_errors():
            yield
    except dbos_error.DBOSInitializationError as error:
        raise SettingsError(("the engine's tables are not this version's: run `kireji db upgrade`",)) from error


def _set_wal(url: URL) -> None:
    """DBOS leaves SQLite's rollback journal, under which a reader stops the writers."""
    if url.get_backend_name() == "sqlite" and url.database:
        with closing(sqlite3.connect(url.database)) as connection:
            connection.execute("PRAGMA journal_mode=WAL")


def _sqlite(url: URL, pool_size: int) -> Engine:
    engine = sqlalchemy.create_engine(url, pool_size=pool_size, max_overflow=0, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = "IMMEDIATE"  # as DBOS sets it: a writer waits for its turn instead of failing
        connection.execute("PRAGMA busy_timeout=30000")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")

    return engine


def _postgres(url: URL, pool_size: int) -> Engine:
    engine = sqlalchemy.create_engine(
        url.set(drivername="postgresql+psycopg"),
        pool_size=pool_size,
        max_overflow=0,
        pool_pre_ping=True,
        hide_parameters=True,
        connect_args={
            "application_name": "kireji-engine",
            "connect_timeout": 5,
            "keepalives_idle": 30,
            "tcp_user_timeout": 30_000,  # milliseconds
        },
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlalchemy.PoolProxiedConnection, _record: object) -> None:
        # As DBOS sets it: a worker that freezes within a transaction does not hold its locks for ever.
        with closing(connection.cursor()) as cursor:
            cursor.execute("SET idle_in_transaction_session_timeout = 60000")
        connection.commit()

    @event.listens_for(engine, "handle_error")
    def unreachable(context: ExceptionContext) -> None:
        # DBOS waits for a Postgres that it cannot connect to only if the message has certain words. A socket that is
        # refused or a name that is not resolved has others: the step's result would be lost, the review fail.
        if context.connection is None and isinstance(context.original_exception, psycopg.OperationalError):
            context.is_disconnect = True

    return engine
