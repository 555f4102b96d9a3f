"""Review -> a page of Markdown: what the check run says, with the comments written out below it."""

from collections.abc import Iterator

from kireji.core.findings.placement import Inline
from kireji.core.formats.github import check_report
from kireji.core.formats.report import ReviewReport
from kireji.core.formats.words import badge, elsewhere, kind, path_code, where
from kireji.core.text.log_commands import disarm_commands
from kireji.core.text.neutral import fence_code, neutral_line, neutralise
from kireji.core.wording import review_words


def markdown(report: ReviewReport) -> str:
    """The page. What the model wrote is neutral in it, as it is on GitHub."""
    return disarm_commands("\n\n".join(part for part in _parts(report) if part) + "\n")


def _parts(report: ReviewReport) -> Iterator[str]:
    review = report.review
    check = check_report(review)

    yield f"# Kireji, {path_code(report.subject.name)}: {review_words.title(review)}"
    yield check.summary
    if review.inline:
        yield "### Findings at their lines"
    for placed in review.inline:
        yield _whole(placed)
    yield check.text


def _whole(placed: Inline) -> str:
    finding = placed.finding
    parts = [
        f"{badge(finding)} **{neutral_line(finding.title)}** ({where(finding)}; {kind(finding)})",
        neutralise(finding.explanation),
        *filter(None, [elsewhere(finding)]),
    ]

    if finding.replacement:
        parts += ["Suggestion:", fence_code(finding.replacement)]
    elif finding.replacement is not None:
        parts.append("Suggestion: delete the lines.")

    return "\n\n".join(parts)
