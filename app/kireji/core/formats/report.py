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
    """What was read: `name` for people, such as "octo/shop#7" or "main...HEAD", untrusted as branch names are.

    `repository` is its address on the web, `base_sha` what it was compared with; each "" where there is none. `files`
    are those of the diff.
    """

    name: str
    base_sha: str = ""
    repository: str = ""
    files: tuple[FileDiff, ...] = ()


@dataclass(frozen=True, slots=True)
class ReviewReport:
    """A review as it is to be reported_findings. `version` is Kireji's own, "" if it is not to be named.

    For terminals: `width` in characters, whether colours may be used, and whether every skipped file is to be named.
    """

    review: Review
    subject: ReviewSubject
    version: str = ""
    width: int = 100
    colour: bool = False
    explain_skips: bool = False


class Renderer(Protocol):
    """A format: a report, as text that ends with a line end."""

    def __call__(self, report: ReviewReport) -> str:
        """Render it. Pure."""
        ...


Where = Literal["inline", "summary", "thread"]


@dataclass(frozen=True, slots=True)
class ReportedFinding:
    """A finding and where it is reported_findings: "inline", "summary" or, reported in an earlier round, "thread".

    `anchored` is whether its lines stand in the diff; `reason` says why it is not inline, "" if it is.
    """

    finding: Finding
    where: Where
    anchored: bool
    reason: str = ""
    rule: Rule | None = None
    """The rule that keeps it from being inline; None if it is."""


def reported_findings(review: Review) -> tuple[ReportedFinding, ...]:
    """All findings that stand, new ones first, worst first."""
    placed = (*review.inline, *review.in_summary)
    new = sorted((_shown(placement) for placement in placed), key=lambda one: one.finding.severity.rank)
    return (
        *new,
        *(ReportedFinding(finding, "thread", anchored=True, rule=Rule.THREAD_OPEN) for finding in review.standing),
    )


def _shown(placement: Inline | InSummary) -> ReportedFinding:
    if isinstance(placement, Inline):
        return ReportedFinding(placement.finding, "inline", anchored=True)
    return ReportedFinding(placement.finding, "summary", placement.anchored, placement.reason, placement.rule)
