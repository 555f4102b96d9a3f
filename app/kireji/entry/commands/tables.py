"""Tables in a terminal, for `kireji jobs` and `kireji costs`. Words come from outside, so nothing in them acts on it."""

import sys

from rich.console import Console
from rich.table import Table
from rich.text import Text

UNSEEN_WIDTH = 200  # where the output is a file or a pipe


def make_console() -> Console:
    """Where it is printed."""
    return Console(width=None if sys.stdout.isatty() else UNSEEN_WIDTH, highlight=False)


def make_table(*columns: str) -> Table:
    """A table without lines around it, whose cells are folded and not cut."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def make_text(value: str | None) -> Text:
    """Text as it is, but for what would act on the terminal."""
    return Text(printable(value or ""))


def printable(text: str) -> str:
    """The same with a dot for each character that is not to be seen."""
    return "".join(char if char.isprintable() else "·" for char in text)
