"""What takes deliveries: all that the web process needs, and nothing that reads what people wrote. A contract holds it."""

import contextlib

from sqlalchemy import Engine as Database

from kireji.adapters.clock import SystemClock
from kireji.adapters.engine.intake import Enqueuer
from kireji.adapters.queue.intake import DurableIntake
from kireji.adapters.queue.seal import Seal
from kireji.adapters.store import schema
from kireji.adapters.store.engine import create_engine
from kireji.errors import TransientError
from kireji.ports.machine import Clock
from kireji.settings import WebSettings

WEB_CONNECTIONS = 8
WORKER_CONNECTIONS = 20


def open_database(settings: WebSettings, connections: int = WORKER_CONNECTIONS) -> Database:
    """The database, whose tables must be this version's: else SettingsError. Call it after a fork, never before.

    Raises TransientError if it does not answer.
    """
    database = create_engine(settings.store_url, pool_size=connections)
    schema.check(database)
    return database


def build_intake(settings: WebSettings, clock: Clock | None = None) -> DurableIntake:
    """What the web process hands deliveries to. While the database is away it takes none, and is there when it is back."""
    database = create_engine(settings.store_url, pool_size=WEB_CONNECTIONS)
    with contextlib.suppress(TransientError):
        schema.check(database)
    return intake_over(settings, database, clock or SystemClock())


def intake_over(settings: WebSettings, database: Database, clock: Clock) -> DurableIntake:
    """What puts reviews and errands into the queue, over a database that is open."""
    return DurableIntake(database, Enqueuer(database), clock, settings.debounce_seconds, seal_of(settings))


def seal_of(settings: WebSettings) -> Seal:
    """Under which the payloads of deliveries are stored."""
    return Seal(settings.webhook_secret.reveal().encode())
