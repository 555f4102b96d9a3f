"""What is said of what reviews cost: amounts, budgets without room and what lifts them, and depth that is not offered."""

from decimal import Decimal
from typing import assert_never

from kireji.core.money.budget import Period, ReviewExtent, Shortage
from kireji.core.money.ledger import NANO
from kireji.core.text.named import quote_words
from kireji.core.text.neutral import neutral_line

MOST_FILES = 100
NOT_DEEP = (
    "This Kireji offers no deep reviews, so all of it was read again, with extended thinking about what is risky. "
    "Whoever runs it can offer them with KIREJI_DEEP_MODEL."
)

_WHOSE = {
    Period.REVIEW: "the budget per review",
    Period.DAY: "the repository's daily budget",
    Period.MONTH: "the installation's monthly budget",
    Period.AUTHOR: "the author's daily budget",
}
_LIFT = {
    Period.REVIEW: (
        "To have the rest reviewed, raise `budget.review` in the policy, or have whoever runs Kireji raise "
        "`KIREJI_BUDGET_REVIEW`; then write `/review`."
    ),
    Period.DAY: (
        "To have the rest reviewed, write `/review` after midnight UTC; or raise `budget.day` in the policy, or have whoever "
        "runs Kireji raise `KIREJI_BUDGET_REPOSITORY_DAY`."
    ),
    Period.MONTH: (
        "To have the rest reviewed, write `/review` from the first of next month on, or have whoever runs Kireji raise "
        "`KIREJI_BUDGET_INSTALLATION_MONTH`."
    ),
    Period.AUTHOR: (
        "This budget is for authors who may not write here. To have the rest reviewed, somebody who may can comment `/review`, "
        "or the author after midnight UTC; whoever runs Kireji can raise it with `KIREJI_BUDGET_AUTHOR_DAY`."
    ),
}
_ASK_AGAIN = {
    Period.REVIEW: _LIFT[Period.REVIEW],  # not an answer's
    Period.DAY: (
        "Ask again after midnight UTC; or raise `budget.day` in the policy, or have whoever runs Kireji raise "
        "`KIREJI_BUDGET_REPOSITORY_DAY`."
    ),
    Period.MONTH: (
        "Ask again from the first of next month on, or have whoever runs Kireji raise "
        "`KIREJI_BUDGET_INSTALLATION_MONTH`."
    ),
    Period.AUTHOR: _LIFT[Period.AUTHOR],  # neither
}


def no_answer(scarcest: Period) -> str:
    """Said in place of an answer that there is no money for; once a day, or a month, in a thread."""
    return f"I have not asked Claude: {_WHOSE[scarcest]} is spent. {_ASK_AGAIN[scarcest]} (I say this once.)"


def not_together(why: Period | str) -> str:
    """That a deep review was not read across files: whose budget had no room, or a plain phrase of what failed."""
    told = f"{_WHOSE[why]} has no room for that" if isinstance(why, Period) else neutral_line(why)
    return f"The files were not also read together: {told}. Problems between two of them may be missed."


def dollars(nano: int) -> str:
    """An amount, as exact as it is worth reading."""
    amount = Decimal(nano) / NANO
    return f"${amount:.4f}" if amount < 1 else f"${amount:.2f}"


def no_room(shortage: Shortage) -> str:
    """Why a chunk was not read."""
    if shortage.step is ReviewExtent.NOTHING:
        return f"{_WHOSE[shortage.scarcest]} is spent"
    return f"{_WHOSE[shortage.scarcest]} has no room for it"


def shortage_title(shortage: Shortage) -> str:
    """The check run's title where there was no money for anything."""
    whose = _WHOSE[shortage.scarcest]
    if shortage.step is ReviewExtent.NOTHING:
        return f"Not reviewed: {whose} is spent"
    return f"Summary only: {whose} has no room for any file"


def beyond(shortage: Shortage) -> str:
    """By how much a review is beyond which budget, as a clause."""
    room = "nothing" if shortage.room <= 0 else dollars(shortage.room)
    return f"all of it would cost about {dollars(shortage.whole)}, and {_WHOSE[shortage.scarcest]} has {room} left"


def shortage_note(shortage: Shortage) -> str:
    """Which step was taken, why, and how to lift it; a paragraph of Markdown, with a table where nothing was read."""
    said = f"**{shortage.step.capitalize()}**: {beyond(shortage)}. {_LIFT[shortage.scarcest]}"

    match shortage.step:
        case ReviewExtent.RISKY:
            return f"{said} The riskiest files were read first."
        case ReviewExtent.SUMMARY:
            return f"{said} No model was asked. What would be read, the riskiest first:\n\n{_files(shortage)}"
        case ReviewExtent.ALL | ReviewExtent.NOTHING:
            return said
        case _:
            assert_never(shortage.step)


def _files(shortage: Shortage) -> str:
    rows = [f"| {quote_words(path)} | {lines:,} | {risk} |" for risk, path, lines in shortage.files[:MOST_FILES]]
    more = len(shortage.files) - MOST_FILES
    rest = f"\n\n… and {more:,} more." if more > 0 else ""
    return "\n".join(("| file | changed lines | risk (0 to 100) |", "|---|---|---|", *rows)) + rest
