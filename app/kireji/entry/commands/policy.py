"""`kireji policy`: a policy file checked before it is merged, and the JSON Schema for editors. Needs no settings."""

# ruff: noqa: PLC0415 - commands import what they need when they run

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kireji.core.text.log_commands import commanding_nothing, json_commanding_nothing

if TYPE_CHECKING:
    from kireji.core.policy.reading import PolicyReading

NOT_GOOD = 1


@click.group()
def policy() -> None:
    """A repository's policy, `.github/kireji.yml`: what Kireji reviews, and how."""


@policy.command()
@click.argument("file", type=click.Path(allow_dash=True))
def check(file: str) -> None:
    """Check a policy FILE (- for stdin): each problem on a line, and exit status 1 if there are any.

    What has a problem is not used, everything else in the file is. Without problems, the values that differ from the
    defaults are listed.
    """
    name = "<stdin>" if file == "-" else file
    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        click.echo(commanding_nothing(f"kireji: {name} cannot be read: {error.strerror}"), err=True)
        sys.exit(NOT_GOOD)
    sys.exit(_tell(name, data))


@policy.command()
def schema() -> None:
    """Print the JSON Schema of a policy, with which editors complete and check it."""
    from kireji.core.policy.schema import schema as policy_schema

    click.echo(json.dumps(policy_schema(), indent=2, ensure_ascii=False))


def _tell(name: str, data: bytes) -> int:
    """Say what is wrong with a file, or what it sets; the exit status."""
    from kireji.core.policy.reading import read_policy

    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        click.echo(commanding_nothing(f"{name}:{line}: this is not UTF-8"))
        return NOT_GOOD
    reading = read_policy(text, None)
    for problem in reading.problems:
        click.echo(commanding_nothing(f"{name}:{problem.line}: {problem.message}"))
    if reading.problems:
        return NOT_GOOD
    click.echo(commanding_nothing(f"{name}: no problems"))
    _list_values(reading)
    return 0


def _list_values(reading: "PolicyReading") -> None:
    from kireji.core.policy.keys import KEYS, value
    from kireji.core.policy.model import Policy

    for key in KEYS:
        if (here := value(reading.policy, key)) != value(Policy(), key):
            # In ASCII: nothing in it acts on the terminal.
            click.echo(f"  {key.name}: {json_commanding_nothing(json.dumps(here))}")
