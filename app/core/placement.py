"""Finding x Diff -> Inline | InSummary: where a finding can be shown."""

from dataclasses import dataclass

from app.core.diff import Side
from app.core.finding import Finding


@dataclass(frozen=True, slots=True)
class Inline:
    """A finding with lines that GitHub takes: both in one hunk, on `side`, `start_line <= line`."""

    finding: Finding
    side: Side
    start_line: int
    line: int


@dataclass(frozen=True, slots=True)
class InSummary:
    """A finding that has no line on the pull request's page; `reason` says why, for people."""

    finding: Finding
    reason: str


Placement = Inline | InSummary
