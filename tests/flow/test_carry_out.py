"""A review's life and path, with everything outside faked: what is told in which case."""

import asyncio
import json

import pytest
from typing_extensions import override

from app.adapters.journal import DirectJournal
from app.adapters.memory import MemoryStore
from app.core.answer import Outcome, Unanswered
from app.core.job import ReviewJob
from app.core.money import Usage
from app.core.posting import CheckReport, Conclusion
from app.core.prompt import Prompt
from app.errors import TransientError, UserError
from app.flow.carry_out import carry_out
from app.flow.world import Limits, World
from tests.fakes.clock import FakeClock
from tests.fakes.forge import REF, FakeForge
from tests.fakes.model import FakeModel, answer
from tests.make import FINDING

JOB = ReviewJob(REF, "head1")


def one_finding(prompt: Prompt) -> Outcome:
    """FINDING, wherever its file is in the chunk."""
    told = {
        "path": FINDING.path,
        "side": "RIGHT",
        "start_line": FINDING.start_line,
        "end_line": FINDING.end_line,
        "quote": FINDING.quote,
        "category": FINDING.category,
        "severity": FINDING.severity,
        "confidence": FINDING.confidence,
        "title": FINDING.title,
        "explanation": FINDING.explanation,
        "replacement": None,
    }
    return answer(json.dumps({"findings": [told] if FINDING.path in prompt.chunk else []}))


async def run(forge: FakeForge, model: FakeModel | None = None, clock: FakeClock | None = None) -> CheckReport:
    """Run a review; the last report of its check run."""
    clock = clock or FakeClock()
    journal, limits = DirectJournal(), Limits(chunk_tokens=500)
    world = World(forge, model or FakeModel(one_finding), MemoryStore(), journal, clock, limits)
    await carry_out(JOB, journal, world)
    return forge.reports[-1]


async def test_a_review_is_posted_and_told() -> None:
    """The check run opens at once, the finding is a comment at its line, and the check run closes with the account."""
    forge = FakeForge()
    report = await run(forge)
    assert forge.reports[0].conclusion is None
    assert [(comment.path, comment.line) for draft in forge.drafts for comment in draft.comments] == [
        ("shop/cart.py", 22)
    ]
    assert (report.title, report.conclusion) == ("1 finding in 3 hunks", Conclusion.NEUTRAL)


async def test_nothing_found_posts_no_review() -> None:
    """A clean pull request gets a green check run and no words."""
    forge = FakeForge()
    report = await run(forge, FakeModel(lambda _: answer()))
    assert not forge.drafts
    assert (report.title, report.conclusion) == ("No findings in 3 hunks", Conclusion.SUCCESS)


async def test_a_head_that_moved_before_reading_costs_nothing() -> None:
    """If the pull request has another head than the delivery told, no model call is made."""
    forge = FakeForge()
    forge.head = "head2"
    model = FakeModel(one_finding)
    report = await run(forge, model)
    assert not model.prompts
    assert (report.title, report.conclusion) == ("Abandoned: the head moved to head2", Conclusion.CANCELLED)


async def test_a_head_that_moved_while_reading_posts_nothing() -> None:
    """The head is looked at again before posting."""
    forge = FakeForge()
    forge.head_at_publish = "head3"
    report = await run(forge)
    assert not forge.drafts
    assert report.conclusion is Conclusion.CANCELLED


async def test_a_comment_that_github_refuses_is_told_in_the_check_run() -> None:
    """A refused comment is not lost: its text stands in the check run with the reason."""
    forge = FakeForge()
    forge.refuse = (0,)
    report = await run(forge)
    assert "The file is never closed" in report.text
    assert "GitHub takes no comment at its line" in report.text


async def test_a_model_that_fails_makes_a_review_that_says_so() -> None:
    """No answer at all: the check run says that nothing was read and why, and is not green."""
    forge = FakeForge()
    report = await run(forge, FakeModel(lambda _: Unanswered("Claude was overloaded (529)", Usage(), 1.0, 5)))
    assert (report.title, report.conclusion) == ("Not reviewed: nothing could be read", Conclusion.NEUTRAL)
    assert "Claude was overloaded (529)" in report.summary


