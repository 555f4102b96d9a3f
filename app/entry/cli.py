"""The command `kireji`. Commands import what they need when they run, so that `--help` is quick."""

import click


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="kireji", prog_name="kireji")
def main() -> None:
    """Kireji reviews GitHub pull requests: few findings, true ones, at their lines."""


@main.command()
def serve() -> None:
    """Start the web service and its background worker.

    Everything is set by environment variables, which the README lists. A missing or bad one is named on stderr, and the
    exit status is 2.
    """
    from app.entry.startup import settings_or_exit  # noqa: PLC0415 - see the module's docstring

    settings = settings_or_exit()

    from app.entry import server, wsgi  # noqa: PLC0415 - after the settings: a mistake there is told at once

    server.serve(settings, wsgi.create)
