"""Costs as tables in a terminal."""

import sys
from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from kireji.core.money.costs import CostRow
from kireji.core.money.ledger import NANO

UNSEEN_WIDTH = 200  # where the output is a file or a pipe


def show(sums: Mapping[str, Sequence[CostRow]]) -> None:
    """A table for each way of summing, and all of it in the first one's last line."""
    console = Console(width=None if sys.stdout.isatty() else UNSEEN_WIDTH, highlight=False)
    if not any(sums.values()):
        console.print("No model calls.")
        return

    for way, rows in sums.items():
        table = Table(box=None, pad_edge=False, header_style="dim")
        table.add_column(way, overflow="fold")
        for column in ("dollars", "calls", "attempts", "tokens in", "cached", "out"):
            table.add_column(column, justify="right")

        for row in rows:
            table.add_row(*_cells(row))
        console.print(table)
        console.print()

    console.print(f"${sum(row.nanodollars for row in next(iter(sums.values()))) / NANO:.4f} in all")


def _cells(row: CostRow) -> tuple[Text, ...]:
    """Names come from outside, so nothing in them acts on the terminal."""
    name = "".join(char if char.isprintable() else "·" for char in row.name or "not known")
    numbers = (row.calls, row.attempts, row.sent, row.cached, row.written)
    return (Text(name), Text(f"{row.nanodollars / NANO:.4f}"), *(Text(f"{number:,}") for number in numbers))
