"""Review -> SARIF 2.1.0, as code scanning takes it. Rules are the categories.

Sources: OASIS's SARIF 2.1.0; GitHub's "SARIF support for code scanning", by which a severity of security is a rule's. So
the rule `security` has the gravest of this run's findings, and each result its own beside that.
"""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from kireji.core.diff.unified import Side, Unread
from kireji.core.findings.finding import Category, Finding, Place, Severity, fingerprint
from kireji.core.formats.report import ReportedFinding, ReviewReport, reported_findings
from kireji.core.formats.words import checked_in_a_word
from kireji.core.review.result import Review
from kireji.core.text.invisible import drop_invisible, encodable
from kireji.core.text.log_commands import disarm_commands_in_json
from kireji.core.text.neutral import neutral_line, neutralise
from kireji.core.wording import finding_words, money_words, review_words

Json = dict[str, Any]

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
HOME = "https://github.com/kireji/kireji"
LEVELS = {Severity.CRITICAL: "error", Severity.HIGH: "error", Severity.MEDIUM: "warning", Severity.LOW: "note"}
# GitHub's bounds: critical is over 9.0, high from 7.0, medium from 4.0.
SCORES = {Severity.CRITICAL: "9.5", Severity.HIGH: "8.0", Severity.MEDIUM: "5.5", Severity.LOW: "2.0"}
RULES = tuple(Category)


def sarif(report: ReviewReport) -> str:
    """The log, of one run. ASCII throughout, so that nothing in it acts on a terminal."""
    log = json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(report)]}, indent=2)
    return disarm_commands_in_json(log) + "\n"


def _run(report: ReviewReport) -> Json:
    review = report.review
    findings = reported_findings(review)
    version = {"semanticVersion": report.version} if report.version else {}

    run: Json = {
        "tool": {
            "driver": {
                "name": "Kireji",
                "informationUri": HOME,
                **version,
                "rules": [_rule(category, findings) for category in RULES],
            }
        },
        "automationDetails": {"id": "kireji/"},
        "columnKind": "unicodeCodePoints",
        "invocations": [
            {
                "executionSuccessful": review.coverage.complete,
                "toolExecutionNotifications": [*_notifications(review, findings)],
            }
        ],
        "results": [_result(reported) for reported in findings if reported.anchored],
    }

    properties: Json = {}
    if review.withheld:
        properties["withheld"] = list(review.withheld)
    if review.shortage is not None:
        properties["shortage"] = money_words.beyond(review.shortage)
    if properties:
        run["properties"] = properties

    if report.subject.repository:
        run["versionControlProvenance"] = [{"repositoryUri": report.subject.repository, "revisionId": review.head_sha}]
    return run


def _rule(category: Category, findings: tuple[ReportedFinding, ...]) -> Json:
    name = finding_words.CATEGORY_NAMES[category]
    properties: Json = {"tags": [category.value], "precision": "medium"}
    if category is Category.SECURITY:
        ranks = [reported.finding.severity for reported in findings if reported.finding.category is category]
        properties["security-severity"] = SCORES[min(ranks, key=lambda severity: severity.rank, default=Severity.HIGH)]

    return {
        "id": f"kireji/{category}",
        "name": "".join(word.capitalize() for word in category.split("_")),
        "shortDescription": {"text": f"A defect of {name}"},
        "fullDescription": {"text": f"What a reader of the change found in it: {name}."},
        "help": {"text": f"Kireji read the change and found a defect of {name}. Each result says what and why."},
        "helpUri": f"{HOME}/blob/main/app/guide/reviews.md",
        "defaultConfiguration": {"level": "warning"},
        "properties": properties,
    }


def _result(reported: ReportedFinding) -> Json:
    finding = reported.finding
    result: Json = {
        "ruleId": f"kireji/{finding.category}",
        "ruleIndex": RULES.index(finding.category),
        "level": LEVELS[finding.severity],
        "message": _message(finding),
        "locations": [{"physicalLocation": _location(finding)}],
        # The second is the only one that GitHub knows; it tells two uploads' results apart, or the same.
        "partialFingerprints": {
            "kireji/v1": fingerprint(finding),
            "primaryLocationLineHash": f"{fingerprint(finding)}:1",
        },
        "properties": {
            "severity": finding.severity,
            "confidence": finding.confidence,
            "side": finding.side,
            "shown": reported.where,
            "foundBy": finding.found_by,
        },
    }

    if checked := checked_in_a_word(finding):
        result["properties"]["checked"] = checked
    if finding.others:
        result["relatedLocations"] = [_related(number, place) for number, place in enumerate(finding.others, start=1)]
    if finding.category is Category.SECURITY:
        result["properties"]["security-severity"] = SCORES[finding.severity]
    if finding.replacement is not None and reported.where == "inline":
        result["fixes"] = [_fix(finding, finding.replacement)]
    return result


def _message(finding: Finding) -> Json:
    where = f" (deleted line {finding.start_line})" if finding.side is Side.LEFT else ""
    text = f"{' '.join(finding.title.split())}{where}\n\n{finding.explanation}"
    return {
        "text": drop_invisible(text).replace("](", "] ("),  # in plain text, too, SARIF would make a link of it
        "markdown": f"**{neutral_line(finding.title)}**{where}\n\n{neutralise(finding.explanation)}",
    }


def _location(finding: Finding) -> Json:
    """The file, and the lines in it; a deleted line is in no file any more."""
    location: Json = {"artifactLocation": _artifact(finding.path)}
    if finding.side is Side.RIGHT:
        location["region"] = {
            "startLine": finding.start_line,
            "endLine": finding.end_line,
            "snippet": {"text": encodable(finding.quote)},
        }
    return location


def _related(number: int, place: Place) -> Json:
    """A further place of the same defect."""
    location: Json = {"artifactLocation": _artifact(place.path)}
    if place.side is Side.RIGHT:
        location["region"] = {"startLine": place.line}
    return {"id": number, "physicalLocation": location, "message": {"text": "The same here"}}


def _artifact(path: str) -> Json:
    return {"uri": quote(path.encode("utf-8", "surrogateescape"), safe="/"), "uriBaseId": "%SRCROOT%"}


def _fix(finding: Finding, replacement: str) -> Json:
    """A region without columns is whole lines, but for the last one's end."""
    lines = {"startLine": finding.start_line, "endLine": finding.end_line}
    change = {
        "artifactLocation": _artifact(finding.path),
        "replacements": [{"deletedRegion": lines, "insertedContent": {"text": replacement.removesuffix("\n")}}],
    }
    return {"description": {"text": "Kireji's suggestion"}, "artifactChanges": [change]}


def _notifications(review: Review, findings: tuple[ReportedFinding, ...]) -> Iterator[Json]:
    """What was not read, and the findings that no line can be given."""
    for item in review.coverage.unread:
        yield _notification("warning", _unread(item))
    for reported in findings:
        if not reported.anchored:
            text = _message(reported.finding)["text"]
            yield _notification("note", f"{text}\n\nNot a result because {reported.reason}.")


def _notification(level: str, text: str) -> Json:
    return {"level": level, "message": {"text": drop_invisible(text)}}


def _unread(item: Unread) -> str:
    return f"{item.path}: {review_words.unread(item)}"
