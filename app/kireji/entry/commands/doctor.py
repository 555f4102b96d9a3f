"""`kireji doctor`: what a server needs, looked at one by one, with what to mend."""

# ruff: noqa: PLC0415 - commands import what they need when they run

import json
import sys

import click


@click.command()
@click.option("--json", "plain", is_flag=True, help="Print JSON; its names stay as they are.")
def doctor(*, plain: bool) -> None:
    """Check settings, database, App, permissions, events, clock, webhook and model, and say what to fix.

    It needs the servers' environment and changes nothing. It is free, except that a provider that cannot count tokens is
    asked for one token of each model. Exit status 0 if nothing fails, else 1.
    """
    from kireji.core.operations.checkup import Health
    from kireji.entry.commands.doctor_checks import run
    from kireji.entry.commands.tables import printable

    checks = run()
    if plain:
        rows = [
            {"name": check.name, "state": check.health, "said": check.said, "remedy": check.remedy} for check in checks
        ]
        click.echo(json.dumps(rows, indent=2))
    else:
        for check in checks:
            words = f"{check.health:<5} {check.name}: {check.said}." + (f" {check.remedy}" if check.remedy else "")
            click.echo(printable(words))

    sys.exit(1 if any(check.health is Health.FAIL for check in checks) else 0)
