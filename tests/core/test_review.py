"""Readings -> Review: what is counted, what is shown, what colour."""

from decimal import Decimal

from app.core.diff import Unread
from app.core.finding import Category, Confidence, Severity
from app.core.ledger import Spent
from app.core.money import MODELS, Usage
from app.core.posting import Conclusion
from app.core.review import Bill, Reading, Review, assemble, bill, dedupe, refuse
from app.core.scope import Scope, Skip, SkipReason
from tests.make import chunk, files, finding

SPEC = MODELS["claude-haiku-4-5"]
CART, OLD = files()
SCOPE = Scope((CART, OLD), (Skip("poetry.lock", SkipReason.LOCK),))


def review(*readings: Reading, unserved: tuple[Unread, ...] = (), most: int = 30, scope: Scope = SCOPE) -> Review:
    """A review of DIFF."""
    return assemble("abc", scope, unserved, readings, Bill(SPEC.name), most=most)


def test_all_read_and_nothing_found_is_green() -> None:
    """Success needs every hunk read and no finding."""
    clean = review(Reading(chunk(CART)), Reading(chunk(OLD)))
    assert clean.conclusion is Conclusion.SUCCESS
    assert (clean.coverage.hunks_read, clean.coverage.hunks) == (3, 3)
    assert (clean.coverage.lines_read, clean.coverage.lines) == (10, 10)


def test_an_unread_chunk_is_never_green_and_says_what_was_missed() -> None:
    """A failed chunk makes the review partial: its hunks and lines are missing, with the reason."""
    partial = review(Reading(chunk(CART)), Reading(chunk(OLD), unread="Claude was overloaded"))
    assert partial.conclusion is Conclusion.NEUTRAL
    assert (partial.coverage.hunks_read, partial.coverage.hunks) == (2, 3)
    assert partial.coverage.lines_read == 8
    assert partial.coverage.unread == (Unread("shop/old.py", "Claude was overloaded", 1),)


def test_a_file_that_github_did_not_serve_is_never_green() -> None:
    """What could not be fetched counts as unread, even where its size is unknown."""
    partial = review(Reading(chunk(CART)), Reading(chunk(OLD)), unserved=(Unread("big.sql", "not served"),))
    assert partial.conclusion is Conclusion.NEUTRAL
    assert not partial.coverage.complete


def test_nothing_to_read_is_skipped_not_green() -> None:
    """A change of lock files only has no reviewed hunk: the check run is grey."""
    assert review(scope=Scope((), SCOPE.skipped)).conclusion is Conclusion.SKIPPED


def test_a_finding_makes_it_neutral() -> None:
    """Findings never show green, and by default do not block."""
    assert review(Reading(chunk(CART, OLD), (finding(),))).conclusion is Conclusion.NEUTRAL


def test_the_same_defect_told_twice_is_one_finding() -> None:
    """Path, category and quoted line name a finding; of two the graver stays, whatever their prose."""
    told = [
        finding(severity=Severity.LOW, title="A"),
        finding(severity=Severity.HIGH, title="B"),
        finding(category=Category.ERRORS),
    ]
    assert [(kept.title, kept.category) for kept in dedupe(told)] == [
        ("B", Category.RESOURCES),
        ("The file is never closed", Category.ERRORS),
    ]  # fmt: skip


def test_a_guess_opens_no_thread() -> None:
    """Low confidence goes to the summary, with its lines as an annotation."""
    guess = review(Reading(chunk(CART, OLD), (finding(confidence=Confidence.LOW),)))
    assert not guess.inline
    assert [(placed.reason, placed.anchored) for placed in guess.in_summary] == [("its confidence is low", True)]


def test_the_cap_keeps_the_gravest() -> None:
    """Beyond the limit findings are told in the summary, worst first inline."""
    grave = finding(severity=Severity.CRITICAL, quote="    net = sum(cart)")
    capped = review(Reading(chunk(CART, OLD), (finding(), grave)), most=1)
    assert [placed.finding.severity for placed in capped.inline] == [Severity.CRITICAL]
    assert [placed.reason for placed in capped.in_summary] == ["the limit of 1 comments went to graver ones"]


def test_a_refused_comment_moves_to_the_summary() -> None:
    """What GitHub refuses is not lost."""
    whole = review(Reading(chunk(CART, OLD), (finding(), finding(quote="    net = sum(cart)"))))
    rest = refuse(whole, whole.inline[:1])
    assert len(rest.inline) == 1
    assert rest.in_summary[0].finding == whole.inline[0].finding
    assert len(rest.findings) == 2


def test_the_bill_is_the_ledgers() -> None:
    """What a review has cost, in every process that worked on it, stands in the ledger; the bill says the same."""
    spent = Spent(3, 5, Usage(300, 40, 5000, 10_000), 7_750_000)
    paid = bill(SPEC, spent, [Reading(chunk(CART), usages=(Usage(100, 10, 5000, 0),))], 2.5, 4500)
    assert (paid.calls, paid.attempts, paid.usage) == (3, 5, spent.usage)
    assert paid.dollars == Decimal("0.00775")
    assert not paid.cache_dead


def test_a_cache_that_never_works_is_told() -> None:
    """Two calls in a row without cache traffic, with a prefix long enough, raise the flag; a short prefix does not."""
    readings = [Reading(chunk(CART), usages=(Usage(5000, 10),)), Reading(chunk(OLD), usages=(Usage(5000, 10),))]
    assert bill(SPEC, Spent(), readings, 1, 4500).cache_dead
    assert not bill(SPEC, Spent(), readings, 1, 4000).cache_dead
