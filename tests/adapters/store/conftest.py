"""Both stores, in turn."""

from tests.databases import database, empty_engine, engine, postgres_engine, postgres_server, sqlite_template

__all__ = ["database", "empty_engine", "engine", "postgres_engine", "postgres_server", "sqlite_template"]
