"""A review's life and path, with everything outside faked: what is told in which case."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import ClassVar, TypeVar, cast

import pytest
from typing_extensions import override

from kireji.adapters.in_process.journal import DirectJournal
from kireji.adapters.in_process.store import MemoryStore
from kireji.core.events.job import ReviewJob
from kireji.core.models.answer import Answer, Outcome, Unanswered
from kireji.core.models.catalogue import Usage
from kireji.core.operations.lifecycle import Admission
from kireji.core.prompts import verify
from kireji.core.prompts.prompt import Prompt
from kireji.core.pulls.posting import CheckReport, Conclusion
from kireji.core.pulls.pull import PullRef
from kireji.core.wording import check_words, end_words
from kireji.errors import TransientError, UserError
from kireji.flow.review.carry_out import NAMED_WAITS, TURN_SECONDS, UNDER_WAY, carry_out
from kireji.flow.world import Limits, World
from kireji.ports import ANYBODY, Caller
from tests.fakes.apart import processes
from tests.fakes.clock import START, FakeClock
from tests.fakes.forge import REF, FakeForge
from tests.fakes.model import FakeModel, answer
from tests.make import DIFF, FINDING

T = TypeVar("T")

JOB = ReviewJob(REF, "head1")
HEAD = (
    """\
import json

def total(cart, rate):
    net = sum(cart)
    return net * rate
# end
"""
    + "\n" * 13
    + """\
def save(cart):
    path = cart.path
    handle = open(path, "w")
    handle.write(json.dumps(cart))
    return path
"""
)


def one_finding(prompt: Prompt) -> Outcome:
    """FINDING, wherever its file is in the chunk; the second reader confirms it."""
    if prompt.rules == verify.RULES:
        return answer(json.dumps({"checked": [{"n": 1, "why": "So it is.", "verdict": "confirmed"}]}))
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
    world = World(forge, model or FakeModel(one_finding), MemoryStore(), journal, clock, limits, apart=processes())
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


@pytest.mark.parametrize(
    ("replacement", "text", "offered", "told"),
    [
        ('    handle = open(path, "x")', "", True, ""),
        (
            '    handle = open(path, "x"))',
            "",
            False,
            "1 suggestion not offered for a commit: it could not be checked (1).",
        ),
        ("", "head", True, ""),
        ("    if path:", "head", False, "1 suggestion not offered for a commit: the file would no longer parse (1)."),
    ],
)
async def test_a_suggestion_is_offered_only_if_it_can_be_committed(
    replacement: str, text: str, offered: bool, told: str
) -> None:
    """It is tried on the head's file, if that can be had; what would not do is left out, and the check run says why."""
    row = json.loads(cast("Answer", one_finding(Prompt("", "", FINDING.path, 1))).text)["findings"][0]
    row["replacement"] = replacement
    forge = FakeForge()
    forge.head_files = {FINDING.path: HEAD} if text else {}
    report = await run(forge, FakeModel(lambda _: answer(json.dumps({"findings": [row]}))))
    assert ("```suggestion" in forge.drafts[0].comments[0].body) is offered
    assert told in report.text
    assert forge.reads.count(FINDING.path) == 1  # for the context and for this


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
    assert "GitHub accepts no comment on its line" in report.text


async def test_a_model_that_fails_makes_a_review_that_says_so() -> None:
    """No answer at all: the check run says that nothing was read and why, and is not green."""
    forge = FakeForge()
    report = await run(forge, FakeModel(lambda _: Unanswered("Claude was overloaded (529)", Usage(), 1.0, 5)))
    assert (report.title, report.conclusion) == ("Not reviewed: nothing was read", Conclusion.NEUTRAL)
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

    def __init__(self, *, cancelled: str | None = None, newer: str | None = None) -> None:
        super().__init__()
        self._cancelled = cancelled
        self._newer = newer

    @override
    async def cancelled(self, review_id: str) -> str | None:
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
        (_Steered(cancelled=""), "Cancelled"),
        (_Steered(cancelled=end_words.CLOSED), "Cancelled: the pull request was closed"),
        (_Steered(cancelled=check_words.CANCELLED_BY_COMMAND), "Cancelled in a comment"),
        (_Steered(cancelled="", newer="head1"), "Abandoned: a newer review was asked for"),
        (_Steered(), "Reading the pull request"),
    ],
    ids=["by the operator", "by closing the pull request", "by a comment", "and asked for again", "only here"],
)
async def test_a_review_that_is_cancelled_says_so(store: MemoryStore, title: str) -> None:
    """Its check run is closed; one that another process goes on with stays open."""
    forge = FakeForge()
    forge.fail_fetches = [TransientError("GitHub answered 502", retry_after=20)]
    clock = _LongSleep()
    world = World(forge, FakeModel(one_finding), store, DirectJournal(), clock, Limits(), apart=processes())
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


