"""Readings of chunks -> Review: dedupe, place, converge, cap, count, conclude."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from kireji.core.diff.unified import FileDiff, Unread
from kireji.core.findings.coverage import Reading, all_findings, cover
from kireji.core.findings.finding import Confidence, Finding, Severity, Verification, fingerprint
from kireji.core.findings.placement import Inline, InSummary, Placement, by_path, place
from kireji.core.findings.plausible import RefinedFindings
from kireji.core.findings.rules import Rule
from kireji.core.money.budget import Shortage
from kireji.core.money.ledger import Bill
from kireji.core.pulls.denial import Denial
from kireji.core.pulls.thread import Thread
from kireji.core.review.result import Review, reaches
from kireji.core.review.suggestion import Withheld
from kireji.core.review.unproven_words import unproven_rows
from kireji.core.rounds.converge import converge
from kireji.core.rounds.history import History
from kireji.core.rounds.moved import still_there
from kireji.core.rounds.seen import read_changes
from kireji.core.scope.choose import Scope


@dataclass(frozen=True, slots=True)
class ReviewedChange:
    """What there was to read, and what of it could not be had."""

    scope: Scope
    """Which files are reviewed, and why the others are not."""
    unserved: Sequence[Unread] = ()
    """What should be read and is not there to be read."""
    beside: Sequence[FileDiff] = ()
    """Files that no model reads and in which code may find something all the same."""


@dataclass(frozen=True, slots=True)
class EarlierRounds:
    """What earlier reviews of the pull request left."""

    history: History = History()  # noqa: RUF009 - frozen
    """The changes that they read, and what was dismissed."""
    threads: Sequence[Thread] = ()
    """Our threads."""
    full: bool = False
    """Whether code that they read may be reported on again, as somebody asked for a full review."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From where on a finding is reported, becomes a comment, and fails the check run."""

    max_comments: int
    """How many of our threads may be open afterwards."""
    min_severity: Severity = Severity.LOW
    """The least severity that is reported."""
    fail_on: Severity | None = None
    """The least severity that turns the check run red; None where nothing does."""


FIRST_ROUND = EarlierRounds()


def assemble(
    head_sha: str,
    change: ReviewedChange,
    readings: Sequence[Reading],
    bill: Bill,
    thresholds: Thresholds,
    *,
    earlier: EarlierRounds = FIRST_ROUND,
    refined: RefinedFindings | None = None,
    notes: tuple[str, ...] = (),
    withheld: tuple[Withheld, ...] = (),
    shortage: Shortage | None = None,
    addressed: bool = False,
) -> Review:
    """Turn what was read into a review.

    Of the readings' findings those in `refined` are reported, all if it is None. The other arguments are as in `Review`;
    where text in the pull request addresses its reviewer, nothing counts as seen, and the next round reads it again.
    """
    files = by_path((*change.scope.reviewed, *change.beside))
    refined = refined or RefinedFindings(tuple(all_findings(readings)))

    found = dedupe(refined.findings)
    reported = [finding for finding in found if reaches(finding, thresholds.min_severity)]
    placed = [_without_guess(place(finding, files)) for finding in reported]

    converged = converge(
        placed,
        files,
        earlier.history,
        earlier.threads,
        full=earlier.full,
        most=thresholds.max_comments,
        there=still_there(change.scope, change.beside, change.unserved),
    )
    placements = cap(converged.placements, thresholds.max_comments, converged.room)

    unproven_paths = {skip.path for skip in change.scope.unproven}
    unproven = [file for file in change.beside if file.path in unproven_paths]
    hunks = {file.path: len(file.hunks) for file in unproven}
    unread = (*change.unserved, *unproven_rows(change.scope.unproven, hunks))

    return Review(
        head_sha=head_sha,
        inline=tuple(placement for placement in placements if isinstance(placement, Inline)),
        in_summary=tuple(placement for placement in placements if isinstance(placement, InSummary)),
        skipped=change.scope.skipped,
        coverage=cover(change.scope.reviewed, unread, readings, unproven),
        bill=bill,
        malformed=sum(len(reading.rejected) for reading in readings),
        standing=converged.standing,
        holding=converged.holding,
        silenced=converged.silenced,
        dismissed=converged.dismissed,
        repeated=len(refined.findings) - len(found),
        minor=len(found) - len(reported),
        seen=frozenset() if addressed else read_changes(readings),
        min_severity=thresholds.min_severity,
        fail_on=thresholds.fail_on,
        notes=notes,
        withheld=withheld,
        shortage=shortage,
        dropped=refined.dropped,
        addressed=addressed,
    )


