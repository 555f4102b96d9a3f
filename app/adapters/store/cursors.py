"""How far a sweep has come: a text by name."""

from sqlalchemy import Engine, select, update

from app.adapters.store.engine import insert_new, reading, writing
from app.adapters.store.tables import cursors


def get_cursor(engine: Engine, name: str) -> str | None:
    """Where the sweep stopped, None before its first run."""
    with reading(engine) as conn:
        return conn.scalar(select(cursors.c.value).where(cursors.c.name == name))


def set_cursor(engine: Engine, name: str, value: str) -> None:
    """The sweep came this far."""
    with writing(engine) as conn:
        if not insert_new(conn, cursors, {"name": name, "value": value}):
            conn.execute(update(cursors).where(cursors.c.name == name).values(value=value))
