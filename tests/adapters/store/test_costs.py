"""Sums of the ledger, on both stores."""

from sqlalchemy import Engine

from kireji.adapters.store.costs import costs
from kireji.adapters.store.ledger import record_call
from kireji.core.chunks.depth import Depth
from kireji.core.money.costs import By, CostRow, as_json
from kireji.core.money.ledger import Purpose
from tests.adapters.store.make import CALL, call


def test_sums(engine: Engine) -> None:
    """By each column, the dearest first, within the stretch of time; what an older Kireji entered has no depth."""
    record_call(engine, call(1, at=100.0, depth=Depth.FAST, purpose=Purpose.READ))
    record_call(engine, call(2, at=150.0, depth=Depth.DEEP, purpose=Purpose.PLAN, nanodollars=9_000))
    record_call(engine, call(3, at=150.0, nanodollars=400))
    record_call(engine, call(4, at=200.0))

    assert [(row.name, row.calls, row.nanodollars) for row in costs(engine, 100.0, 200.0, By.DEPTH)] == [
        ("deep", 1, 9_000),
        ("fast", 1, 500),
        (None, 1, 400),
    ]

    (row,) = costs(engine, 100.0, 200.0, By.REPOSITORY)
    assert row == CostRow("octo/demo", 3, 6, 240, 120, 60, 9_900)
    assert {way: [row.name for row in costs(engine, 0.0, 1.0, way)] for way in By} == {way: [] for way in By}
    assert costs(engine, 0.0, 999.0, By.MODEL)[0].name == CALL.model
    assert as_json(row)["dollars"] == 0.0000099
