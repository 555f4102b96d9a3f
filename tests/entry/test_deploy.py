"""What README.md, the guide and deploy/ tell people to type exists, and what they start waits as long as a drain takes."""

import re
from pathlib import Path

import click
import pytest

from kireji.entry.cli import main
from kireji.entry.service.supervisor import GRACE_SECONDS
from kireji.settings import SETTINGS

ROOT = Path(__file__).parent.parent.parent
FILES = [ROOT / "README.md", *sorted((ROOT / "app" / "guide").glob("*.md")), *sorted((ROOT / "deploy").glob("*"))]
# `kireji db upgrade` in prose, "/opt/kireji/bin/kireji serve", [kireji, db, upgrade] and ["kireji", "serve"].
COMMAND = re.compile(r'(?:[`/]|\$ )kireji (?P<typed>[a-z]+(?: [a-z]+)?)|\["?kireji"?, (?P<listed>[^\]]+)\]')
LIMITS = re.compile(r"(?:TimeoutStopSec=|stop_grace_period: |terminationGracePeriodSeconds: |--stop-timeout )(\d+)")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_command_exists(path: Path) -> None:
    """A command of a group is looked up within it."""
    for match in COMMAND.finditer(path.read_text("utf-8")):
        first, *rest = re.findall("[a-z]+", match["typed"] or match["listed"])
        command = main.commands.get(first)
        assert command is not None, match[0]
        if isinstance(command, click.Group) and rest:
            assert rest[0] in command.commands, match[0]


def test_whoever_stops_it_waits_for_the_drain() -> None:
    """Else the reviews under way are killed; with the default setting."""
    drain = next(int(row.default) for row in SETTINGS if row.name == "KIREJI_DRAIN_SECONDS")
    limits = {path.name: LIMITS.findall(path.read_text("utf-8")) for path in FILES}
    found = [int(seconds) for named in limits.values() for seconds in named]
    assert {name for name, named in limits.items() if named} == {
        "README.md",
        "compose.yaml",
        "kireji.service",
        "kubernetes.yaml",
    }
    assert min(found) > drain + GRACE_SECONDS
