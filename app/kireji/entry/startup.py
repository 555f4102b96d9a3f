"""How a process begins and ends: the settings it cannot go on without, and what its exit status says."""

import sys
from collections.abc import Callable
from typing import TypeVar

from kireji.core.text.log_commands import disarm_commands
from kireji.entry import logs
from kireji.entry.private import keep_private
from kireji.errors import KirejiError, SettingsError, TransientError
from kireji.settings import Settings, WebSettings, load, load_web
from kireji.wiring.calendar import today

NOT_DONE = 1  # the line on stderr, or the log's last one, says why
BAD_SETTING = 2  # stays bad until somebody mends it: starting again is no use
LOST_LEASE = 70  # a worker's, see `work`; starting again is right (EX_SOFTWARE)
AWAY = 75  # the database does not answer; starting again later is right (EX_TEMPFAIL)


S = TypeVar("S", bound=WebSettings)


def settings_or_exit() -> Settings:
    """The settings; or else each problem on a line of stderr, and exit status 2."""
    return _or_exit(lambda: load(today=today()))


def web_or_exit() -> WebSettings:
    """The same for the web process, which has few."""
    return _or_exit(load_web)


def settings_and_log() -> Settings:
    """The settings, and the log as they want it; or else each problem on a line of stderr, and exit status 2."""
    return begin(settings_or_exit())


def web_and_log() -> WebSettings:
    """The same for the web process."""
    return begin(web_or_exit())


def begin(settings: S) -> S:
    """What each process does first: the log is as the settings want it, and its files are for nobody else."""
    logs.set_up(settings.log_level, settings.secrets())
    logs.catch()
    keep_private(settings.data_dir)
    return settings


def _or_exit(read: Callable[[], S]) -> S:
    try:
        return read()
    except SettingsError as error:
        sys.exit(tell(error))


def tell(error: KirejiError) -> int:
    """Say on stderr, a line for each problem, what ends this process; the exit status."""
    match error:
        case SettingsError(problems=problems):
            lines = problems
            status = BAD_SETTING
        case TransientError():
            lines = (str(error),)
            status = AWAY
        case _:
            remedy = getattr(error, "remedy", "")
            said = str(error).rstrip(".")
            lines = (f"{said}. {remedy}" if remedy else str(error),)
            status = NOT_DONE

    sys.stderr.writelines(disarm_commands(f"kireji: {' '.join(line.split())}\n") for line in lines)
    return status
