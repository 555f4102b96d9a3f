"""What is said on a merge queue's commit, from what the check runs of its pull requests say."""

from dataclasses import replace

import pytest

from kireji.core.events.happened import MergeGroupAsked
from kireji.core.events.payloads.checks import check_run
from kireji.core.findings.coverage import Coverage
from kireji.core.findings.finding import Severity
from kireji.core.formats.github import check_report, failure_report, held_report, moved_report, skipped_report
from kireji.core.operations.merge_queue import (
    MOST,
    GroupedPull,
    PostedCheck,
    QueueEntry,
    ReviewStanding,
    check_name,
    find_named_pull,
    group_report,
    judge_pull,
    select_group,
)
from kireji.core.pulls.posting import READ_WHOLE, CheckReport, Conclusion, HeadMoved, NotWanted
from kireji.core.pulls.pull import PullRef
from kireji.core.scope.skips import Skip, SkipReason
from kireji.core.wording import check_words, review_words
from kireji.core.wording.queue_words import UNKNOWN, group_failed
from kireji.errors import TransientError, UserError
from tests.fakes.clock import FakeClock
from tests.reviews import a_review

REF = PullRef("octo/shop", 7, 1)
HEAD = "a" * 40
GROUP = MergeGroupAsked(
    repo="octo/shop",
    installation=1,
    head_sha="g3",
    head_ref=f"refs/heads/gh-readonly-queue/release/1.x/pr-7-{HEAD}",
    base_sha="g0",
    base_ref="refs/heads/release/1.x",
)


def seen(report: CheckReport, number: int = 1, name: str = "") -> PostedCheck:
    """A check run of that report as GitHub shows it."""
    name = name or f"octo/shop#7@{HEAD}/{number}"
    return PostedCheck(number, name, report.title, report.conclusion, report.summary.startswith(READ_WHOLE))


PART = a_review()
WHOLE = replace(PART, coverage=Coverage(files=1, hunks=2, hunks_read=2, lines=9, lines_read=9), fail_on=None)
IN_PART = replace(WHOLE, skipped=(Skip("other.py", SkipReason.NOT_ASKED),))
REPORTS = {
    "whole, with findings": (check_report(WHOLE), ReviewStanding.REVIEWED),
    "whole, with a grave one": (check_report(replace(WHOLE, fail_on=Severity.LOW)), ReviewStanding.FAILS),
    "whole, without one": (check_report(replace(WHOLE, inline=(), in_summary=())), ReviewStanding.REVIEWED),
    "of some files only": (check_report(IN_PART), ReviewStanding.NOT_REVIEWED),
    "in part": (check_report(PART), ReviewStanding.NOT_REVIEWED),
    "in part, without a finding": (check_report(replace(PART, inline=(), in_summary=())), ReviewStanding.NOT_REVIEWED),
    "held back by the policy": (skipped_report(NotWanted("it has the label `no-review`")), ReviewStanding.LEFT_OUT),
    "paused": (skipped_report(NotWanted(check_words.paused("maria"))), ReviewStanding.NOT_REVIEWED),
    "nothing to read": (
        CheckReport(review_words.NOTHING_TO_READ, "", conclusion=Conclusion.SKIPPED),
        ReviewStanding.LEFT_OUT,
    ),
    "the head moved": (moved_report(HeadMoved("b" * 40), HEAD), ReviewStanding.NOT_REVIEWED),
    "a service failed": (failure_report(TransientError("Claude is overloaded")), ReviewStanding.NOT_REVIEWED),
    "somebody must mend it": (failure_report(UserError("No key.", "Set it.")), ReviewStanding.NOT_REVIEWED),
    "the report was lost": (
        CheckReport(*check_words.LOST_REPORT, conclusion=Conclusion.NEUTRAL),
        ReviewStanding.NOT_REVIEWED,
    ),
    "under way": (held_report(FakeClock().now()), ReviewStanding.NOT_REVIEWED),
}


@pytest.mark.parametrize("name", REPORTS)
def test_what_a_check_run_says_of_a_pull_request(name: str) -> None:
    """Every way in which a check run of ours ends, as it is written and read back."""
    report, standing = REPORTS[name]
    assert judge_pull(REF, HEAD, [seen(report)]) == GroupedPull(7, standing, report.title)


def test_a_pull_request_without_a_check_run() -> None:
    """It was not reviewed; the check runs of others, and of other heads of its own, count for nothing."""
    done = check_report(WHOLE)
    others = [
        seen(done, name=f"octo/shop#8@{HEAD}/1"),
        seen(done, name=f"octo/shop#7@{'b' * 40}/1"),
        seen(done, name="x"),
    ]
    assert judge_pull(REF, HEAD, []) == judge_pull(REF, HEAD, others) == GroupedPull(7, ReviewStanding.NOT_REVIEWED)


def test_the_newest_that_came_to_an_end_counts() -> None:
    """Neither one that is under way nor one that was cancelled takes back what was said before."""
    done, fails = REPORTS["whole, with findings"][0], REPORTS["whole, with a grave one"][0]
    cancelled, under_way = REPORTS["the head moved"][0], REPORTS["under way"][0]
    assert judge_pull(REF, HEAD, [seen(fails, 2), seen(done, 1)]).standing is ReviewStanding.FAILS
    assert judge_pull(REF, HEAD, [seen(done, 2), seen(fails, 1)]).standing is ReviewStanding.REVIEWED
    assert (
        judge_pull(REF, HEAD, [seen(under_way, 3), seen(cancelled, 2), seen(done, 1)]).standing
        is ReviewStanding.REVIEWED
    )
    assert judge_pull(REF, HEAD, [seen(under_way, 2), seen(cancelled, 1)]).said == cancelled.title


