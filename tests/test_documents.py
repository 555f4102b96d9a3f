"""What the code knows, the README tells."""

from pathlib import Path

import pytest

from app.core.events import EVENTS, EventRow
from app.settings import SETTINGS, Setting

README = Path(__file__).parent.parent / "README.md"


@pytest.mark.parametrize("row", SETTINGS, ids=lambda row: row.name)
def test_readme_documents_every_setting(row: Setting) -> None:
    """Its name and its default stand on one line; `app.settings.table()` writes such lines."""
    lines = [line for line in README.read_text("utf-8").splitlines() if line.startswith(f"| `{row.name}` |")]
    assert len(lines) == 1, f"README.md has {len(lines)} table lines for {row.name}"
    assert row.default in lines[0]


@pytest.mark.parametrize("row", EVENTS, ids=lambda row: row.name)
def test_readme_names_every_event(row: EventRow) -> None:
    """Whoever registers the App must know which webhook events and actions are heard."""
    text = README.read_text("utf-8")
    assert [name for name in (row.name, *row.actions) if f"`{name}`" not in text] == []
