"""What a review is likely to take and to cost, before anything is asked."""

from dataclasses import dataclass

from kireji.core.chunks.depth import Depth
from kireji.core.models.catalogue import Usage
from kireji.core.money.budget import Shortage


@dataclass(frozen=True, slots=True)
class Estimate:
    """A review that nobody has asked for yet: what of it would be read, and what a budget would leave out.

    `usage` are the tokens of reading `chunks`; `nanodollars` is all of the likely cost, verifying too. `lines` are changed
    ones, of all `files` that would be read but for a budget. `left` are the files of which a budget leaves something out,
    `unread` those that should be read and are not, whatever the budget.
    """

    model: str
    depth: Depth
    files: int
    lines: int
    skipped: int
    chunks: int
    usage: Usage
    nanodollars: int
    left: tuple[str, ...] = ()
    left_chunks: int = 0
    shortage: Shortage | None = None
    unread: tuple[str, ...] = ()