def test_a_renamed_repository_keeps_its_reviews() -> None:
    """The name in a check run is the repository's at that time."""
    assert (
        judge_pull(REF, HEAD, [seen(check_report(WHOLE), name=f"octo/store#7@{HEAD}/1")]).standing
        is ReviewStanding.REVIEWED
    )


DONE, LEFT = (
    GroupedPull(1, ReviewStanding.REVIEWED, "No findings in 2 hunks"),
    GroupedPull(2, ReviewStanding.LEFT_OUT, "Nothing to review"),
)
MISSING, FAILING = (
    GroupedPull(3, ReviewStanding.NOT_REVIEWED),
    GroupedPull(4, ReviewStanding.FAILS, "1 finding in 2 hunks"),
)
GROUPS: list[tuple[tuple[GroupedPull, ...], Conclusion, str]] = [
    ((DONE,), Conclusion.SUCCESS, "Reviewed: #1"),
    ((DONE, LEFT), Conclusion.SUCCESS, "Reviewed: #1"),
    ((LEFT,), Conclusion.SKIPPED, "Left out on purpose: #2"),
    ((DONE, MISSING), Conclusion.NEUTRAL, "Not reviewed as wanted: #3"),
    ((DONE, MISSING, FAILING), Conclusion.FAILURE, "Failing: #4"),
    ((), Conclusion.NEUTRAL, UNKNOWN),
    (
        tuple(replace(DONE, number=n) for n in range(1, 8)),
        Conclusion.SUCCESS,
        "Reviewed: #1, #2, #3, #4, #5 and 2 more",
    ),
]


@pytest.mark.parametrize(("pulls", "conclusion", "title"), GROUPS)
def test_the_group_s_check_run(pulls: tuple[GroupedPull, ...], conclusion: Conclusion, title: str) -> None:
    """It always has a conclusion, and names every pull request with what its own check run says."""
    report = group_report(pulls, whole=True)
    assert (report.conclusion, report.title) == (conclusion, title)
    for pull in pulls:
        said = pull.said or "it has no check run of Kireji's"
        assert f"- #{pull.number}: {pull.standing.value} ({said})" in report.summary


def test_what_is_said_where_the_queue_is_not_shown() -> None:
    """Then there may be more in it than its branch names."""
    assert "does not show all of this group" in group_report((DONE,), whole=False).summary
    assert "does not show all of this group" not in group_report((DONE,), whole=True).summary


def test_why_it_is_not_known() -> None:
    """With the remedy, if there is one; what nobody foresaw is kept for the log."""
    assert "Grant it." in group_failed(UserError("No right.", "Grant it."))[1]
    assert "secret" not in group_failed(ValueError("secret"))[1]


@pytest.mark.parametrize(
    ("ref", "number"),
    [
        (GROUP.head_ref, 7),
        (f"refs/heads/gh-readonly-queue/main/pr-104-{'b' * 64}", 104),
        (f"refs/heads/gh-readonly-queue/a/pr-1-{HEAD}/pr-2-{HEAD}", 2),  # a branch may be called so
        ("refs/heads/main", None),
        (f"refs/heads/gh-readonly-queue/main/pr-x-{HEAD}", None),
        (f"refs/heads/gh-readonly-queue/main/pr-{'9' * 19}-{HEAD}", None),
    ],
)
def test_the_pull_request_that_the_branch_names(ref: str, number: int | None) -> None:
    """The last that the group brings."""
    assert find_named_pull(replace(GROUP, head_ref=ref)) == number


def entry(number: int, base: str, head: str) -> QueueEntry:
    """A pull request in the queue."""
    return QueueEntry(number, f"head{number}", base, head)


FIRST, SECOND, THIRD, FOURTH = (entry(number, f"g{number - 1}", f"g{number}") for number in range(1, 5))


@pytest.mark.parametrize(
    ("base", "expected"),
    [("g2", (THIRD,)), ("g0", (FIRST, SECOND, THIRD)), ("g1", (SECOND, THIRD)), ("elsewhere", (FIRST, SECOND, THIRD))],
)
def test_a_group_brings_what_leads_from_its_base_to_its_head(base: str, expected: tuple[QueueEntry, ...]) -> None:
    """One pull request, or several where the queue builds them together."""
    assert select_group(replace(GROUP, base_sha=base), [FOURTH, THIRD, FIRST, SECOND]) == expected


def test_a_queue_that_has_moved_on() -> None:
    """Then only the branch names a pull request."""
    assert select_group(GROUP, [FIRST, SECOND]) == ()


def test_a_queue_is_read_to_its_limit_and_no_loop_is_followed() -> None:
    """Whatever GitHub answers."""
    long = [entry(number, f"g{number - 1}", f"g{number}") for number in range(500)]
    assert len(select_group(replace(GROUP, head_sha="g499"), long)) == MOST
    assert select_group(GROUP, [entry(1, "g3", "g2"), entry(2, "g2", "g3")]) == (
        entry(1, "g3", "g2"),
        entry(2, "g2", "g3"),
    )


def test_the_group_s_check_run_is_no_review_s() -> None:
    """A Re-run at it is taken for nothing else."""
    name = check_name(replace(GROUP, head_sha=HEAD))
    about = {"repository": {"full_name": "octo/shop"}, "sender": {"login": "maria", "type": "User"}}
    assert check_run({"action": "rerequested", "check_run": {"head_sha": HEAD, "external_id": name}, **about}) is None
