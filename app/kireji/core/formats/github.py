"""Review -> what GitHub shows: inline comments, the review's body, the check run.

What the model wrote passes through `neutral` here, and nowhere else, on its way to a page. GitHub's limit: a body, or a
check run's summary, holds 65,535 characters (source: REST API, check runs).
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from kireji.core.diff.unified import Side
from kireji.core.findings.finding import Finding, fingerprint
from kireji.core.findings.placement import Inline, InSummary
from kireji.core.formats.words import badge, elsewhere, kind, path_code, where
from kireji.core.operations.lifecycle import ReviewRecord, ReviewState
from kireji.core.pulls.posting import (
    READ_WHOLE,
    Annotation,
    CheckAction,
    CheckReport,
    CommentDraft,
    Conclusion,
    HeadMoved,
    NotWanted,
    ReviewDraft,
)
from kireji.core.review.result import Review
from kireji.core.scope.skips import Skip
from kireji.core.text.invisible import drop_invisible
from kireji.core.text.neutral import fence_code, neutral_line, neutralise
from kireji.core.wording import check_words, denial_words, review_words
from kireji.core.wording.plurals import choose, count
from kireji.errors import TransientError, UserError

LIMIT = 65_535
# Room for each part, so that a flood in one cannot push out the others.
ROOM = 20_000
# The buttons of a completed check run: at most 3, label 20, description 40, identifier 20 characters (source: REST API).
ACTIONS = (
    CheckAction("Review again", "Review this commit once more", "review"),
    CheckAction("Deep review", "All of it, thought over and verified", "deep"),
    CheckAction("Pause", "Stop reviewing pushes", "pause"),
)


def comment(placed: Inline) -> CommentDraft:
    """An inline comment: severity and title, explanation, and the replacement as a suggestion, if there is one."""
    finding = placed.finding
    parts = [f"{badge(finding)} **{neutral_line(finding.title)}**", neutralise(finding.explanation), elsewhere(finding)]
    if finding.replacement is not None:
        # An empty block deletes the lines.
        parts.append(fence_code(f"{finding.replacement}\n" if finding.replacement else "", "suggestion"))
    parts.append(f"<sub>{kind(finding)}</sub>")
    start = placed.start_line if placed.start_line != placed.line else None
    return CommentDraft(finding.path, _join(parts), placed.side, placed.line, start, fingerprint(finding))


def review_draft(review: Review, marker: str) -> ReviewDraft:
    """The review to post: its comments stand in the order of `review.inline`."""
    comments = tuple(map(comment, review.inline))
    return ReviewDraft(review.head_sha, review_words.opening(len(comments), review.in_summary), comments, marker)


def check_report(review: Review) -> CheckReport:
    """The completed check run: findings, coverage, cost; in its text, what was not placed, not read and skipped."""
    summary = [
        READ_WHOLE if review.conclusion is Conclusion.NEUTRAL and review.whole else "",
        _table(review.findings),
        _standing(review.standing),
        review_words.closed(review.closed) if review.closed else "",
        _denied(review),
        review_words.in_part(review),
        *review.notes,
        review_words.read(review),
        _unread(review),
        f"⚠️ {review_words.CACHE_DEAD}" if review.bill.cache_dead else "",
        review_words.bill(review.bill),
    ]
    text = [
        _placed_here(review.in_summary),
        review_words.not_reported(review),
        review_words.rules_applied(review),
        _refuted(review),
        review_words.withheld(review.withheld),
        _skipped(review.skipped),
    ]

    return CheckReport(
        title=review_words.title(review),
        summary=_join(summary),
        text=_join(text),
        conclusion=review.conclusion,
        annotations=tuple(_annotation(placement.finding) for placement in review.in_summary if _annotates(placement)),
        actions=ACTIONS,
    )


def skipped_report(left: NotWanted) -> CheckReport:
    """The check run of a pull request that is not to be reviewed."""
    title, summary = check_words.not_reviewed(left.reason)
    return CheckReport(title, _join([summary, *left.notes]), conclusion=Conclusion.SKIPPED, actions=ACTIONS)


def summary_comment(review: Review) -> str:
    """The one comment in the conversation that a policy may ask for: what the check run says, in short."""
    head = f"**Kireji, {review_words.title(review)}** (commit `{review.head_sha[:7]}`)"
    return _join([head, _table(review.findings), _standing(review.standing), review_words.bill(review.bill)])


def moved_report(moved: HeadMoved, old_head: str) -> CheckReport:
    """The check run of a review that is no longer wanted."""
    title, summary = check_words.superseded(moved.head_sha, old_head)
    return CheckReport(title, summary, conclusion=Conclusion.CANCELLED)


def waiting_report(error: TransientError, until: datetime) -> CheckReport:
    """The check run of a review that will go on by itself; it stays in progress."""
    return CheckReport(*check_words.waiting(error, until))


def held_report(until: datetime) -> CheckReport:
    """The check run of a review that the model's rate limit holds back; it stays in progress."""
    return CheckReport(*check_words.held(until))


