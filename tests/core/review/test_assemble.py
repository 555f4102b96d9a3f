"""Readings -> Review: what is counted, what is shown, what colour."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from kireji.core.chunks.chunk import Chunk
from kireji.core.diff.unified import Side, Unread
from kireji.core.findings.coverage import Reading
from kireji.core.findings.finding import Category, Confidence, Finding, Severity
from kireji.core.findings.plausible import RefinedFindings
from kireji.core.models.catalogue import MODELS, Usage
from kireji.core.money.ledger import Bill, CallTotals, make_bill
from kireji.core.pulls.posting import Conclusion
from kireji.core.pulls.thread import Thread
from kireji.core.review.assemble import EarlierRounds, ReviewedChange, Thresholds, assemble, dedupe, record_posting
from kireji.core.review.result import Review
from kireji.core.rounds.history import History
from kireji.core.scope.choose import Scope
from kireji.core.scope.skips import Skip, SkipReason
from kireji.core.wording.review_words import not_reported, title, unread
from tests.make import changes_of, chunk, files, finding
from tests.threads import thread

SPEC = MODELS["claude-haiku-4-5"]
CART, OLD = files()
SCOPE = Scope((CART, OLD), (Skip("poetry.lock", SkipReason.LOCK),))


def review(*readings: Reading, unserved: tuple[Unread, ...] = (), most: int = 30, scope: Scope = SCOPE) -> Review:
    """A review of DIFF."""
    return assemble("abc", ReviewedChange(scope, unserved), readings, Bill(SPEC.name), Thresholds(most))


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


def test_what_the_model_wrote_and_nobody_could_use_is_never_green() -> None:
    """The lines were read, but not all that was said of them: the part is named, and is new to the next round."""
    partial = review(Reading(chunk(CART, OLD), rejected=("finding 1: path: no",)))
    assert (partial.conclusion, partial.coverage.hunks_read, partial.seen) == (Conclusion.NEUTRAL, 3, frozenset())
    assert title(partial) == "Partly reviewed: 3 of 3 hunks read; no findings"
    (row,) = partial.coverage.unread
    assert (row.path, unread(row)) == (
        "shop/cart.py and 1 more file",
        "read in part: Claude twice wrote a finding in a form other than the agreed one, and it could not be used",
    )
    both = review(Reading(chunk(CART)), Reading(Chunk((), 0), rejected=("a", "b")))
    assert [row.path for row in both.coverage.unread] == ["all files together"]


def test_a_file_that_github_did_not_serve_is_never_green() -> None:
    """What could not be fetched counts as unread, even where its size is unknown."""
    partial = review(Reading(chunk(CART)), Reading(chunk(OLD)), unserved=(Unread("big.sql", "not served"),))
    assert partial.conclusion is Conclusion.NEUTRAL
    assert not partial.coverage.complete


def test_nothing_to_read_is_skipped_not_green() -> None:
    """A change of lock files only has no reviewed hunk: the check run is grey."""
    nothing = review(scope=Scope((), SCOPE.skipped))
    assert (nothing.conclusion, title(nothing)) == (Conclusion.SKIPPED, "Nothing to review")


def test_what_code_finds_in_a_skipped_file_is_told() -> None:
    """Where no file is read by a model, a credential in one still counts, and text that speaks to the reviewer too."""
    left = RefinedFindings(
        (finding(path="shop/old.py", side=Side.LEFT, quote="def gone():", severity=Severity.CRITICAL),)
    )
    change = ReviewedChange(Scope((), SCOPE.skipped), beside=(OLD,))
    told = assemble("abc", change, (), Bill(SPEC.name), Thresholds(9), refined=left)
    assert (told.conclusion, title(told)) == (Conclusion.NEUTRAL, "1 finding")
    assert replace(told, fail_on=Severity.HIGH).conclusion is Conclusion.FAILURE
    assert replace(told, inline=(), standing=told.findings).conclusion is Conclusion.NEUTRAL
    addressed = replace(review(scope=Scope((), SCOPE.skipped)), addressed=True)
    assert (addressed.conclusion, title(addressed)) == (Conclusion.NEUTRAL, "No findings")


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
    assert [placed.reason for placed in capped.in_summary] == ["the limit of 1 comments went to more severe ones"]


def test_a_refused_comment_moves_to_the_summary() -> None:
    """What GitHub refuses is not lost, and as grave as it was."""
    whole = review(Reading(chunk(CART, OLD), (finding(), finding(quote="    net = sum(cart)"))))
    rest = record_posting(whole, whole.inline[:1])
    assert len(rest.inline) == 1
    assert rest.in_summary[0].finding == whole.inline[0].finding
    assert len(rest.findings) == 2
    only = replace(record_posting(whole, whole.inline), fail_on=Severity.HIGH)
    assert (only.inline, only.conclusion) == ((), Conclusion.FAILURE)


def test_the_bill_is_the_ledgers() -> None:
    """What a review has cost, in every process that worked on it, stands in the ledger; the bill says the same."""
    spent = CallTotals(3, 5, Usage(300, 40, 5000, 10_000), 7_750_000)
    paid = make_bill(SPEC, spent, [Usage(100, 10, 5000, 0)], 2.5, 4500)
    assert (paid.calls, paid.attempts, paid.usage) == (3, 5, spent.usage)
    assert paid.dollars == Decimal("0.00775")
    assert not paid.cache_dead


def test_a_cache_that_never_works_is_told() -> None:
    """Two calls in a row without cache traffic, with a prefix long enough, raise the flag; a short prefix does not."""
    usages = [Usage(5000, 10), Usage(5000, 10)]
    assert make_bill(SPEC, CallTotals(), usages, 1, 4500).cache_dead
    assert not make_bill(SPEC, CallTotals(), usages, 1, 4000).cache_dead


# -- Later rounds and policies -----------------------------------------------------------------------------------------

NET = finding(quote="    net = sum(cart)", start_line=4, end_line=4, severity=Severity.CRITICAL)
RATE = finding(quote="    return net * rate", start_line=5, end_line=5, severity=Severity.LOW)


def later(
    *told: Finding,
    history: History = History(),  # noqa: B008 - frozen
    threads: Sequence[Thread] = (),
    full: bool = False,
    most: int = 30,
    min_severity: Severity = Severity.LOW,
    fail_on: Severity | None = None,
) -> Review:
    """A review of DIFF in which these findings were made."""
    readings = (Reading(chunk(CART, OLD), told),)
    thresholds = Thresholds(most, min_severity, fail_on)
    earlier = EarlierRounds(history, threads, full=full)
    return assemble("abc", ReviewedChange(SCOPE), readings, Bill(SPEC.name), thresholds, earlier=earlier)


def test_what_stands_is_never_green() -> None:
    """While a thread of ours tells a finding that is still there, the check run is grey, and says so."""
    told = thread(finding(), CART)
    again = later(finding(), threads=[told])
    assert (again.findings, [each.title for each in again.standing]) == ((), ["The file is never closed"])
    assert again.holding == {told.node}
    assert again.conclusion is Conclusion.NEUTRAL
    assert title(again) == "No new findings, 1 still open in its thread"


def test_what_people_settled_does_not_keep_it_from_green() -> None:
    """A finding that was resolved or dismissed counts no more, and is counted."""
    settled = later(finding(), threads=[thread(finding(), CART, resolved=True)])
    assert (settled.conclusion, settled.silenced) == (Conclusion.SUCCESS, 1)
    assert not_reported(settled) == "1 finding is not reported again: resolved or dismissed before."


def test_titles_tell_what_still_stands() -> None:
    """New ones first, then those that threads tell; what was not read before either."""
    threads = [thread(each, CART) for each in (finding(), NET)]
    some = later(finding(), NET, RATE, threads=threads)
    assert title(some) == "1 finding, 2 still open in their threads"
    readings = (Reading(chunk(CART), (finding(), NET)), Reading(chunk(OLD), unread="Claude was overloaded"))
    partly = assemble(
        "abc", ReviewedChange(SCOPE), readings, Bill(SPEC.name), Thresholds(30), earlier=EarlierRounds(threads=threads)
    )
    assert title(partly) == "Partly reviewed: 2 of 3 hunks read; no new findings, 2 still open in their threads"


def test_what_was_read_is_seen() -> None:
    """Only what was read, for the next round to know."""
    readings = (Reading(chunk(CART)), Reading(chunk(OLD), unread="Claude was overloaded"))
    assert review(*readings).seen == changes_of([CART])


def test_a_late_find_goes_to_the_summary() -> None:
    """On lines that an earlier round read, unless the review is a full one; it is no comment, and not green."""
    history = History("a", seen=changes_of([CART, OLD]))
    late = later(finding(), history=history)
    assert (late.inline, late.conclusion) == ((), Conclusion.NEUTRAL)
    assert [(each.reason, each.anchored) for each in late.in_summary] == [
        ("an earlier review had already read these lines", True)
    ]
    assert later(finding(), history=history, full=True).inline


@pytest.mark.parametrize(
    ("floor", "shown", "sentence"),
    [
        (Severity.LOW, ["critical", "high", "low"], ""),
        (Severity.MEDIUM, ["critical", "high"], "1 finding below medium is not shown."),
        (Severity.CRITICAL, ["critical"], "2 findings below critical are not shown."),
    ],
)
def test_a_policy_s_floor(floor: Severity, shown: list[str], sentence: str) -> None:
    """What is less grave is counted and not shown; as grave is shown."""
    some = later(finding(), NET, RATE, min_severity=floor)
    assert [each.severity.value for each in some.findings] == shown
    assert not_reported(some) == sentence


def test_below_the_floor_is_green() -> None:
    """Whoever wants no small findings has none, also in the colour."""
    assert later(RATE, min_severity=Severity.HIGH).conclusion is Conclusion.SUCCESS


@pytest.mark.parametrize(
    ("fail_on", "told", "options", "conclusion"),
    [
        (None, NET, {}, Conclusion.NEUTRAL),
        (Severity.HIGH, NET, {}, Conclusion.FAILURE),
        (Severity.CRITICAL, NET, {}, Conclusion.FAILURE),
        (Severity.CRITICAL, finding(), {}, Conclusion.NEUTRAL),
        (Severity.LOW, RATE, {}, Conclusion.FAILURE),
        (Severity.LOW, RATE, {"min_severity": Severity.MEDIUM}, Conclusion.SUCCESS),
        (Severity.HIGH, NET, {"threads": [thread(NET, CART)]}, Conclusion.FAILURE),
        (Severity.HIGH, NET, {"threads": [thread(NET, CART, resolved=True)]}, Conclusion.SUCCESS),
        (Severity.HIGH, NET, {"most": 0}, Conclusion.FAILURE),
        (Severity.HIGH, finding(path="shop/none.py"), {}, Conclusion.FAILURE),
    ],
    ids=[
        *("no policy", "graver", "as grave", "less grave", "small", "below the floor"),
        *("standing", "resolved", "beyond the cap", "not in the diff"),
    ],
)
def test_a_policy_that_fails(
    fail_on: Severity | None, told: Finding, options: dict[str, Any], conclusion: Conclusion
) -> None:
    """Red is what a policy wants red, wherever the finding is told, if nobody settled it."""
    assert later(told, fail_on=fail_on, **options).conclusion is conclusion
