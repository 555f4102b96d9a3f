"""The ledger, on both stores."""

import pytest
from sqlalchemy import Engine

from kireji.adapters.store.ledger import calls_of, record_call, sum_spent
from kireji.core.models.catalogue import Usage
from kireji.core.money.ledger import CallOutcome, Spent
from tests.adapters.store.make import CALL, call


@pytest.mark.parametrize("outcome", CallOutcome)
def test_a_call_comes_back_as_it_was_entered(engine: Engine, outcome: CallOutcome) -> None:
    """Every field; and entering it again changes nothing."""
    entry = call(outcome=outcome)
    for _ in range(2):
        record_call(engine, entry)
    assert calls_of(engine, CALL.review_id) == (entry,)


def test_a_review_has_spent_the_sum_of_its_calls(engine: Engine) -> None:
    """Beyond what fits in 32 bits; one that called nobody has spent nothing."""
    for number in (1, 2):
        record_call(engine, call(number, nanodollars=3_000_000_000, usage=Usage(1, 2, 3, 4_000_000_000)))
    assert sum_spent(engine, CALL.review_id) == Spent(2, 4, Usage(2, 4, 6, 8_000_000_000), 6_000_000_000)
    assert sum_spent(engine, "another") == Spent()
