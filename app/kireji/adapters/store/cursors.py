"""How far a sweep has come: a text by name; and whose turn it is."""

from sqlalchemy import Engine, select, update

from kireji.adapters.store.engine import insert_new, reading, writing
from kireji.adapters.store.tables import cursors


def get_cursor(engine: Engine, name: str) -> str | None:
    """Where the sweep stopped, None before its first run."""
    with reading(engine) as conn:
        return conn.scalar(select(cursors.c.value).where(cursors.c.name == name))


def set_cursor(engine: Engine, name: str, value: str) -> None:
    """Write down that the sweep came this far."""
    with writing(engine) as conn:
        if not insert_new(conn, cursors, {"name": name, "value": value}):
            conn.execute(update(cursors).where(cursors.c.name == name).values(value=value))


def take_turn(engine: Engine, name: str, now: float, seconds: float) -> bool:
    """Whether the caller's turn has come: once in so many seconds, of all who ask. The name holds the last turn's time."""
    with writing(engine) as conn:
        insert_new(conn, cursors, {"name": name, "value": "0"})
        last = float(conn.scalar(select(cursors.c.value).where(cursors.c.name == name).with_for_update()) or 0)
        if last <= now < last + seconds:  # a time to come is a clock's that was wrong
            return False

        conn.execute(update(cursors).where(cursors.c.name == name).values(value=repr(now)))
        return True
