"""Shared state, on both stores."""

import pytest
from sqlalchemy import Engine

from kireji.adapters.store.governors import State, update


def count(state: State) -> tuple[State, object]:
    """Count up, and tell what there was."""
    before = state.get("count", 0)
    assert isinstance(before, int)
    return {"count": before + 1}, before


def test_a_state_begins_empty_and_is_kept(engine: Engine) -> None:
    """Each name has its own; the second value comes back."""
    assert [update(engine, "claude", 1000.0, count) for _ in range(3)] == [0, 1, 2]
    assert update(engine, "github", 1000.0, count) == 0


def test_a_change_that_fails_changes_nothing(engine: Engine) -> None:
    """Its error is the caller's."""
    update(engine, "claude", 1000.0, count)

    def fail(state: State) -> tuple[State, None]:
        state["count"] = 99
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        update(engine, "claude", 1000.0, fail)
    assert update(engine, "claude", 1000.0, count) == 1
