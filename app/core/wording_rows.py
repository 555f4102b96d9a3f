"""What Kireji says of findings that the model wrote and nobody could use, and of those that have no line."""

from collections.abc import Sequence

ALL_FILES = "all files together"


def unusable(number: int) -> str:
    """Why a part counts as read in part only."""
    what, they = ("a finding", "it") if number == 1 else (f"{number:,} findings", "they")
    return f"Claude wrote {what} in another form than agreed, asked twice, and {they} could not be used"


def some_of(paths: Sequence[str]) -> str:
    """The files of a part, by its first one; no paths are those of a reading of all files."""
    if not paths:
        return ALL_FILES
    more = len(paths) - 1
    return paths[0] + (f" and {more:,} more {'file' if more == 1 else 'files'}" if more else "")
