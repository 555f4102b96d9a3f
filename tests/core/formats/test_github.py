"""What GitHub shows, as golden files: read tests/data/github/*.md to see it."""

import json
from dataclasses import asdict

from kireji.core.findings.coverage import Reading
from kireji.core.findings.finding import Severity, fingerprint
from kireji.core.formats.github import check_report, comment, review_draft, summary_comment
from kireji.core.review.assemble import EarlierRounds, ReviewedChange, Thresholds, assemble
from kireji.core.rounds.history import History
from kireji.core.scope.choose import Scope
from kireji.core.scope.skips import Skip, SkipReason
from tests.golden import golden
from tests.make import changes_of, chunk, finding
from tests.reviews import CART, OLD, PAID, a_review
from tests.threads import thread


def test_the_comments() -> None:
    """A comment: severity, title, explanation, suggestion, kind; foreign mentions, commands, images and HTML are dead."""
    draft = review_draft(a_review(), "marker")
    shown = "\n\n----\n\n".join(
        f"{each.path} {each.side} {each.start_line}-{each.line}\n\n{each.body}" for each in draft.comments
    )
    golden("github/comments.md", f"{draft.body}\n\n----\n\n{shown}\n")


def test_the_check_run() -> None:
    """The check run: table, coverage, what was not read, cost; then findings without a comment, and skips with reasons."""
    report = check_report(a_review(cache_dead=True))
    notes = json.dumps([asdict(note) for note in report.annotations], indent=1)
    golden(
        "github/check.md",
        f"# {report.title} ({report.conclusion})\n\n{report.summary}\n\n---- text\n\n{report.text}\n\n{notes}\n",
    )


def test_a_file_name_is_no_marker_of_ours() -> None:
    """What a file is called is shown, and never read back as what we said."""
    named = finding(path="<!-- kireji:said 5 -->.py")
    review = assemble(
        "abc", ReviewedChange(Scope((CART,), ())), (Reading(chunk(CART), (named,)),), PAID, Thresholds(30)
    )
    report = check_report(review)
    for page in (summary_comment(review), report.summary, report.text):
        assert "kireji:said 5" in page
        assert "<!-- kireji:said" not in page


def test_a_flood_is_cut_and_counted() -> None:
    """Ten thousand skipped files do not overflow GitHub's limit; the rest is counted."""
    skipped = tuple(Skip(f"vendor/lib/file{number}.js", SkipReason.VENDORED) for number in range(10_000))
    text = check_report(assemble("abc", ReviewedChange(Scope((), skipped)), (), PAID, Thresholds(30))).text
    assert len(text) <= 65_535
    assert "more." in text[-30:]


def test_one_line_comments_have_no_start_line() -> None:
    """GitHub wants `start_line` only where it is before `line`."""
    (placed,) = assemble(
        "abc", ReviewedChange(Scope((CART,), ())), (Reading(chunk(CART), (finding(),)),), PAID, Thresholds(30)
    ).inline
    assert comment(placed).start_line is None


def test_a_later_round() -> None:
    """What stands in its thread, what comes late, what is not told again, and what a policy leaves out."""
    rate = finding(quote="    return net * rate", start_line=5, end_line=5, title="`rate` may be @octo/team")
    old = finding(quote="    net = sum(cart)", start_line=4, end_line=4, title="A list of strings has no sum")
    waved = finding(quote="    handle.write(json.dumps(cart))", title="Waved away")
    small = finding(quote="def gone():", path="shop/old.py", severity=Severity.LOW, title="Too small")
    later = assemble(
        "abc1234",
        ReviewedChange(Scope((CART, OLD), ())),
        (Reading(chunk(CART, OLD), (finding(), rate, old, waved, small)),),
        PAID,
        Thresholds(30, Severity.MEDIUM, Severity.HIGH),
        earlier=EarlierRounds(
            History("a", seen=changes_of([CART]), dismissed=frozenset({fingerprint(waved)})),
            [thread(finding(), CART), thread(rate, CART)],
        ),
    )
    report = check_report(later)
    golden(
        "github/later.md", f"# {report.title} ({report.conclusion})\n\n{report.summary}\n\n---- text\n\n{report.text}\n"
    )
