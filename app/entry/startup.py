"""Settings for a process that cannot go on without them."""

import sys

from app.errors import SettingsError
from app.settings import Settings, load


def settings_or_exit() -> Settings:
    """The settings; or else each problem on a line of stderr, and exit status 2."""
    try:
        return load()
    except SettingsError as error:
        sys.stderr.writelines(f"kireji: {problem}\n" for problem in error.problems)
        sys.exit(2)
