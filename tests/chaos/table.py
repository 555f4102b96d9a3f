"""Campaigns as a table."""

from collections.abc import Callable, Iterable, Mapping

from tests.chaos.campaign import Campaign

COLUMNS: Mapping[str, Callable[[Campaign], object]] = {
    "store": lambda one: one.store,
    "killed": lambda one: one.target,
    "kills": lambda one: one.kills,
    "deliveries": lambda one: one.deliveries,
    "not answered": lambda one: one.refused,
    "reviews done": lambda one: one.verdict.reviews.get("done", 0),
    "superseded": lambda one: one.verdict.reviews.get("superseded", 0),
    "lost": lambda one: len(one.verdict.lost),
    "posted twice": lambda one: len(one.verdict.posted_twice) + len(one.verdict.checks_twice),
    "model calls": lambda one: one.verdict.calls,
    "cut off": lambda one: one.verdict.cut_off,
    "repeated": lambda one: one.verdict.repeated,
    "side by side": lambda one: one.verdict.side_by_side,
    "paid again": lambda one: len(one.verdict.paid_again),
    "unexplained": lambda one: len(one.verdict.unexplained),
    "check runs left open": lambda one: len(one.verdict.open_checks),
    "failed": lambda one: len(one.verdict.failed),
    "left to the sweeps": lambda one: one.left,
    "quiet after": lambda one: f"{one.quiet:.0f} s",
    "healed after": lambda one: f"{one.healed:.0f} s",
    "took": lambda one: f"{one.seconds:.0f} s",
}


def rows(campaigns: Iterable[Campaign]) -> str:
    """One row a campaign, in Markdown."""
    lines = [[str(tell(one)) for tell in COLUMNS.values()] for one in campaigns]
    table = [list(COLUMNS), ["---"] * len(COLUMNS), *lines]
    return "\n".join("| " + " | ".join(line) + " |" for line in table)
