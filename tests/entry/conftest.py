"""Databases for processes."""

from tests.databases import database, postgres_server

__all__ = ["database", "postgres_server"]
