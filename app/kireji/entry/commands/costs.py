"""`kireji costs`: what the model calls cost, summed, for people (tables) and for scripts (JSON)."""

# ruff: noqa: PLC0415 - commands import what they need when they run

import json
from datetime import UTC, datetime, timedelta

import click

# Those of `core.money.costs.CostGroup`, which takes long to import.
WAYS = ("repository", "depth", "model", "outcome", "purpose")
DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.option("--since", type=DAY, help="From this day on (UTC); by default for thirty days.")
@click.option("--until", type=DAY, help="Until this day, which counts too; by default until now.")
@click.option("--by", "ways", type=click.Choice(WAYS), multiple=True, help="Only this sum; may be repeated.")
@click.option("--json", "plain", is_flag=True, help="Print JSON; its names stay as they are.")
def costs(since: datetime | None, until: datetime | None, ways: tuple[str, ...], *, plain: bool) -> None:
    """Sum up the cost of model calls, failed ones too, by repository, depth, model, outcome and purpose.

    It reads the servers' database, so it needs their environment.
    """
    from kireji.core.money.costs import CostGroup, as_json
    from kireji.entry.commands import costs_view
    from kireji.entry.startup import settings_and_log
    from kireji.wiring import service

    desk = service.build_desk(settings_and_log())
    now = desk.now()
    end = now if until is None else until.replace(tzinfo=UTC) + timedelta(days=1)
    start = end - timedelta(days=30) if since is None else since.replace(tzinfo=UTC)
    found = {way: desk.costs(start.timestamp(), end.timestamp(), CostGroup(way)) for way in ways or WAYS}
    if plain:
        sums = {way: [as_json(row) for row in rows] for way, rows in found.items()}
        click.echo(json.dumps({"since": start.isoformat(), "until": end.isoformat(), **sums}, indent=2))
    else:
        costs_view.show(found)
