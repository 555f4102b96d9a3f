"""Files that hold people's code and words are for the service's own user: none else may read them."""

import contextlib
import logging
import os
from collections.abc import Iterator
from pathlib import Path

OURS = ("kireji.sqlite3*", "kireji.lock", "code")
"""What the service puts into its data folder; a file of SQLite's has its log and its index beside it."""

log = logging.getLogger("kireji.files")


def keep_private(folder: Path) -> None:
    """Make what this process makes from now on private, and what is in the data folder already, if it is ours.

    A folder with other things in it stays as it is: somebody else may have a use for them.
    """
    keep_new_private()
    with contextlib.suppress(FileNotFoundError):
        ours = [*_ours(folder)]
        for path in ours:
            _tighten(path)
        if ours and {*folder.iterdir()} <= {*ours}:
            _tighten(folder)


def keep_new_private() -> None:
    """Make what this process makes from now on private."""
    os.umask(0o077)


def _ours(folder: Path) -> Iterator[Path]:
    for pattern in OURS:
        yield from folder.glob(pattern)


def _tighten(path: Path) -> None:
    """Take from others what they may do with it."""
    try:
        mode = path.stat(follow_symlinks=False).st_mode & 0o777
        if mode & 0o077 and not path.is_symlink():
            path.chmod(mode & 0o700)
    except FileNotFoundError:  # SQLite's log comes and goes
        return
    except OSError as error:
        log.warning("%s can be read by others, and that cannot be changed: %s", path, error.strerror)
