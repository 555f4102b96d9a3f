"""Reviews and check runs that were left behind: what is done about each."""

import contextlib
from dataclasses import replace

import pytest
from typing_extensions import override

from kireji.adapters.in_process.store import MemoryStore
from kireji.core.events.job import ReviewJob
from kireji.core.operations.lifecycle import ReviewRecord, ReviewState
from kireji.core.operations.mending import Fate, PullHead, Stray
from kireji.core.pulls.posting import Conclusion
from kireji.core.pulls.pull import PullRef
from kireji.errors import TransientError, UserError
from kireji.flow.upkeep.mend import AT_ONCE, GIVEN_UP, GRACE, REFUSED, Checks, Heads, mend_reviews
from tests.fakes.clock import START, FakeClock
from tests.fakes.forge import REF, FakeForge
from tests.fakes.upkeep import FakeUpkeep

NOW = START.timestamp()
REVIEW = ReviewRecord(
    id="octo/shop#5@head1/1",
    ref=REF,
    head_sha="head1",
    generation=1,
    attempt=1,
    state=ReviewState.RUNNING,
    note="",
    check_run_id=99,
    conclusion=None,
    created_at=NOW - 1000,
    started_at=NOW - 900,
    finished_at=NOW - 500,
    worker="w0",
)


class Ledger(MemoryStore):
    """A store that tells what was ended and closed."""

    def __init__(self) -> None:
        super().__init__()
        self.newer: str | None = None
        self.ended: list[tuple[ReviewState, str]] = []
        self.closed: list[Conclusion] = []

    @override
    async def newer_head(self, job: ReviewJob) -> str | None:
        return self.newer

    @override
    async def finish(self, review_id: str, state: ReviewState, note: str = "") -> None:
        self.ended.append((state, note))

    @override
    async def closed_check(self, review_id: str, conclusion: Conclusion) -> None:
        self.closed.append(conclusion)


class Refusing(FakeForge):
    """GitHub while it shows nothing."""

    error: Exception = UserError("GitHub found nothing", "Install the App")
    looks = 0

    @override
    async def check_conclusion(self, ref: PullRef, check_id: int) -> Conclusion | None:
        self.looks += 1
        raise self.error


@pytest.mark.parametrize(
    ("fate", "ended", "queued"),
    [
        (Fate.MISSING, [], [REVIEW.id]),
        (Fate.DONE, [(ReviewState.DONE, "")], []),
        (Fate.CANCELLED, [(ReviewState.CANCELLED, "")], []),
        (Fate.FAILED, [(ReviewState.FAILED, "an error in Kireji ended it")], []),
        (Fate.DEAD, [(ReviewState.FAILED, "it was begun several times and never came to its end")], []),
    ],
)
async def test_a_stray_review(fate: Fate, ended: list[tuple[ReviewState, str]], queued: list[str]) -> None:
    """One that was never queued is queued, one whose work is over ends with the reason."""
    store, upkeep = Ledger(), FakeUpkeep()
    upkeep.stray = (Stray(REVIEW, fate),)
    await mend_reviews(store, upkeep, FakeClock())
    assert (store.ended, upkeep.queued) == (ended, queued)
    assert upkeep.before == [NOW - GRACE]


@pytest.mark.parametrize(("minutes", "told"), [(20, True), (10, False)])
async def test_a_long_queue_is_told(caplog: pytest.LogCaptureFixture, minutes: int, told: bool) -> None:
    """The operator may have to start a worker; nothing is done to the review."""
    upkeep = FakeUpkeep()
    upkeep.waiting = NOW - minutes * 60
    await mend_reviews(Ledger(), upkeep, FakeClock())
    assert ("in the queue for 20 minutes" in caplog.text) is told


@pytest.mark.parametrize(
    ("state", "note", "newer", "title", "conclusion"),
    [
        (ReviewState.SUPERSEDED, "", "b" * 40, "Abandoned: the head moved to bbbbbbb", Conclusion.CANCELLED),
        (ReviewState.SUPERSEDED, "", None, "Abandoned: the head moved", Conclusion.CANCELLED),
        (ReviewState.CANCELLED, "", None, "Cancelled", Conclusion.CANCELLED),
        (ReviewState.FAILED, "defect", None, "Not reviewed: the review broke off", Conclusion.NEUTRAL),
        (ReviewState.DONE, "", None, "Reviewed, but the report was lost", Conclusion.NEUTRAL),
    ],
)
async def test_an_open_check_run_is_closed(
    state: ReviewState, note: str, newer: str | None, title: str, conclusion: Conclusion
) -> None:
    """It says what became of the review, and never that all is well."""
    forge, store, upkeep = FakeForge(), Ledger(), FakeUpkeep()
    store.newer = newer
    upkeep.left_open = (replace(REVIEW, state=state, note=note),)
    await Checks(forge, store, upkeep, FakeClock()).close()
    assert [(told.title, told.conclusion) for told in forge.reports] == [(title, conclusion)]
    assert store.closed == [conclusion]


@pytest.mark.parametrize(("found", "told"), [(99, 1), (None, 0)])
async def test_a_check_run_whose_number_nobody_noted(found: int | None, told: int) -> None:
    """The worker died right after it had opened it: it is found by its name and closed. If there is none, that is that."""
    forge, store, upkeep = FakeForge(), Ledger(), FakeUpkeep()
    forge.findable = found
    upkeep.left_open = (replace(REVIEW, state=ReviewState.SUPERSEDED, check_run_id=None),)
    await Checks(forge, store, upkeep, FakeClock()).close()
    assert (len(forge.reports), len(store.closed)) == (told, 1)


