"""Costs as tables in a terminal."""

from collections.abc import Mapping, Sequence

from rich.text import Text

from kireji.core.money.costs import CostRow
from kireji.core.money.ledger import NANO
from kireji.entry.commands.tables import make_console, make_table, make_text


def show(sums: Mapping[str, Sequence[CostRow]]) -> None:
    """A table for each way of summing, and all of it in the first one's last line."""
    console = make_console()
    if not any(sums.values()):
        console.print("No model calls.")
        return

    for way, rows in sums.items():
        table = make_table(way)
        for column in ("dollars", "calls", "attempts", "tokens in", "cached", "out"):
            table.add_column(column, justify="right")

        for row in rows:
            table.add_row(*_cells(row))
        console.print(table)
        console.print()

    console.print(f"${sum(row.nanodollars for row in next(iter(sums.values()))) / NANO:.4f} in all")


def _cells(row: CostRow) -> tuple[Text, ...]:
    numbers = (row.calls, row.attempts, row.sent, row.cached, row.written)
    return (
        make_text(row.name or "not known"),
        Text(f"{row.nanodollars / NANO:.4f}"),
        *(Text(f"{number:,}") for number in numbers),
    )
