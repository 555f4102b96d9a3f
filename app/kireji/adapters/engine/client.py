"""DBOS's client, for processes that run no reviews."""

from dbos import DBOSClient, DBOSPortableJSONSerializer
from sqlalchemy import Engine

from kireji.adapters.engine.database import APPLICATION, SCHEMA
from kireji.adapters.engine.log import tame_log


def make_client(engine: Engine) -> DBOSClient:
    """A client on the store's engine, so made after a fork as that is. Connects to nothing yet.

    By default DBOS's client connects at once, and while Postgres is away it waits, and a webhook with it.
    """
    tame_log()
    return DBOSClient(
        system_database_engine=engine,
        dbos_system_schema=SCHEMA,
        serializer=DBOSPortableJSONSerializer(),
        application_name=APPLICATION,
        lazy=True,
        retry_connection_errors=False,
    )
