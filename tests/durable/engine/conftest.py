"""The places of the engine's own tests."""

from tests.adapters.engine.conftest import database, place, postgres_place, postgres_server, sqlite_place

__all__ = ["database", "place", "postgres_place", "postgres_server", "sqlite_place"]
