"""What each rule did to a review's findings: said in the check run, and in JSON."""

from dataclasses import replace

from kireji.core.findings.plausible import DroppedFinding
from kireji.core.findings.rules import Rule
from kireji.core.formats.github import check_report
from kireji.core.formats.json import value
from kireji.core.formats.report import ReviewReport, ReviewSubject
from kireji.core.review.rules_applied import dropped_by_rule, moved_by_rule
from kireji.core.wording.review_words import rules_applied
from tests.make import finding
from tests.reviews import a_review

NOTHING = replace(a_review(), in_summary=(), malformed=0)
STYLE = DroppedFinding(finding(), Rule.NIT_STYLE)
THERE = DroppedFinding(finding(), Rule.CLAIM_EXISTS)
FULL = replace(
    NOTHING, dropped=(THERE, STYLE, STYLE), silenced=3, dismissed=1, minor=4, repeated=1, standing=(finding(),)
)


def test_the_rule_that_drops_most_is_named_first() -> None:
    """Of equal counts, in the order of the page."""
    assert dropped_by_rule(FULL) == {
        Rule.SEVERITY_FLOOR: 4,
        Rule.NIT_STYLE: 2,
        Rule.PEOPLE_RESOLVED: 2,
        Rule.CLAIM_EXISTS: 1,
        Rule.DUPLICATE_SAME: 1,
        Rule.PEOPLE_DISMISSED: 1,
    }
    assert [*dropped_by_rule(FULL)][:3] == [Rule.SEVERITY_FLOOR, Rule.NIT_STYLE, Rule.PEOPLE_RESOLVED]


def test_what_opens_no_thread_is_counted_apart() -> None:
    """By the rule of each finding in the summary, and for each that a thread reports already."""
    assert moved_by_rule(FULL) == {Rule.THREAD_OPEN: 1}
    moved = moved_by_rule(a_review())
    assert sum(moved.values()) == len(a_review().in_summary)


def test_the_check_run_names_each_rule() -> None:
    """One line at its end; nothing where no rule did anything."""
    line = (
        "By rule: 11 dropped: 4 severity/floor, 2 nit/style, 2 people/resolved, 1 claim/exists, 1 duplicate/same, "
        "1 people/dismissed. 1 opened no thread: 1 thread/open."
    )
    assert line in check_report(FULL).text
    assert rules_applied(NOTHING) == ""


def test_json_counts_what_each_rule_dropped_and_names_it_beside_what_it_moved() -> None:
    """Ids are the page's."""
    subject = ReviewSubject("octo/shop#7", "b", "https://github.example/octo/shop", ())
    written = value(ReviewReport(FULL, subject))
    assert written["dropped"] == {
        "severity/floor": 4,
        "nit/style": 2,
        "people/resolved": 2,
        "claim/exists": 1,
        "duplicate/same": 1,
        "people/dismissed": 1,
    }
    assert written["findings"][-1]["rule"] == "thread/open"
    assert {row["rule"] for row in written["findings"] if row["shown"] == "inline"} <= {None}