async def test_a_check_run_that_does_not_open_cuts_no_answer_off() -> None:
    """GitHub fails while Claude is being asked: the calls come to their end, then the check run is opened."""
    asked = asyncio.Event()

    class Slow(FakeModel):
        @override
        async def ask(self, prompt: Prompt, caller: Caller = ANYBODY) -> Outcome:
            outcome = await super().ask(prompt, caller)
            asked.set()
            for _ in range(20):
                await asyncio.sleep(0)
            return outcome

    class Failing(FakeForge):
        opened = 0

        @override
        async def open_check(self, ref: PullRef, head_sha: str, external_id: str, report: CheckReport) -> int:
            await asked.wait()
            self.opened += 1
            if self.opened == 1:
                raise TransientError("GitHub answered 502")
            return await super().open_check(ref, head_sha, external_id, report)

    forge, model = Failing(), Slow(one_finding)
    report = await run(forge, model)
    assert (forge.opened, report.title) == (2, "1 finding in 3 hunks")
    assert len({prompt.chunk for prompt in model.prompts}) == len(model.prompts)


class HeldModel(FakeModel):
    """Tells its callers, as often as `times` and each time `later` seconds on, that they are held back for a minute."""

    def __init__(self, clock: FakeClock, times: int = 1, later: float = 0.0) -> None:
        super().__init__(one_finding)
        self._clock = clock
        self._times = times
        self._later = later

    @override
    async def ask(self, prompt: Prompt, caller: Caller = ANYBODY) -> Outcome:
        """Hold the caller back, then answer."""
        if prompt.rules == verify.RULES:
            return await super().ask(prompt, caller)
        for _ in range(10):
            await asyncio.sleep(0)  # until the check run is open
        for _ in range(self._times):
            caller.held(self._clock.now() + timedelta(seconds=60))
            self._clock.advance(self._later)
        return await super().ask(prompt, caller)


@pytest.mark.parametrize(("times", "later", "told"), [(5, 10, 1), (2, 60, 2)], ids=["one wait", "two waits"])
async def test_a_wait_for_the_model_is_told_once(times: int, later: float, told: int) -> None:
    """However many calls wait, and however often that is noticed: the check run says so once, until the time is over."""
    forge, clock = FakeForge(), FakeClock()
    forge.text = DIFF.split("diff --git a/shop/old.py", maxsplit=1)[0]  # one chunk
    await run(forge, HeldModel(clock, times, later), clock)
    titles = [report.title for report in forge.reports]
    assert titles[1:-1] == [
        f"Waiting for Claude's rate limit until about 09:0{number} UTC" for number in range(1, told + 1)
    ]
    assert titles[-1] == "1 finding in 2 hunks"


async def test_the_wait_is_not_the_last_word() -> None:
    """The check run is completed after the wait was told, however long the telling takes."""

    class SlowForge(FakeForge):
        @override
        async def update_check(self, ref: PullRef, check_id: int, report: CheckReport) -> None:
            for _ in range(0 if report.conclusion else 50):
                await asyncio.sleep(0)
            await super().update_check(ref, check_id, report)

    forge, clock = SlowForge(), FakeClock()
    report = await run(forge, HeldModel(clock), clock)
    assert len(forge.reports) == 3
    assert report.conclusion is Conclusion.NEUTRAL


async def test_a_wait_told_after_the_end_opens_nothing_again() -> None:
    """A review is superseded while it waits for the model: whoever tells it of a wait then is not listened to."""
    forge, clock, asked = FakeForge(), FakeClock(), asyncio.Event()
    callers = list[Caller]()

    class Waiting(FakeModel):
        @override
        async def ask(self, prompt: Prompt, caller: Caller = ANYBODY) -> Outcome:
            callers.append(caller)
            asked.set()
            await asyncio.Event().wait()
            return answer()

    store = _Steered(newer="head2")
    world = World(
        forge, Waiting(one_finding), store, DirectJournal(), clock, Limits(chunk_tokens=500), apart=processes()
    )
    review = asyncio.create_task(carry_out(JOB, DirectJournal(), world))
    await asked.wait()
    review.cancel()
    await asyncio.wait({review})
    callers[0].held(clock.now() + timedelta(seconds=60))
    for _ in range(10):
        await asyncio.sleep(0)
    assert [report.title for report in forge.reports][1:] == ["Abandoned: the head moved to head2"]


async def test_the_model_is_told_who_asks() -> None:
    """Installations share it fairly; without one the repository stands for it."""
    forge, model = FakeForge(), FakeModel(one_finding)
    await run(forge, model)
    assert {caller.tenant for caller in model.callers} == {str(REF.installation)}


