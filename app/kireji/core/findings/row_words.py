"""What Kireji says of findings that the model wrote and nobody could use, and of those that have no line."""

from collections.abc import Sequence

ALL_FILES = "all files together"

# Why a finding has no comment: phrases after "because".
NO_SUCH_FILE = "it names a file that this pull request does not change"
NO_SUCH_LINE = "the line it quotes is not in the diff"
SEVERAL_LINES = "it names no line, and what it quotes is in several"


def unusable(number: int) -> str:
    """Why a part counts as read in part only."""
    what = "a finding" if number == 1 else f"{number:,} findings"
    they = "it" if number == 1 else "they"
    return f"Claude twice wrote {what} in a form other than the agreed one, and {they} could not be used"


def some_of(paths: Sequence[str]) -> str:
    """The files of a part, by its first one; no paths are those of a reading of all files."""
    if not paths:
        return ALL_FILES
    more = len(paths) - 1
    return paths[0] + (f" and {more:,} more {'file' if more == 1 else 'files'}" if more else "")
