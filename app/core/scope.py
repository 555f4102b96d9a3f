"""Which files are reviewed, and for each skip the reason."""

from dataclasses import dataclass
from enum import StrEnum

from app.core.diff import FileDiff


class SkipReason(StrEnum):
    """Why a file is not reviewed, as people read it in the check run."""

    BINARY = "binary"
    GENERATED = "generated"
    VENDORED = "vendored"
    MINIFIED = "minified"
    LOCK = "lock file"
    SUBMODULE = "submodule"
    NO_TEXT = "no changed lines"
    TOO_LARGE = "too large"
    EXCLUDED = "excluded by the configuration"


@dataclass(frozen=True, slots=True)
class Skip:
    """A file left out on purpose; this does not make a review partial. `detail` may name the rule or the size."""

    path: str
    reason: SkipReason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """A diff's files, sorted into those that are reviewed and those that are skipped, both in the diff's order."""

    reviewed: tuple[FileDiff, ...]
    skipped: tuple[Skip, ...]