def failure_report(error: Exception) -> CheckReport:
    """The check run of a review that did not happen: red only where somebody in the repository can mend it."""
    title, summary = check_words.failed(error)
    conclusion = Conclusion.ACTION_REQUIRED if isinstance(error, UserError) else Conclusion.NEUTRAL
    return CheckReport(title[:255], summary, conclusion=conclusion)


def left_report(review: ReviewRecord, newer_head: str | None) -> CheckReport:
    """The check run that an ended review left open. `newer_head` is what its pull request wants since, if that is so."""
    match review.state:
        case ReviewState.SUPERSEDED if newer_head is not None:
            return moved_report(HeadMoved(newer_head), review.head_sha)
        case ReviewState.SUPERSEDED:
            return CheckReport(*check_words.MOVED_ON, conclusion=Conclusion.CANCELLED)
        case ReviewState.CANCELLED:
            return CheckReport(*check_words.cancelled(review.note), conclusion=Conclusion.CANCELLED)
        case ReviewState.DONE:
            return CheckReport(*check_words.LOST_REPORT, conclusion=Conclusion.NEUTRAL)
        case _:
            return CheckReport(*check_words.given_up(review.note), conclusion=Conclusion.NEUTRAL)


def _table(findings: Sequence[Finding]) -> str:
    if not findings:
        return ""
    rows = _rows(f"| {badge(finding)} | {where(finding)} | {neutral_line(finding.title)} |" for finding in findings)
    return "| severity | where | finding |\n|---|---|---|\n" + rows


def _standing(findings: Sequence[Finding]) -> str:
    if not findings:
        return ""
    rows = _rows(f"- {badge(finding)} {where(finding)}: {neutral_line(finding.title)}" for finding in findings)
    return f"**Still open in {choose(len(findings), 'its thread', 'their threads')}:**\n\n{rows}"


def _denied(review: Review) -> str:
    """Why findings stand here that would be comments, if GitHub took any."""
    if review.denial is None:
        return ""
    here = sum(placement.reason == review.denial.because for placement in review.in_summary)
    return denial_words.no_comments(review.denial, here)


def _unread(review: Review) -> str:
    if not review.coverage.unread:
        return ""
    rows = _rows(
        f"- {path_code(item.path)}: {neutral_line(review_words.unread(item))}" for item in review.coverage.unread
    )
    return f"**Not everything was read:**\n\n{rows}"


def _placed_here(placements: Sequence[InSummary]) -> str:
    if not placements:
        return ""
    return "### Findings without a comment of their own\n\n" + _rows(map(_whole, placements), between="\n\n")


def _whole(placement: InSummary) -> str:
    finding = placement.finding
    head = f"{badge(finding)} **{neutral_line(finding.title)}** ({where(finding)}; {kind(finding)})"
    why = f"<sub>Not a comment because {placement.reason}.</sub>"
    return _join([head, neutralise(finding.explanation), elsewhere(finding), why])


def _refuted(review: Review) -> str:
    """Grave findings that are not told, each with the second reader's reason."""
    if not review.grave_refuted:
        return ""
    rows = _rows(
        f"- {badge(refuted.finding)} {where(refuted.finding)}: {neutral_line(refuted.finding.title)}\n"
        f"  <br>Refuted: {neutral_line(refuted.reason) or 'no reason was given'}"
        for refuted in review.grave_refuted
    )
    return f"### Severe findings that the second reader refuted\n\n{rows}"


def _skipped(skips: Sequence[Skip]) -> str:
    if not skips:
        return ""
    rows = _rows(
        f"- {path_code(skip.path)}: {skip.reason}" + (f" ({neutral_line(skip.detail)})" if skip.detail else "")
        for skip in skips
    )
    return f"### Skipped on purpose: {count(len(skips), 'file')}\n\n{rows}"


def _annotates(placement: InSummary) -> bool:
    """Annotations stand on lines of the head's files only."""
    return placement.anchored and placement.finding.side is Side.RIGHT


def _annotation(finding: Finding) -> Annotation:
    # Annotations are plain text, in which nothing is a mention, a link or a command.
    level = "warning" if finding.severity.rank <= 1 else "notice"
    title, message = (drop_invisible(" ".join(text.split())) for text in (finding.title, finding.explanation))
    return Annotation(finding.path, finding.start_line, finding.end_line, level, title[:255], message)


def _rows(rows: Iterable[str], between: str = "\n") -> str:
    """As many rows as there is room for, and how many were left out."""
    kept = list[str]()
    size = 0
    left_out = 0

    for row in rows:
        size += len(row) + len(between)
        if size > ROOM:
            left_out += 1
        else:
            kept.append(row)

    if left_out:
        kept.append(f"… and {left_out:,} more.")
    return between.join(kept)


def _join(parts: Sequence[str]) -> str:
    return "\n\n".join(part for part in parts if part)[:LIMIT]
