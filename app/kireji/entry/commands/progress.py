"""How far a review is, on stderr, if that is a terminal."""

import contextlib
import sys
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


@contextlib.contextmanager
def bar() -> Iterator[Callable[[int, int], None]]:
    """A bar while the body runs; what it yields is told how many questions were asked and how many are answered."""
    columns = TextColumn("Reading"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task("", total=None)

        def see(asked: int, answered: int) -> None:
            progress.update(task, total=asked, completed=answered)

        yield see
