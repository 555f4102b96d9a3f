"""What the code knows, the README tells."""

from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from kireji.core.events.delivery import EVENTS, EventRow
from kireji.entry import cli
from kireji.settings import SETTINGS, Setting, table
from tests import readme, rooms

README = Path(__file__).parent.parent / "README.md"


@pytest.mark.parametrize("row", SETTINGS, ids=lambda row: row.name)
def test_readme_documents_every_setting(row: Setting) -> None:
    """In the line that `kireji.settings.table()` writes for it, word for word."""
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


def test_the_architecture_page_has_every_room() -> None:
    """Its table is what the packages say of themselves; `python -m tests.rooms` renews it."""
    assert rooms.PAGE.read_text("utf-8") == rooms.page()


def test_the_architecture_page_is_short() -> None:
    """Who reads it has read it in ten minutes."""
    assert len(rooms.PAGE.read_text("utf-8").splitlines()) <= 130


@pytest.mark.parametrize("room", rooms.rooms(), ids=lambda room: room.relative_to(rooms.PACKAGE).as_posix())
def test_every_room_has_a_front_door(room: Path) -> None:
    """Its docstring says in one sentence what is in it, and names a module or room of it to begin with."""
    door = rooms.FRONT_DOOR.search(rooms.purpose(room / "__init__.py"))
    assert door
    assert (room / f"{door[1]}.py").is_file() or (room / door[1]).is_dir()


@pytest.mark.parametrize("path", rooms.modules(), ids=lambda path: path.relative_to(rooms.ROOT).as_posix())
def test_no_module_is_long(path: Path) -> None:
    """A module fits a reader's head: 300 lines at the most, and it begins by saying what it is for."""
    assert len(path.read_text("utf-8").splitlines()) <= 300
    assert rooms.purpose(path)


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
