"""The ledger, on both stores."""

import pytest
from sqlalchemy import Engine

from app.adapters.store.ledger import calls_of, record_call, spent, spent_between
from app.core.ledger import CallOutcome, Spent
from app.core.money import Usage
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
    assert spent(engine, CALL.review_id) == Spent(2, 4, Usage(2, 4, 6, 8_000_000_000), 6_000_000_000)
    assert spent(engine, "another") == Spent()


def test_a_day_is_summed_by_repository_or_for_all(engine: Engine) -> None:
    """From its first moment to before its last."""
    for number, (repo, at) in enumerate(
        [("a/a", 99.9), ("a/a", 100.0), ("a/a", 199.9), ("b/b", 150.0), ("a/a", 200.0)]
    ):
        record_call(engine, call(number, repo=repo, at=at))
    assert spent_between(engine, 100.0, 200.0, "a/a").calls == 2
    assert spent_between(engine, 100.0, 200.0).nanodollars == 3 * CALL.nanodollars
