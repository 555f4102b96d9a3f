"""A finished review as a value: what was found, what was read of what should be, and what colour that is."""

from dataclasses import dataclass, field, replace

from kireji.core.findings.coverage import Coverage
from kireji.core.findings.finding import Finding, Severity
from kireji.core.findings.placement import Inline, InSummary
from kireji.core.findings.plausible import DroppedFinding
from kireji.core.findings.rules import Rule
from kireji.core.money.budget import Shortage
from kireji.core.money.ledger import Bill
from kireji.core.pulls.denial import Denial
from kireji.core.pulls.posting import Conclusion
from kireji.core.review.suggestion import Withheld
from kireji.core.scope.skips import Skip, SkipReason


@dataclass(frozen=True, slots=True)
class Review:
    """A finished review, ready to be shown. `assemble` makes it, and `record_posting` adds what became of it on GitHub."""

    head_sha: str
    """The commit that was read."""
    inline: tuple[Inline, ...]
    """New findings that become comments at their lines, worst first."""
    in_summary: tuple[InSummary, ...]
    """New findings that the check run lists, each with the reason why it is no comment, worst first."""
    skipped: tuple[Skip, ...]
    """Files that were left out on purpose."""
    coverage: Coverage
    """How much of the rest was read."""
    bill: Bill
    """What it cost."""
    malformed: int = 0
    """How many findings the model wrote in a form that could not be used."""
    urls: tuple[str, ...] = ()
    """Where its comments were posted."""
    standing: tuple[Finding, ...] = ()
    """Findings that were made again and that open threads of ours report already."""
    holding: frozenset[str] = field(default_factory=frozenset)
    """The nodes of those threads."""
    silenced: int = 0
    """How many findings were made again that people had resolved or dismissed."""
    dismissed: int = 0
    """How many of these a maintainer had dismissed; the threads of the others were resolved."""
    repeated: int = 0
    """How many findings another one reports under the same fingerprint."""
    minor: int = 0
    """How many findings are below `min_severity`, and not reported."""
    seen: frozenset[str] = field(default_factory=frozenset)
    """Digests of the changes that were read, for the next round (see `rounds.seen`)."""
    min_severity: Severity = Severity.LOW
    """The least severity that is reported."""
    fail_on: Severity | None = None
    """The least severity that turns the check run red; None where nothing does."""
    closed: int = 0
    """How many of our threads it closed as fixed."""
    notes: tuple[str, ...] = ()
    """Paragraphs of Markdown for the check run. They are ours, and neutral."""
    withheld: tuple[Withheld, ...] = ()
    """Why suggestions are not offered, an entry for each of them."""
    shortage: Shortage | None = None
    """What there was no money for."""
    dropped: tuple[DroppedFinding, ...] = ()
    """Findings that code or a second reader refuted (see `plausible`, `verify`)."""
    addressed: bool = False
    """Whether text in the pull request addresses its reviewer: a prompt injection."""
    denial: Denial | None = None
    """Why GitHub took no comments, or no more of them."""

    @property
    def grave_refuted(self) -> tuple[DroppedFinding, ...]:
        """Critical and high findings on which the two readers disagree."""
        refuted = (drop for drop in self.dropped if drop.rule is Rule.VERIFY_REFUTED)
        return tuple(drop for drop in refuted if reaches(drop.finding, Severity.HIGH))

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All that no thread reports yet, inline ones first."""
        return tuple(placement.finding for placement in (*self.inline, *self.in_summary))

    @property
    def in_part(self) -> bool:
        """Whether somebody asked for some of the files only."""
        return any(skip.reason is SkipReason.NOT_ASKED for skip in self.skipped)

    @property
    def whole(self) -> bool:
        """Whether everything was read that a review of the whole pull request reads."""
        return self.coverage.complete and not self.in_part

    @property
    def conclusion(self) -> Conclusion:
        """The colour. Green only if all that should be read was read and nothing stands; red only where a policy wants it.

        Nor is it green on the second reader's word alone, which the pull request's author may have tried to bend.
        """
        if self.nothing_to_read:
            return Conclusion.SKIPPED
        if self.fails:
            return Conclusion.FAILURE
        if self.denial is not None and self.denial.asks_for_action:
            return Conclusion.ACTION_REQUIRED
        if self._reports_something or not self.whole:
            return Conclusion.NEUTRAL
        return Conclusion.SUCCESS

    @property
    def nothing_to_read(self) -> bool:
        """Whether no model has anything to read, and code found nothing in what is skipped either."""
        return not (self.coverage.hunks or self.coverage.unread or self._reports_something)

    @property
    def _reports_something(self) -> bool:
        return bool(self.findings or self.standing or self.grave_refuted or self.addressed)

    @property
    def fails(self) -> bool:
        """Whether a finding, wherever it is reported, is at or above the severity that the policy fails on."""
        if self.fail_on is None:
            return False
        return any(reaches(finding, self.fail_on) for finding in (*self.findings, *self.standing))

    def with_note(self, note: str) -> "Review":
        """The same with something that its check run says first."""
        return replace(self, notes=(note, *self.notes))


def reaches(finding: Finding, floor: Severity) -> bool:
    """Whether its severity is at or above this one."""
    return finding.severity.rank <= floor.rank
