"""Readings of chunks -> Review: dedupe, place, converge, cap, count, conclude."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from kireji.core.diff.unified import FileDiff, Unread
from kireji.core.findings.coverage import Coverage, Reading, cover
from kireji.core.findings.finding import Checked, Confidence, Finding, Severity, fingerprint
from kireji.core.findings.placement import Inline, InSummary, Placement, by_path, place
from kireji.core.findings.plausible import Doubt, Dropped, Refined
from kireji.core.money.budget import Shortage
from kireji.core.money.ledger import Bill
from kireji.core.pulls.denial import Denial
from kireji.core.pulls.posting import Conclusion
from kireji.core.pulls.thread import Thread
from kireji.core.review.suggestion import Withheld
from kireji.core.review.unproven_words import unproven_rows
from kireji.core.rounds.converge import converge
from kireji.core.rounds.history import History
from kireji.core.rounds.moved import still_there
from kireji.core.rounds.seen import read_changes
from kireji.core.scope.choose import Scope
from kireji.core.scope.skips import Skip, SkipReason

FIRST_ROUND = History()


@dataclass(frozen=True, slots=True)
class Review:
    """A finished review, ready to be shown. Findings stand worst first; `urls` says where its comments were posted.

    `standing` are findings that open threads of ours tell already, `holding` the nodes of those threads; `silenced`
    counts those that people resolved or dismissed, `minor` those below `min_severity`. `seen` are the digests of the
    changes that were read (see `core.seen`); `closed` counts our threads that it closes as fixed; `notes` are paragraphs
    of Markdown for the check run, ours and neutral; `withheld` says why suggestions are not offered; `addressed` that the
    pull request speaks to its reviewer. `dropped` are findings that did not survive (see `plausible`, `verify`); `denial`
    says why GitHub took no comments, or no more of them.
    """

    head_sha: str
    inline: tuple[Inline, ...]
    in_summary: tuple[InSummary, ...]
    skipped: tuple[Skip, ...]
    coverage: Coverage
    bill: Bill
    malformed: int = 0
    urls: tuple[str, ...] = ()
    standing: tuple[Finding, ...] = ()
    holding: frozenset[str] = field(default_factory=frozenset)
    silenced: int = 0
    minor: int = 0
    seen: frozenset[str] = field(default_factory=frozenset)
    min_severity: Severity = Severity.LOW
    fail_on: Severity | None = None
    closed: int = 0
    notes: tuple[str, ...] = ()
    withheld: tuple[Withheld, ...] = ()
    shortage: Shortage | None = None
    dropped: tuple[Dropped, ...] = ()
    addressed: bool = False
    denial: Denial | None = None

    @property
    def grave_refuted(self) -> tuple[Dropped, ...]:
        """Critical and high findings on which the two readers disagree."""
        refuted = (one for one in self.dropped if one.doubt is Doubt.REFUTED)
        return tuple(one for one in refuted if reaches(one.finding, Severity.HIGH))

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All that no thread tells yet, inline ones first."""
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
        return Conclusion.NEUTRAL if self._told or not self.whole else Conclusion.SUCCESS

    @property
    def nothing_to_read(self) -> bool:
        """Whether no model has anything to read, and code found nothing in what is skipped either."""
        return not (self.coverage.hunks or self.coverage.unread or self._told)

    @property
    def _told(self) -> bool:
        return bool(self.findings or self.standing or self.grave_refuted or self.addressed)

    @property
    def fails(self) -> bool:
        """Whether a finding, wherever it is told, is as grave as the policy fails on."""
        if self.fail_on is None:
            return False
        return any(reaches(finding, self.fail_on) for finding in (*self.findings, *self.standing))


