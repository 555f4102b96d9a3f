"""`kireji replay`: what a stored delivery leads to, without doing any of it. Its work is in `replay_run`."""

# ruff: noqa: PLC0415 - commands import what they need when they run

import sys

import click

from kireji.core.formats.names import FormatName
from kireji.entry.commands.options import ReviewOptions


@click.command()
@click.argument("delivery")
@click.option(
    "--format",
    "form",
    type=click.Choice([name.value for name in FormatName]),
    default="terminal",
    show_default=True,
    help="How to show a review.",
)
@click.option("-o", "--output", metavar="FILE", help="Write the review to a file instead of standard output.")
@click.option("--explain-skips", is_flag=True, help="Name every file that was skipped, and why.")
@click.option("--verbose", is_flag=True, help="Show the log on standard error, as KIREJI_LOG_LEVEL wants it.")
@click.pass_context
def replay(context: click.Context, *, delivery: str, **_: object) -> None:
    """Show what a stored DELIVERY asks for, and do a dry run of its review: nothing is posted.

    DELIVERY is the id (GUID) that GitHub's log of the webhook shows; deliveries are kept for 30 days. The dry run
    uses the App's own credentials, is done as if it were the first review, and only if the head is still the pull request's;
    Claude is paid for it. Comments, buttons and labels are shown and not carried out. Nothing is written, neither on GitHub
    nor in the database.

    It needs the servers' environment. What was delivered is shown on standard error if the review's --format is for
    programs. Exit status 0, or 1 if there is no such delivery or not all could be reviewed.
    """
    from kireji.entry.commands import replay_run

    sys.exit(replay_run.run(delivery, ReviewOptions.from_click(context.params)))