@pytest.mark.parametrize(
    ("error", "title", "words", "conclusion"),
    [
        (
            UserError("Kireji may not read this repository", "Accept the new permission"),
            "Not reviewed: Kireji may not read this repository",
            "Accept the new permission",
            Conclusion.ACTION_REQUIRED,
        ),
        (
            TransientError("GitHub answered 502"),
            "Not reviewed: a service did not answer",
            "GitHub answered 502",
            Conclusion.NEUTRAL,
        ),
        (
            RuntimeError("secret inside"),
            "Not reviewed: an error in Kireji",
            "The server's log has the details",
            Conclusion.NEUTRAL,
        ),
    ],
)
async def test_a_failure_is_told_in_the_check_run_and_raised(
    error: Exception, title: str, words: str, conclusion: Conclusion
) -> None:
    """Whoever's mistake it is, the check run says that no review happened; an unforeseen error's text is not shown."""
    forge = FakeForge()
    forge.diff_error = error
    with pytest.raises(type(error)):
        await run(forge)
    report = forge.reports[-1]
    assert (report.title, report.conclusion) == (title, conclusion)
    assert words in report.summary
    assert "secret inside" not in report.summary


async def test_generated_files_are_skipped_and_named() -> None:
    """The base branch's .gitattributes decide what is generated; a change of such files only is not green but grey."""
    forge = FakeForge()
    forge.attributes = "*.py linguist-generated\n"
    report = await run(forge)
    assert (report.title, report.conclusion) == ("Nothing to review", Conclusion.SKIPPED)
    assert "`shop/cart.py`: generated" in report.text


async def test_a_passing_failure_is_waited_out_and_told() -> None:
    """GitHub names a time: the check run says until when the review waits, and then it goes on by itself."""
    forge, clock = FakeForge(), FakeClock()
    forge.fail_fetches = [TransientError("GitHub's limit is used up", retry_after=900)]
    report = await run(forge, clock=clock)
    assert [told.title for told in forge.reports] == [
        "Reading the pull request",
        "Waiting until 09:15 UTC",
        "1 finding in 3 hunks",
    ]
    assert clock.sleeps == [900]
    assert report.conclusion is Conclusion.NEUTRAL


async def test_a_wait_beyond_the_limit_ends_the_review() -> None:
    """A service that asks for a day is not waited for: the check run says what happened."""
    forge = FakeForge()
    forge.fail_fetches = [TransientError("GitHub's limit is used up", retry_after=86_400)]
    with pytest.raises(TransientError):
        await run(forge)
    assert forge.reports[-1].title == "Not reviewed: a service did not answer"


class _Steered(MemoryStore):
    """A store of a review that somebody cancelled, or that a newer one made void."""

    def __init__(self, *, cancelled: bool = False, newer: str | None = None) -> None:
        super().__init__()
        self._cancelled = cancelled
        self._newer = newer

    @override
    async def cancelled(self, review_id: str) -> bool:
        return self._cancelled

    @override
    async def newer_head(self, job: ReviewJob) -> str | None:
        return self._newer


class _LongSleep(FakeClock):
    """A clock whose sleep does not end."""

    def __init__(self) -> None:
        super().__init__()
        self.asleep = asyncio.Event()

    @override
    async def sleep(self, seconds: float) -> None:
        self.asleep.set()
        await asyncio.Event().wait()


@pytest.mark.parametrize(
    ("store", "title"),
    [
        (_Steered(cancelled=True), "Cancelled"),
        (_Steered(cancelled=True, newer="head1"), "Abandoned: a newer review was asked for"),
        (_Steered(), "Reading the pull request"),
    ],
    ids=["by a person", "and asked for again", "only here"],
)
async def test_a_review_that_is_cancelled_says_so(store: MemoryStore, title: str) -> None:
    """Its check run is closed; one that another process goes on with stays open."""
    forge = FakeForge()
    forge.fail_fetches = [TransientError("GitHub answered 502", retry_after=20)]
    clock = _LongSleep()
    world = World(forge, FakeModel(one_finding), store, DirectJournal(), clock, Limits())
    review = asyncio.create_task(carry_out(JOB, DirectJournal(), world))
    await clock.asleep.wait()
    review.cancel()
    with pytest.raises(asyncio.CancelledError):
        await review
    assert forge.reports[-1].title == title
    assert forge.reports[-1].conclusion is (None if title.startswith("Reading") else Conclusion.CANCELLED)


async def test_what_was_answered_before_a_failure_is_not_asked_again() -> None:
    """Posting fails and is tried again: the second try costs no model call, and the bill counts the first's."""
    forge, model = FakeForge(), FakeModel(one_finding)
    forge.fail_publishes = [TransientError("GitHub answered 502")]
    report = await run(forge, model)
    asked = len(model.prompts)
    assert len({prompt.chunk for prompt in model.prompts}) == asked
    assert f"{asked} call" in report.summary