def assemble(
    head_sha: str,
    scope: Scope,
    unserved: Sequence[Unread],
    readings: Sequence[Reading],
    bill: Bill,
    *,
    most: int,
    history: History = FIRST_ROUND,
    threads: Sequence[Thread] = (),
    full: bool = False,
    min_severity: Severity = Severity.LOW,
    fail_on: Severity | None = None,
    beside: Sequence[FileDiff] = (),
    refined: Refined | None = None,
) -> Review:
    """Turn what was read into a review, after which at most `most` of our threads are open.

    `history` and our `threads` are what earlier rounds left; in a `full` review code that they read may be told of again.
    `beside` are files that no model reads and of which there are findings all the same.
    Of the readings' findings those in `refined` are told, all if it is None.
    """
    files = by_path((*scope.reviewed, *beside))
    refined = refined or Refined(tuple(finding for reading in readings for finding in reading.findings))
    found = dedupe(refined.findings)
    placed = [_sure(place(finding, files)) for finding in found if reaches(finding, min_severity)]
    there = still_there(scope, beside, unserved)
    named = {skip.path for skip in scope.unproven}
    unproven = [file for file in beside if file.path in named]
    unread = (*unserved, *unproven_rows(scope.unproven, {file.path: len(file.hunks) for file in unproven}))
    converged = converge(placed, files, history, threads, full=full, most=most, there=there)
    placements = cap(converged.placements, most, converged.room)
    return Review(
        head_sha=head_sha,
        inline=tuple(placement for placement in placements if isinstance(placement, Inline)),
        in_summary=tuple(placement for placement in placements if isinstance(placement, InSummary)),
        skipped=scope.skipped,
        coverage=cover(scope.reviewed, unread, readings, unproven),
        bill=bill,
        malformed=sum(len(reading.rejected) for reading in readings),
        standing=converged.standing,
        holding=converged.holding,
        silenced=converged.silenced,
        minor=len(found) - len(placed),
        seen=read_changes(readings),
        min_severity=min_severity,
        fail_on=fail_on,
        dropped=refined.dropped,
    )


def reaches(finding: Finding, floor: Severity) -> bool:
    """Whether it is at least so grave."""
    return finding.severity.rank <= floor.rank


def dedupe(findings: Iterable[Finding]) -> list[Finding]:
    """One finding a fingerprint, the gravest and surest of each, worst first."""
    kept: dict[str, Finding] = {}
    for finding in worst_first(findings):
        kept.setdefault(fingerprint(finding), finding)
    return list(kept.values())


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """By severity, then the surest, then by place."""
    return sorted(findings, key=_gravity)


def _gravity(finding: Finding) -> tuple[int, int, str, int]:
    return finding.severity.rank, finding.confidence.rank, finding.path, finding.start_line


def _sure(placement: Placement) -> Placement:
    """A guess is told, but opens no thread unless a second reader could follow it: threads cost a person's time.

    What is neither sure nor grave, and was not confirmed, is a guess too.
    """
    finding = placement.finding
    if not isinstance(placement, Inline) or finding.checked is Checked.CONFIRMED:
        return placement
    if finding.confidence is Confidence.LOW:
        return InSummary(finding, "its confidence is low", anchored=True)
    doubtful = finding.checked is Checked.UNSURE and finding.confidence is Confidence.MEDIUM
    if doubtful and not reaches(finding, Severity.HIGH):
        return InSummary(finding, "the second reader could not confirm it", anchored=True)
    return placement


def cap(placements: Sequence[Placement], most: int, room: int | None = None) -> list[Placement]:
    """Move inline placements beyond the limit into the summary: `room` of `most` comments are left, all if it is None."""
    room, kept = most if room is None else room, list[Placement]()
    others = "graver ones" if room == most else "open threads and graver ones"
    for placement in placements:
        if isinstance(placement, Inline):
            room -= 1
            if room < 0:
                reason = f"the limit of {most} comments went to {others}"
                kept.append(InSummary(placement.finding, reason, anchored=True))
                continue
        kept.append(placement)
    return kept


def refuse(review: Review, refused: Iterable[Inline], denial: Denial | None = None) -> Review:
    """The review after GitHub refused some of its comments: they move to the summary.

    Where it took none at all, its changes do not count as seen: the next round puts the comments at their lines.
    """
    gone = set(refused)
    why = "GitHub takes no comment at its line" if denial is None else denial.because
    moved = [InSummary(placement.finding, why, anchored=True) for placement in gone]
    return replace(
        review,
        inline=tuple(placement for placement in review.inline if placement not in gone),
        in_summary=tuple(sorted((*review.in_summary, *moved), key=lambda placement: _gravity(placement.finding))),
        denial=denial,
        seen=review.seen if denial is None else frozenset(),
    )
