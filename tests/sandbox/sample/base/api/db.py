"""Connections to the shop's database."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg


@contextmanager
def connect() -> Iterator[psycopg.Connection]:
    """A connection that commits at the end and rolls back on an error."""
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        yield connection
