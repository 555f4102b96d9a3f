"""Why a file is not read on purpose."""

from dataclasses import dataclass
from enum import StrEnum


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
    NOT_ASKED = "not asked for"


@dataclass(frozen=True, slots=True)
class Skip:
    """A file left out on purpose; this does not make a review partial. `detail` may name the rule or the size."""

    path: str
    reason: SkipReason
    detail: str = ""
