"""Why a file is left out of a review."""

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
    """A file left out, and why; `detail` may name the rule or the size. `Scope` says whether that makes a review partial."""

    path: str
    reason: SkipReason
    detail: str = ""
