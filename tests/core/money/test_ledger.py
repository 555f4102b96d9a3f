"""The ledger's words and sums."""

from decimal import Decimal

import pytest

from kireji.core.models.answer import Answer, Outcome, Stop, Unanswered
from kireji.core.models.catalogue import MODELS, Usage, cost
from kireji.core.money.ledger import CallOutcome, outcome_of, to_nanodollars


@pytest.mark.parametrize(
    ("outcome", "word"),
    [
        (Answer("", Stop.END, Usage(), 0.0), CallOutcome.ANSWERED),
        (Answer("", Stop.CUT, Usage(), 0.0), CallOutcome.CUT),
        (Answer("", Stop.REFUSAL, Usage(), 0.0), CallOutcome.REFUSED),
        (Unanswered("overloaded", Usage(), 0.0), CallOutcome.FAILED),
    ],
)
def test_each_outcome_has_its_word(outcome: Outcome, word: CallOutcome) -> None:
    """The ledger's four."""
    assert outcome_of(outcome) is word


@pytest.mark.parametrize("model", MODELS)
def test_billionths_are_exact_for_every_price(model: str) -> None:
    """One token of each kind costs a whole number of them."""
    dollars = cost(Usage(1, 1, 1, 1), MODELS[model])
    assert Decimal(to_nanodollars(dollars)) / 10**9 == dollars
