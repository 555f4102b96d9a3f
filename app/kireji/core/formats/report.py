"""What every renderer is given: a review, and what it is a review of."""

from dataclasses import dataclass
from typing import Literal, Protocol

from kireji.core.diff.unified import FileDiff
from kireji.core.findings.finding import Finding
from kireji.core.findings.placement import Inline, InSummary
from kireji.core.findings.rules import Rule
from kireji.core.review.result import Review


@dataclass(frozen=True, slots=True)
class ReviewSubject:
    """What was read."""

    name: str  # for people, such as "octo/shop#7" or "main...HEAD"; untrusted, as branch names are
    base_sha: str = ""  # what it was compared with, "" if there is no such commit
    repository: str = ""  # the address on the web, "" if there is none
    files: tuple[FileDiff, ...] = ()  # of the diff


@dataclass(frozen=True, slots=True)
class ReviewReport:
    """A review as it is to be shown."""

    review: Review
    subject: ReviewSubject
    version: str = ""  # Kireji's own, "" if it is not to be named

    # For terminals:
    width: int = 100  # in characters
    colour: bool = False  # whether colours may be used
    explain_skips: bool = False  # whether every skipped file is to be named


class Renderer(Protocol):
    """A format: a report, as text that ends with a line end."""

    def __call__(self, report: ReviewReport) -> str:
        """Render it. Pure."""
        ...


Where = Literal["inline", "summary", "thread"]


@dataclass(frozen=True, slots=True)
class ReportedFinding:
    """A finding and where it is shown."""

    finding: Finding
    where: Where  # "thread": reported in an earlier round, and still open there
    anchored: bool  # whether its lines are in the diff
    reason: str = ""  # why it is not inline, "" if it is
    rule: Rule | None = None  # the one that keeps it from being inline, None if it is


def reported_findings(review: Review) -> tuple[ReportedFinding, ...]:
    """All findings that stand, new ones first, worst first."""
    placed = (*review.inline, *review.in_summary)
    new = sorted((_reported(placement) for placement in placed), key=lambda reported: reported.finding.severity.rank)
    standing = [ReportedFinding(finding, "thread", anchored=True, rule=Rule.THREAD_OPEN) for finding in review.standing]
    return (*new, *standing)


def _reported(placement: Inline | InSummary) -> ReportedFinding:
    if isinstance(placement, Inline):
        return ReportedFinding(placement.finding, "inline", anchored=True)
    return ReportedFinding(placement.finding, "summary", placement.anchored, placement.reason, placement.rule)