def record_posting(
    review: Review,
    refused: Iterable[Inline],
    denial: Denial | None = None,
    *,
    urls: tuple[str, ...] = (),
    closed: int = 0,
    notes: tuple[str, ...] = (),
) -> Review:
    """The review after GitHub took what it would: `urls`, `closed` as in `Review`, `notes` after those that it has.

    Comments that were refused move to the summary. Where GitHub took none at all (`denial`), the changes do not count as
    seen: the next round puts the comments at their lines.
    """
    gone = set(refused)
    why = "GitHub accepts no comment on its line" if denial is None else denial.because
    moved = [InSummary(placement.finding, why, Rule.COMMENTS_REFUSED, anchored=True) for placement in gone]
    in_summary = sorted((*review.in_summary, *moved), key=lambda placement: _gravity(placement.finding))

    return replace(
        review,
        inline=tuple(placement for placement in review.inline if placement not in gone),
        in_summary=tuple(in_summary),
        denial=denial,
        seen=review.seen if denial is None else frozenset(),
        urls=urls,
        closed=closed,
        notes=(*review.notes, *notes),
    )


def dedupe(findings: Iterable[Finding]) -> list[Finding]:
    """One finding a fingerprint, the gravest and surest of each, worst first."""
    kept: dict[str, Finding] = {}
    for finding in worst_first(findings):
        kept.setdefault(fingerprint(finding), finding)
    return list(kept.values())


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """By severity, then the surest, then by place."""
    return sorted(findings, key=_gravity)


def cap(placements: Sequence[Placement], max_comments: int, room: int | None = None) -> list[Placement]:
    """Move inline placements beyond the limit into the summary: `room` of its comments are left, all if it is None."""
    remaining = max_comments if room is None else room
    others = "more severe ones" if remaining == max_comments else "open threads and more severe ones"
    reason = f"the limit of {max_comments} comments went to {others}"

    kept = list[Placement]()
    for placement in placements:
        if not isinstance(placement, Inline):
            kept.append(placement)
        elif remaining > 0:
            remaining -= 1
            kept.append(placement)
        else:
            kept.append(InSummary(placement.finding, reason, Rule.COMMENTS_LIMIT, anchored=True))
    return kept


def _gravity(finding: Finding) -> tuple[int, int, str, int]:
    return finding.severity.rank, finding.confidence.rank, finding.path, finding.start_line


def _without_guess(placement: Placement) -> Placement:
    """A guess is reported, but opens no thread unless a second reader could follow it: threads cost a person's time.

    What is neither sure nor grave, and was not confirmed, is a guess too.
    """
    finding = placement.finding
    if not isinstance(placement, Inline) or finding.checked is Verification.CONFIRMED:
        return placement
    if finding.confidence is Confidence.LOW:
        return InSummary(finding, "its confidence is low", Rule.CONFIDENCE_FLOOR, anchored=True)

    doubtful = finding.checked is Verification.UNSURE and finding.confidence is Confidence.MEDIUM
    if doubtful and not reaches(finding, Severity.HIGH):
        return InSummary(finding, "the second reader could not confirm it", Rule.VERIFY_UNSURE, anchored=True)
    return placement