async def test_waits_that_a_service_names_do_not_use_up_the_tries() -> None:
    """Ten times GitHub's limit and the tries that fail without a time are counted apart; the review arrives."""
    forge, clock = FakeForge(), FakeClock()
    limited: list[Exception] = [TransientError("GitHub's rate limit is reached", retry_after=60) for _ in range(10)]
    forge.fail_fetches = [*limited[:5], TransientError("GitHub answered 502"), *limited[5:]]
    report = await run(forge, clock=clock)
    assert clock.sleeps == [60] * 5 + [10] + [60] * 5
    assert report.title == "1 finding in 3 hunks"


@pytest.mark.parametrize(
    ("admissions", "prompts", "sleeps", "title"),
    [
        ([Admission.OVER], 0, [60], "Abandoned: the head moved to head2"),
        ([Admission.FULL, Admission.STARTED], 2, [60, TURN_SECONDS], "1 finding in 3 hunks"),
        ([Admission.FULL, Admission.OVER], 0, [60, TURN_SECONDS], "Abandoned: the head moved to head2"),
    ],
    ids=["ended meanwhile", "no room", "neither"],
)
async def test_after_a_wait_a_review_is_admitted_as_at_the_start(
    admissions: list[Admission], prompts: int, sleeps: list[float], title: str
) -> None:
    """One that has ended costs nothing more and says why; one whose repository has no room waits for its turn."""

    class Store(_Steered):
        left: ClassVar[list[Admission]] = []

        @override
        async def start(self, review_id: str) -> Admission:
            return self.left.pop(0)

    store = Store(newer="head2" if Admission.OVER in admissions else None)
    store.left[:] = [Admission.STARTED, *admissions]
    forge, clock, model = FakeForge(), FakeClock(), FakeModel(one_finding)
    forge.fail_fetches = [TransientError("GitHub's limit is used up", retry_after=60)]
    await carry_out(
        JOB,
        DirectJournal(),
        World(forge, model, store, DirectJournal(), clock, Limits(chunk_tokens=500), apart=processes()),
    )
    assert (len(model.prompts), clock.sleeps, forge.reports[-1].title) == (prompts, sleeps, title)


async def test_waiting_has_an_end() -> None:
    """A service that names a time again and again is given up in the end, and that is told."""
    forge, clock = FakeForge(), FakeClock()
    forge.fail_fetches = [TransientError("GitHub's rate limit is reached", retry_after=60) for _ in range(100)]
    with pytest.raises(TransientError):
        await run(forge, clock=clock)
    assert len(clock.sleeps) == NAMED_WAITS
    assert forge.reports[-1].title == "Not reviewed: a service did not answer"


class CrashError(BaseException):
    """The process dies."""


class Remembering:
    """A journal like the engine's: finished steps in their order, and another name in a place is an error."""

    def __init__(self) -> None:
        self.done: list[tuple[str, object]] = []
        self.crash_before = ""
        self._place = 0

    async def step(self, name: str, call: Callable[[], Awaitable[T]], kind: object) -> T:  # noqa: ARG002 - the port's
        """Run it, or give what it gave."""
        if self.crash_before and name.startswith(self.crash_before):
            self.crash_before, self._place = "", 0
            raise CrashError
        place, self._place = self._place, self._place + 1
        if place < len(self.done):
            known, value = self.done[place]
            assert known == name
            return cast("T", value)
        self.done.append((name, await call()))
        return cast("T", self.done[-1][1])


@pytest.mark.parametrize("head", ["head1", "head2"], ids=["same head", "the head has moved"])
async def test_the_steps_are_the_same_after_a_crash(head: str) -> None:
    """Reading failed at first, and does not so the second time, or finds another head: what was posted stays posted."""
    forge, journal = FakeForge(), Remembering()
    forge.fail_fetches = [TransientError("GitHub answered 502")]
    world = World(
        forge, FakeModel(one_finding), MemoryStore(), journal, FakeClock(), Limits(chunk_tokens=500), apart=processes()
    )
    journal.crash_before = "close"
    with pytest.raises(CrashError):
        await carry_out(JOB, journal, world)
    assert len(forge.drafts) == 1
    forge.head = head
    await carry_out(JOB, journal, world)
    assert len(forge.drafts) == 1
    assert forge.reports[-1].conclusion is (Conclusion.NEUTRAL if head == "head1" else Conclusion.CANCELLED)


async def test_what_a_dead_worker_was_writing_is_waited_for() -> None:
    """Its request may still arrive: nothing is looked for, and nothing written, before it is over."""

    class Died(MemoryStore):
        waits: ClassVar[list[float]] = [7.0, 0.0, 0.0]

        @override
        async def writing(self, review_id: str, since: float, seconds: float) -> float:
            assert (since, seconds) == (START.timestamp(), UNDER_WAY)
            return self.waits.pop(0)

    forge, clock, store = FakeForge(), FakeClock(), Died()
    world = World(
        forge, FakeModel(one_finding), store, DirectJournal(), clock, Limits(chunk_tokens=500), apart=processes()
    )
    await carry_out(JOB, world.journal, world)
    assert clock.sleeps == [7.0]
    assert (len(forge.drafts), store.waits) == (1, [])
