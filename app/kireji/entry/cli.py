"""The command `kireji`. Commands import what they need when they run, so that `--help` is quick."""

# ruff: noqa: PLC0415 - commands import what they need when they run

import sys
from typing import TYPE_CHECKING

import click

from kireji.entry.commands.completion import completion
from kireji.entry.commands.costs import costs
from kireji.entry.commands.doctor import doctor
from kireji.entry.commands.jobs import jobs
from kireji.entry.commands.policy import policy
from kireji.entry.commands.replay import replay
from kireji.entry.commands.review import review

if TYPE_CHECKING:
    from kireji.settings import Settings, WebSettings

SERVER = frozenset(
    {"alembic", "dbos", "flask", "gunicorn", "psycopg", "sqlalchemy", "werkzeug"}
)  # the extra's packages


# The table in deploy/README.md, for those who have a terminal only.
ENDS = """\b
Exit status:
  0   done, or stopped on request
  1   not done; the line on stderr, or the last one of the log, says why
  2   a setting is missing or invalid, the folder or the port is in use, or the tables are of another version
  70  a worker lost its lease: start it again
  75  the database does not answer: start again later

Settings are environment variables, and deploy/settings.md lists them. KIREJI_APP_ID, KIREJI_PRIVATE_KEY or
KIREJI_PRIVATE_KEY_FILE, KIREJI_WEBHOOK_SECRET and ANTHROPIC_API_KEY have no default (signing in to Claude without a key is
possible too).
"""


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="kireji", prog_name="kireji")
def main() -> None:
    """Kireji reviews GitHub pull requests: few, true findings, on the lines they refer to."""


@main.command(epilog=ENDS)
def serve() -> None:
    """Start everything on this machine: the web service and one worker, restarted when they die.

    Everything is set by environment variables, which deploy/settings.md lists. A missing or invalid one is named on stderr,
    and the exit status is 2. SIGTERM gives running reviews KIREJI_DRAIN_SECONDS to finish.
    """
    settings = _settings()

    from kireji.entry.service import supervisor

    sys.exit(supervisor.serve(settings))


@main.command(epilog=ENDS)
@click.option("--fd", type=int, hidden=True, help="The file descriptor of a socket that listens already.")
def web(fd: int | None) -> None:
    """Start the web service alone; `kireji worker` does the work, here or elsewhere over the same Postgres.

    It needs KIREJI_WEBHOOK_SECRET and the database, and no key: neither the App's nor Claude's.
    """
    settings = _web_settings()

    from kireji.entry.service import server, wsgi
    from kireji.wiring import intake

    intake.open_database(settings).dispose()  # refused in one line here, and not by a process of gunicorn's
    server.serve(settings, wsgi.create, server.listen(settings) if fd is None else server.inherited(fd))


@main.command(epilog=ENDS)
@click.option("--owner", hidden=True, help="The name under which a supervisor's workers lease their slot.")
@click.option("--beats", type=int, hidden=True, help="The pipe on which a supervisor hears that it lives.")
def worker(owner: str | None, beats: int | None) -> None:
    """Start a worker alone. Any number of them may share one Postgres; over a SQLite file there is one."""
    settings = _settings()

    from kireji.entry.service import worker as work

    work.work(settings, owner, beats)


@main.group()
def db() -> None:
    """The database."""


@db.command(epilog=ENDS)
def upgrade() -> None:
    """Create the tables, or bring them up to this version's. Servers refuse tables of another version."""
    settings = _web_settings()  # of which it needs the database alone

    from kireji.wiring import service

    service.upgrade_database(settings)
    click.echo("The database is up to date.")


def _settings() -> "Settings":
    from kireji.entry.startup import settings_and_log

    return settings_and_log()


def _web_settings() -> "WebSettings":
    from kireji.entry.startup import web_and_log

    return web_and_log()


main.add_command(completion)
main.add_command(doctor)
main.add_command(costs)
main.add_command(jobs)
main.add_command(policy)
main.add_command(replay)
main.add_command(review)


def run() -> None:
    """The command. What is foreseen ends it with a plain line and its exit status, see `startup`."""
    from kireji.errors import KirejiError, SettingsError

    try:
        main(prog_name="kireji")
    except KirejiError as error:
        from kireji.entry.startup import tell

        sys.exit(tell(error))
    except ModuleNotFoundError as error:
        from kireji.entry.startup import tell

        if (error.name or "").partition(".")[0] not in SERVER:
            raise
        sys.exit(
            tell(SettingsError(("this command is for the hosted App, which needs: pip install 'kireji[server]'",)))
        )


if __name__ == "__main__":
    run()
