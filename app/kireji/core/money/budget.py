"""What a review may cost, and by which steps it does with less."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from kireji.core.money.ledger import Nanodollars, to_nanodollars

NEARLY_SPENT = 20
"""A budget counts as spent where less than this part of it is left: a twentieth."""


class ReviewExtent(StrEnum):
    """How much of a review the money is enough for."""

    ALL = "all"
    RISKY = "risky files only"
    SUMMARY = "summary only"
    NOTHING = "not reviewed"


class Period(StrEnum):
    """What a budget is for."""

    REVIEW = "review"
    DAY = "day"
    MONTH = "month"
    AUTHOR = "author"


@dataclass(frozen=True, slots=True)
class SpendingLimits:
    """The most that may be spent; None is any. Days and months are UTC's."""

    review: Nanodollars | None = None
    """On one review."""

    day: Nanodollars | None = None
    """In a repository on a day."""

    month: Nanodollars | None = None
    """In an installation in a month."""

    author: Nanodollars | None = None
    """In a repository on a day, on the pull requests of one author who may not write there."""

    def within(self, review: Decimal | None, day: Decimal | None) -> "SpendingLimits":
        """The same under a policy's wishes, in dollars: the operator's budget is the ceiling."""
        return SpendingLimits(_lower(self.review, review), _lower(self.day, day), self.month, self.author)

    @property
    def given(self) -> bool:
        """Whether there is any."""
        return any(limit is not None for limit in (self.review, self.day, self.month, self.author))


@dataclass(frozen=True, slots=True)
class Spending:
    """What is spent or reserved already."""

    review: Nanodollars = 0
    """By this review."""

    day: Nanodollars = 0
    """In its repository today."""

    month: Nanodollars = 0
    """In its installation this month."""

    author: Nanodollars = 0
    """In its repository today, for pull requests of its author."""


@dataclass(frozen=True, slots=True)
class SpendingClaim:
    """What a review would like to spend, and within which limits."""

    options: tuple[Nanodollars, ...]
    """The dearest way first."""

    budget: SpendingLimits

    day: float
    """When the day began, in epoch seconds."""

    month: float
    """When the month began, in epoch seconds."""

    author: str = ""
    """Whose pull request it is, "" where what it costs is not put down to anybody."""


@dataclass(frozen=True, slots=True)
class Grant:
    """Which option of a claim the budgets have room for."""

    option: int | None
    """Its index; None if there is room for none."""

    room: Nanodollars | None = None
    """What was left of the scarcest budget."""

    scarcest: Period = Period.REVIEW

    spent: bool = False
    """Whether next to nothing is left of the scarcest budget (see NEARLY_SPENT)."""


@dataclass(frozen=True, slots=True)
class Shortage:
    """A budget has no room for all of a review."""

    step: ReviewExtent
    """What was done instead."""

    scarcest: Period
    """Whose budget it was."""

    room: Nanodollars
    """What was left of it."""

    whole: Nanodollars
    """What all of the review would have cost."""

    files: tuple[tuple[int, str, int], ...]
    """All that should be read, riskiest first: risk (0 to 100), path, changed lines."""


def make_claim(
    options: Sequence[Nanodollars], budget: SpendingLimits, now: datetime, author: str = ""
) -> SpendingClaim:
    """A claim of this moment."""
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    month = day.replace(day=1)
    return SpendingClaim(tuple(options), budget, day.timestamp(), month.timestamp(), author)


def grant(options: Sequence[Nanodollars], budget: SpendingLimits, spent: Spending) -> Grant:
    """The first option that fits into all budgets; one that costs nothing always does."""
    budgets = (
        (budget.review, spent.review, Period.REVIEW),
        (budget.day, spent.day, Period.DAY),
        (budget.month, spent.month, Period.MONTH),
        (budget.author, spent.author, Period.AUTHOR),
    )
    rooms = [(limit - gone, period, limit) for limit, gone, period in budgets if limit is not None]
    if not rooms:
        return Grant(0)

    room, scarcest, limit = min(rooms)
    fitting = next((index for index, option in enumerate(options) if option <= max(room, 0)), None)
    return Grant(fitting, room, scarcest, room * NEARLY_SPENT < limit)


def _lower(limit: Nanodollars | None, wish: Decimal | None) -> Nanodollars | None:
    """The operator's limit or the policy's wish in dollars, whichever is less; None where there is neither."""
    if wish is None:
        return limit
    wished = to_nanodollars(wish)
    return wished if limit is None else min(limit, wished)
