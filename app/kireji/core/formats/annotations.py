"""Review -> GitHub's workflow commands: findings as annotations at their lines, in the log of an Actions step.

Each is one line that begins with "::"; what would end it early is escaped as GitHub's runner does it (source: GitHub's
workflow commands, and `@actions/core`). GitHub shows the first ten errors, warnings and notices of a step each.
"""

from collections.abc import Iterator

from kireji.core.diff.unified import Side
from kireji.core.findings.finding import Finding, Severity
from kireji.core.formats.report import ReviewReport, reported_findings
from kireji.core.text.invisible import drop_invisible
from kireji.core.text.log_commands import disarm_commands
from kireji.core.wording import review_words

COMMANDS = {Severity.CRITICAL: "error", Severity.HIGH: "error", Severity.MEDIUM: "warning", Severity.LOW: "notice"}


def annotations(report: ReviewReport) -> str:
    """A command for each finding that no thread reports already, without a file if it has no line; then the review's title."""
    lines = [*_commands(report), f"Kireji: {review_words.title(report.review)}"]
    return "".join(f"{line}\n" for line in lines)


def _commands(report: ReviewReport) -> Iterator[str]:
    for reported in reported_findings(report.review):
        if reported.where != "thread":
            yield _command(reported.finding) if reported.anchored else _unplaced(reported.finding)
    for item in report.review.coverage.unread:
        yield f"::warning title=Not everything was read::{_data(f'{item.path}: {review_words.unread(item)}')}"


def _command(finding: Finding) -> str:
    where = {"file": finding.path}
    if finding.side is Side.RIGHT:  # a deleted line is in no file any more
        where |= {"line": f"{finding.start_line}", "endLine": f"{finding.end_line}"}
    where["title"] = f"{finding.severity}: {finding.title}"
    properties = ",".join(f"{name}={_property(value)}" for name, value in where.items())
    return f"::{COMMANDS[finding.severity]} {properties}::{_data(finding.explanation)}"


def _unplaced(finding: Finding) -> str:
    """What fails a review must be seen, wherever it stands."""
    title = _property(f"{finding.severity}: {finding.title}")
    return f"::{COMMANDS[finding.severity]} title={title}::{_data(f'{finding.path}: {finding.explanation}')}"


def _data(text: str) -> str:
    return disarm_commands(drop_invisible(text)).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
