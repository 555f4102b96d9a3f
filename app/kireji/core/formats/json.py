"""Review -> JSON, for scripts. Names and meanings stay as they are; new ones may come beside them.

`deploy/review.schema.json` is made of the types below. Text that the model or a pull request wrote is in it as it is,
for programs, not pages; ASCII throughout, so that nothing in it acts on a terminal.
"""

import json as stdlib
from typing import Literal, NotRequired

from pydantic import TypeAdapter
from typing_extensions import TypedDict

from kireji.core.diff.unified import Side
from kireji.core.findings.finding import Category, Confidence, FoundBy, Severity, fingerprint
from kireji.core.findings.rules import Rule
from kireji.core.formats.report import ReportedFinding, ReviewReport, ReviewSubject, Where, reported_findings
from kireji.core.formats.words import CheckedWord, checked_in_a_word
from kireji.core.money.budget import Period, ReviewExtent, Shortage
from kireji.core.money.ledger import NANO, Bill
from kireji.core.pulls.posting import Conclusion
from kireji.core.review.result import Review
from kireji.core.review.rules_applied import dropped_by_rule
from kireji.core.review.suggestion import Withheld
from kireji.core.text.invisible import encodable
from kireji.core.text.log_commands import disarm_commands_in_json
from kireji.core.wording import review_words


class JsonPlace(TypedDict):
    """A line of a file of the diff."""

    path: str
    side: Side
    line: int


class JsonFinding(TypedDict):
    """One defect. Lines are 1-based, on `side`: RIGHT is the new file, LEFT the old one; 0 where the model named none."""

    fingerprint: str  # stays the same however it is worded and wherever the line moves
    path: str
    side: Side
    start_line: int
    end_line: int
    quote: str
    category: Category
    severity: Severity
    confidence: Confidence
    title: str
    explanation: str
    replacement: str | None  # stands for exactly these lines
    shown: Where
    reason: str  # why it is not inline, "" if it is
    rule: NotRequired[Rule | None]  # the rule that says so (app/guide/rules.md), null if it is inline
    checked: CheckedWord | None  # by a second reader, null where none was asked
    found_by: FoundBy
    others: list[JsonPlace]  # further places of the same defect


class JsonUnread(TypedDict):
    """Something that should have been read and was not."""

    path: str
    reason: str
    hunks: int


class JsonSkip(TypedDict):
    """A file left out on purpose."""

    path: str
    reason: str
    detail: str


class JsonCoverage(TypedDict):
    """How much of what should be read was read."""

    complete: bool
    files: int
    hunks: int
    hunks_read: int
    lines: int
    lines_read: int
    unread: list[JsonUnread]


class JsonBill(TypedDict):
    """What it cost. `input_tokens` excludes both cache counters."""

    model: str
    calls: int
    attempts: int
    input_tokens: int
    output_tokens: int
    cache_write_tokens: int
    cache_read_tokens: int
    dollars: float
    seconds: float
    cache_dead: bool


class JsonSubject(TypedDict):
    """What was reviewed; "" for what it does not have."""

    name: str
    repository: str
    base_sha: str
    head_sha: str


class JsonShortage(TypedDict):
    """A budget had no room for all of it: whose, what was done, and what all would have cost."""

    of: Period
    step: ReviewExtent
    room_dollars: float
    whole_dollars: float


class JsonReview(TypedDict):
    """A review by Kireji."""

    version: Literal[1]
    subject: JsonSubject
    title: str
    conclusion: Conclusion
    findings: list[JsonFinding]
    counts: dict[Severity, int]
    coverage: JsonCoverage
    skipped: list[JsonSkip]
    silenced: int
    minor: int
    dropped: NotRequired[dict[Rule, int]]  # how many findings each rule dropped (app/guide/rules.md)
    malformed: int
    closed: int
    withheld: list[Withheld]  # why each suggestion that is not offered is not
    shortage: JsonShortage | None
    notes: list[str]
    urls: list[str]
    bill: JsonBill


def json(report: ReviewReport) -> str:
    """The JSON text."""
    return disarm_commands_in_json(stdlib.dumps(value(report), indent=2)) + "\n"


def value(report: ReviewReport) -> JsonReview:
    """The same as a value."""
    review = report.review
    findings = reported_findings(review)
    severities = [reported.finding.severity for reported in findings]

    return {
        "version": 1,
        "subject": _subject(report.subject, review.head_sha),
        "title": review_words.title(review),
        "conclusion": review.conclusion,
        "findings": [_finding(reported) for reported in findings],
        "counts": {severity: severities.count(severity) for severity in Severity},
        "coverage": _coverage(review),
        "skipped": [
            {"path": encodable(skip.path), "reason": skip.reason, "detail": skip.detail} for skip in review.skipped
        ],
        "silenced": review.silenced,
        "minor": review.minor,
        "dropped": dict(dropped_by_rule(review)),
        "malformed": review.malformed,
        "closed": review.closed,
        "withheld": list(review.withheld),
        "shortage": None if review.shortage is None else _shortage(review.shortage),
        "notes": list(review.notes),
        "urls": list(review.urls),
        "bill": _bill(review.bill),
    }


def schema() -> dict[str, object]:
    """The JSON Schema (draft 2020-12) of what `json` writes."""
    top = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "A review by Kireji"}
    return top | TypeAdapter(JsonReview).json_schema() | top


def _subject(subject: ReviewSubject, head_sha: str) -> JsonSubject:
    return {
        "name": encodable(subject.name),
        "repository": subject.repository,
        "base_sha": subject.base_sha,
        "head_sha": head_sha,
    }


def _finding(reported: ReportedFinding) -> JsonFinding:
    finding = reported.finding
    others: list[JsonPlace] = [
        {"path": encodable(place.path), "side": place.side, "line": place.line} for place in finding.others
    ]

    return {
        "fingerprint": fingerprint(finding),
        "path": encodable(finding.path),
        "side": finding.side,
        "start_line": finding.start_line,
        "end_line": finding.end_line,
        "quote": finding.quote,
        "category": finding.category,
        "severity": finding.severity,
        "confidence": finding.confidence,
        "title": finding.title,
        "explanation": finding.explanation,
        "replacement": finding.replacement,
        "shown": reported.where,
        "reason": reported.reason,
        "rule": reported.rule,
        "checked": checked_in_a_word(finding),
        "found_by": finding.found_by,
        "others": others,
    }


def _shortage(short: Shortage) -> JsonShortage:
    return {
        "of": short.scarcest,
        "step": short.step,
        "room_dollars": float(short.room / NANO),
        "whole_dollars": float(short.whole / NANO),
    }


def _coverage(review: Review) -> JsonCoverage:
    covered = review.coverage
    unread: list[JsonUnread] = [
        {"path": encodable(item.path), "reason": item.reason, "hunks": item.hunks} for item in covered.unread
    ]

    return {
        "complete": covered.complete,
        "files": covered.files,
        "hunks": covered.hunks,
        "hunks_read": covered.hunks_read,
        "lines": covered.lines,
        "lines_read": covered.lines_read,
        "unread": unread,
    }


def _bill(bill: Bill) -> JsonBill:
    usage = bill.usage

    return {
        "model": bill.model,
        "calls": bill.calls,
        "attempts": bill.attempts,
        "input_tokens": usage.input_tokens,
        "output_tokens": usage.output_tokens,
        "cache_write_tokens": usage.cache_write_tokens,
        "cache_read_tokens": usage.cache_read_tokens,
        "dollars": float(bill.dollars),
        "seconds": round(bill.seconds, 3),
        "cache_dead": bill.cache_dead,
    }