async def test_the_reason_of_a_failure_is_told() -> None:
    """Its note, as a sentence."""
    forge, upkeep = FakeForge(), FakeUpkeep()
    upkeep.left_open = (replace(REVIEW, state=ReviewState.FAILED, note="the database does not answer"),)
    await Checks(forge, Ledger(), upkeep, FakeClock()).close()
    assert forge.reports[0].summary.startswith("The database does not answer. The server's log has the details.")


async def test_a_report_that_is_there_is_not_replaced() -> None:
    """The check run is completed on GitHub, only the note of it was lost."""
    forge, store, upkeep = FakeForge(), Ledger(), FakeUpkeep()
    forge.conclusions = {99: Conclusion.SUCCESS}
    upkeep.left_open = (replace(REVIEW, state=ReviewState.FAILED),)
    await Checks(forge, store, upkeep, FakeClock()).close()
    assert (forge.reports, store.closed) == ([], [Conclusion.SUCCESS])


async def test_a_check_run_that_github_keeps_back_is_asked_for_once_an_hour() -> None:
    """And after three days it is given up."""
    forge, store, upkeep, clock = Refusing(), Ledger(), FakeUpkeep(), FakeClock()
    upkeep.left_open = (replace(REVIEW, state=ReviewState.FAILED),)
    checks = Checks(forge, store, upkeep, clock)
    await checks.close()
    await checks.close()
    assert forge.looks == 1
    clock.advance(REFUSED)
    await checks.close()
    assert (forge.looks, store.closed) == (2, [])
    clock.advance(GIVEN_UP)
    await checks.close()
    assert store.closed == [Conclusion.NEUTRAL]


@pytest.mark.parametrize(("retry_after", "looks"), [(60.0, [1, 0, 1]), (None, [2, 2, 2])], ids=["its limit", "a 500"])
async def test_a_passing_failure_is_for_the_next_turn(retry_after: float | None, looks: list[int]) -> None:
    """No further request where GitHub's limit for the installation is used up, until the time that GitHub named."""
    forge, store, upkeep, clock = Refusing(), Ledger(), FakeUpkeep(), FakeClock()
    forge.error = TransientError("GitHub answered", retry_after)
    upkeep.left_open = (replace(REVIEW, state=ReviewState.FAILED), replace(REVIEW, id="other"))
    checks, seen = Checks(forge, store, upkeep, clock), list[int]()
    for _ in looks:
        await checks.close()
        seen.append(forge.looks - sum(seen))
        clock.advance(40)
    assert (seen, store.closed) == (looks, [])


class OneBroken(FakeForge):
    """GitHub fails for one check run again and again: it answers 500, or not before the sweep's time is over."""

    def __init__(self, error: BaseException) -> None:
        super().__init__()
        self.error = error
        self.order: list[int] = []

    @override
    async def check_conclusion(self, ref: PullRef, check_id: int) -> Conclusion | None:
        self.order.append(check_id)
        if check_id == 1:
            raise self.error
        return Conclusion.SUCCESS

    @override
    async def pull_head(self, ref: PullRef) -> PullHead:
        self.order.append(ref.number)
        if ref.number == 1:
            raise self.error
        return PullHead("head2", open=True)


@pytest.mark.parametrize("error", [TransientError("GitHub answered 500"), TimeoutError()], ids=["500", "no answer"])
async def test_no_repository_holds_up_another(error: BaseException) -> None:
    """What failed comes after all others at the next turn, and a check run that fails for three days is given up."""
    forge, store, upkeep, clock = OneBroken(error), Ledger(), FakeUpkeep(), FakeClock()
    rows = [replace(REVIEW, id=f"{n}", check_run_id=n, state=ReviewState.FAILED) for n in range(1, AT_ONCE + 2)]
    checks = Checks(forge, store, upkeep, clock)
    upkeep.left_open = tuple(rows)
    for _ in range(2):
        with contextlib.suppress(TimeoutError):
            await checks.close()
    assert set(forge.order) == set(range(1, AT_ONCE + 2))
    upkeep.left_open = tuple(rows[:1])
    clock.advance(GIVEN_UP)
    with contextlib.suppress(TimeoutError):
        await checks.close()
    assert store.closed.count(Conclusion.NEUTRAL) == isinstance(error, TransientError)


@pytest.mark.parametrize("error", [TransientError("GitHub answered 500"), TimeoutError()], ids=["500", "no answer"])
async def test_no_head_holds_up_another(error: BaseException) -> None:
    """The others' heads are followed, at the next turn at the latest."""
    forge, upkeep = OneBroken(error), FakeUpkeep()
    upkeep.vain = tuple(replace(REVIEW, id=f"{n}", ref=replace(REF, number=n)) for n in (1, 2))
    heads = Heads(forge, upkeep, FakeClock())
    for _ in range(2):
        with contextlib.suppress(TimeoutError):
            await heads.follow()
    assert ("2", "head2") in upkeep.wanted


@pytest.mark.parametrize(("is_open", "head"), [(True, "head2"), (False, None)])
async def test_a_head_that_no_delivery_told_of(is_open: bool, head: str | None) -> None:
    """It is asked for, unless the pull request is closed."""
    forge, upkeep = FakeForge(), FakeUpkeep()
    forge.head_at_publish, forge.is_open = "head2", is_open
    upkeep.vain = (replace(REVIEW, state=ReviewState.SUPERSEDED),)
    await Heads(forge, upkeep, FakeClock()).follow()
    assert upkeep.wanted == [(REVIEW.id, head)]
