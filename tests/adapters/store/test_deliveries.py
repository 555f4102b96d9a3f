"""Deliveries, on both stores."""

import json

from sqlalchemy import Engine, select

from kireji.adapters.store.deliveries import TakenDelivery, known_deliveries, take_delivery
from kireji.adapters.store.engine import reading, writing
from kireji.adapters.store.tables import deliveries

HOSTILE = 'nul \0, half a pair \ud83d, "quotes", 日本語, \u2028'


def taken(engine: Engine, delivery: TakenDelivery) -> bool:
    """Take a delivery in a transaction of its own."""
    with writing(engine) as conn:
        return take_delivery(conn, delivery)


def test_a_delivery_is_new_only_once(engine: Engine) -> None:
    """GitHub delivers again with the same id; the first stays as it is."""
    first = TakenDelivery("guid", "pull_request", {"n": 1}, 1000.0, "opened", "octo/demo", 7, 42)
    assert taken(engine, first)
    assert not taken(engine, TakenDelivery("guid", "ping", {"n": 2}, 2000.0))
    with reading(engine) as conn:
        rows = [tuple(row) for row in conn.execute(select(deliveries))]
    assert rows == [("guid", "pull_request", "opened", "octo/demo", 7, 42, 1000.0, {"n": 1})]


def test_a_payload_is_kept_whatever_it_holds(engine: Engine) -> None:
    """Postgres takes no NUL and no store a lone surrogate; JSON may bring both."""
    payload = json.loads(json.dumps({"title": HOSTILE, "id": 2**63 - 1}))
    taken(engine, TakenDelivery("guid", "pull_request", payload, 1000.0))
    with reading(engine) as conn:
        assert conn.scalar(select(deliveries.c.payload)) == payload


def test_the_sweep_learns_which_deliveries_are_known(engine: Engine) -> None:
    """The others it asks GitHub for."""
    for name in ("a", "b"):
        taken(engine, TakenDelivery(name, "ping", {}, 1000.0))
    assert known_deliveries(engine, ["b", "c"]) == {"b"}
    assert known_deliveries(engine, []) == frozenset()
