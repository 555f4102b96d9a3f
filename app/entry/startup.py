"""How a process begins and ends: the settings it cannot go on without, and what its exit status says."""

import sys

from app.core.log_commands import commanding_nothing
from app.entry import logs
from app.errors import KirejiError, SettingsError, TransientError
from app.settings import Settings, load

NOT_DONE = 1  # the line on stderr, or the log's last one, says why
BAD_SETTING = 2  # stays bad until somebody mends it: starting again is no use
LOST_LEASE = 70  # a worker's, see `work`; starting again is right (EX_SOFTWARE)
AWAY = 75  # the database does not answer; starting again later is right (EX_TEMPFAIL)


def settings_or_exit() -> Settings:
    """The settings; or else each problem on a line of stderr, and exit status 2."""
    try:
        return load()
    except SettingsError as error:
        sys.exit(tell(error))


def settings_and_log() -> Settings:
    """The settings, and the log as they want it; or else each problem on a line of stderr, and exit status 2."""
    settings = settings_or_exit()
    logs.set_up(settings.log_level, settings.secrets())
    logs.catch()
    return settings


def tell(error: KirejiError) -> int:
    """Say on stderr, a line for each problem, what ends this process; the exit status."""
    match error:
        case SettingsError(problems=problems):
            lines, status = problems, BAD_SETTING
        case TransientError():
            lines, status = (str(error),), AWAY
        case _:
            remedy = getattr(error, "remedy", "")
            said = str(error).rstrip(".")
            lines, status = (f"{said}. {remedy}" if remedy else str(error),), NOT_DONE
    sys.stderr.writelines(commanding_nothing(f"kireji: {' '.join(line.split())}\n") for line in lines)
    return status
