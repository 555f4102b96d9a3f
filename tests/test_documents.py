"""What the code knows, the README tells."""

from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from app.core.events import EVENTS, EventRow
from app.entry import cli
from app.settings import SETTINGS, Setting, table
from tests import modules, readme
from tests.modules import purpose as purpose_of

README = Path(__file__).parent.parent / "README.md"


@pytest.mark.parametrize("row", SETTINGS, ids=lambda row: row.name)
def test_readme_documents_every_setting(row: Setting) -> None:
    """In the line that `app.settings.table()` writes for it, word for word."""
    lines = [line for line in README.read_text("utf-8").splitlines() if line.startswith(f"| `{row.name}` |")]
    assert len(lines) == 1, f"README.md has {len(lines)} table lines for {row.name}"
    assert lines[0] in table().splitlines()


@pytest.mark.parametrize("row", EVENTS, ids=lambda row: row.name)
def test_readme_names_every_event(row: EventRow) -> None:
    """Whoever registers the App must know which webhook events and actions are heard."""
    text = README.read_text("utf-8")
    assert [name for name in (row.name, *row.actions) if f"`{name}`" not in text] == []


def test_readme_has_every_command_and_policy_key() -> None:
    """Its tables are what the code says; `python -m tests.readme` renews them."""
    assert readme.README.read_text("utf-8") == readme.page()


def test_the_architecture_page_lists_every_module_with_its_purpose() -> None:
    """The list in app/README.md is what the modules say of themselves; `python -m tests.modules` renews it."""
    assert modules.PAGE.read_text("utf-8") == modules.page()


@pytest.mark.parametrize("path", modules.modules(), ids=lambda path: path.relative_to(modules.ROOT).as_posix())
def test_no_module_is_long(path: Path) -> None:
    """A module fits a reader's head: 300 lines at the most, and it begins by saying what it is for."""
    assert len(path.read_text("utf-8").splitlines()) <= 300
    assert purpose_of(path)


def commands(group: click.Group, name: str = "kireji") -> Iterator[str]:
    """Every command as one types it."""
    for word, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{name} {word}")
        else:
            yield f"{name} {word}"


@pytest.mark.parametrize("command", list(commands(cli.main)))
def test_readme_documents_every_command(command: str) -> None:
    """Whoever runs Kireji finds each command there as it is typed."""
    assert command in README.read_text("utf-8")
