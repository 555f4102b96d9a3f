"""Cursors, on both stores."""

from sqlalchemy import Engine

from kireji.adapters.store.cursors import get_cursor, set_cursor


def test_a_cursor_is_where_it_was_put_last(engine: Engine) -> None:
    """Each name has its own."""
    assert get_cursor(engine, "deliveries") is None
    for value in ("1", "2"):
        set_cursor(engine, "deliveries", value)
    set_cursor(engine, "checks", "9")
    assert get_cursor(engine, "deliveries") == "2"
