"""The sample repository of the demo: a small shop in three languages, and a pull request with planted mistakes."""

from collections.abc import Iterator
from pathlib import Path

from tests.sandbox.synthetic import Planted, SyntheticChange, make_change

__all__ = ["BODY", "PLANTED", "TITLE", "Planted", "SyntheticChange", "base_files", "head_files", "make_change"]

_SAMPLE = Path(__file__).parent / "sample"

TITLE = "Order search, the bookkeeper's export, stock import"
BODY = """\
Three things for the spring release:

- customers' orders can be searched by article
- the bookkeeper gets a CSV export a day
- the warehouse can import its counts, and the report has a total

The basket now reserves the stock before the order is placed.
"""


PLANTED: tuple[Planted, ...] = (
    Planted("api/export.py", 15, "RIGHT", "Mutable default argument is shared between calls"),
    Planted("api/export.py", 35, "RIGHT", "Every error is swallowed"),
    Planted("api/orders.py", 59, "RIGHT", "SQL built from values"),
    Planted("stock/report.go", 11, "RIGHT", "Loop runs one index too far"),
    Planted("stock/store.go", 32, "LEFT", "Release of a resource is removed"),
    Planted("stock/store.go", 53, "RIGHT", "Error is thrown away"),
    Planted("web/src/cart.ts", 32, "RIGHT", "forEach does not wait for async callbacks"),
    Planted("web/src/search.ts", 11, "RIGHT", "Text is inserted as HTML"),
)


def base_files() -> dict[str, str]:
    """The repository before the pull request: path -> text."""
    return dict(_read("base"))


def head_files() -> dict[str, str | None]:
    """What the pull request changes: path -> new text, None where the file is deleted."""
    return dict(_read("head"))


def _read(folder: str) -> Iterator[tuple[str, str]]:
    root = _SAMPLE / folder
    for path in sorted(root.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path.relative_to(root).as_posix(), path.read_text(encoding="utf-8")
