"""`kireji policy`: a policy file checked before it is pushed, and the JSON Schema that editors check it with."""

import json
import sys
from pathlib import Path

import click

# ruff: noqa: PLC0415 - commands import what they need when they run, see `cli`

NOT_DONE = 1


@click.group()
def policy() -> None:
    """Policy files (.github/kireji.yml)."""


@policy.command()
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
def check(file: Path) -> None:
    """Say what is wrong with FILE (`-` for standard input), and what it sets. The exit status is 1 if anything is."""
    from app.core.formats.policy import differences, problem_line
    from app.core.policy import read_policy

    reading = read_policy(_text(file), None)
    for problem in reading.problems:
        click.echo(problem_line(problem, str(file)), err=True)
    if not reading.problems:
        click.echo(f"{file}: no problems")
    for line in differences(reading):
        click.echo(f"  {line}")
    sys.exit(NOT_DONE if reading.problems else 0)


@policy.command("schema")
def print_schema() -> None:
    """Print the JSON Schema of a policy file."""
    from app.core.policy_schema import schema

    click.echo(json.dumps(schema(), indent=2))


def _text(file: Path) -> str:
    """No more of it than is needed to say that it is too large; bytes that are no text are named by the reader."""
    from app.core.policy_yaml import MAX_BYTES

    try:
        with click.open_file(str(file), "rb") as opened:
            return opened.read(MAX_BYTES + 1).decode("utf-8", "surrogateescape")
    except OSError as error:
        raise click.ClickException(f"{file} cannot be read: {error.strerror}") from error
