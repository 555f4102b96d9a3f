"""What fits into budgets, and what a review is likely to cost."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from kireji.core.models.catalogue import MODELS
from kireji.core.money.budget import (
    Grant,
    Period,
    Spending,
    SpendingLimits,
    grant,
    make_claim,
)
from kireji.core.money.ledger import NANO
from kireji.core.money.prices import MAX_OUTLINE_CHARS, MAX_PLANNED_FILES, PromptSize, SecondReader, price_readings
from kireji.core.prompts import plan

HAIKU = MODELS["claude-haiku-4-5"]
SECOND = SecondReader(HAIKU)


@pytest.mark.parametrize(
    ("budget", "spent", "granted"),
    [
        (SpendingLimits(), Spending(9, 9, 9), Grant(0)),
        (SpendingLimits(100), Spending(), Grant(0, 100, Period.REVIEW)),
        (SpendingLimits(50), Spending(), Grant(1, 50, Period.REVIEW)),
        (SpendingLimits(50, 30), Spending(0, 10), Grant(2, 20, Period.DAY)),
        (SpendingLimits(50, 30, 100), Spending(0, 10, 96), Grant(None, 4, Period.MONTH, spent=True)),
        (SpendingLimits(9), Spending(), Grant(None, 9, Period.REVIEW)),
        (SpendingLimits(None, 30), Spending(0, 40), Grant(None, -10, Period.DAY, spent=True)),
    ],
)
def test_grants(budget: SpendingLimits, spent: Spending, granted: Grant) -> None:
    """The dearest of 80, 40 and 20 (dearest first) that the scarcest budget has room for; nearly nothing left is spent."""
    assert grant((80, 40, 20), budget, spent) == granted


def test_what_costs_nothing_is_granted() -> None:
    """A review whose answers are all remembered is not refused once a budget is overdrawn."""
    assert grant((0,), SpendingLimits(day=10), Spending(day=11)) == Grant(0, -1, Period.DAY, spent=True)


def test_a_policy_within_the_operator_s_budget() -> None:
    """The lesser of both, in nanodollars; without a wish it is the operator's."""
    own = SpendingLimits(review=int(NANO), day=None)
    assert own.within(Decimal("0.5"), Decimal(2)) == SpendingLimits(int(NANO) // 2, 2 * int(NANO))
    assert own.within(Decimal(3), None) == own
    assert not SpendingLimits().within(None, None).given


def test_a_claim_knows_when_day_and_month_began() -> None:
    """In UTC."""
    made = make_claim((1,), SpendingLimits(), datetime(2026, 11, 25, 23, 59, tzinfo=UTC))
    assert datetime.fromtimestamp(made.day, UTC) == datetime(2026, 11, 25, tzinfo=UTC)
    assert datetime.fromtimestamp(made.month, UTC) == datetime(2026, 11, 1, tzinfo=UTC)


def test_prices() -> None:
    """A warm cache saves the rules' opening; thought and lines cost; no chunks cost nothing."""
    plain = PromptSize(3000, 40)
    cold = price_readings([plain, plain], 20_000, 1000, HAIKU, SECOND, warm=False)
    warm = price_readings([plain, plain], 20_000, 1000, HAIKU, SECOND, warm=True)
    assert warm.opening < cold.opening
    assert warm.chunks == cold.chunks
    thoughtful = price_readings([PromptSize(3000, 40, 1024), plain], 20_000, 1000, HAIKU, SECOND, warm=True)
    assert thoughtful.chunks[0] > thoughtful.chunks[1] == warm.chunks[1]
    assert price_readings([], 20_000, 1000, HAIKU, SECOND, warm=False).opening == 0


def test_a_plan_is_priced_within_its_own_bounds() -> None:
    """What it is made from, and how many files it may speak of."""
    assert (MAX_OUTLINE_CHARS, MAX_PLANNED_FILES) == (plan.MAX_CHARS, plan.MAX_ENTRIES)
