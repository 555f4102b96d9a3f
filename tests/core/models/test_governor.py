"""Budgets that refill, and pauses: what is let through when."""

import json
from collections.abc import Mapping

import pytest
from hypothesis import given as cases
from hypothesis import strategies as st

from kireji.core.models.governor import (
    MAX_PAUSE,
    Admitted,
    Meter,
    RateBudget,
    ReportedLimit,
    WaitUntil,
    admit,
    dump_budget,
    full_budget,
    give_back,
    learn_limits,
    load_budget,
    overlay_limits,
    pause_until,
    refill,
    scarcer_report,
    seconds_until,
    take_share,
)

T0 = 1_800_000_000.0
ONE = {"requests": 1.0}


def budget(level: float = 0.0, *, size: float = 60.0, rate: float = 1.0, paused_until: float = 0.0) -> RateBudget:
    """A budget of requests, one a second unless told otherwise."""
    return RateBudget({"requests": Meter(size, rate, level)}, T0, paused_until)


def level(of: RateBudget) -> float:
    """What is left of the requests."""
    return of.meters["requests"].level


@pytest.mark.parametrize(
    ("known", "need", "moment"),
    [
        (RateBudget(), ONE, None),
        (budget(1), ONE, None),
        (budget(1), {}, None),
        (budget(1), {"unheard of": 9}, None),
        (budget(0.25), ONE, T0 + 0.75),
        (budget(-3), ONE, T0 + 4),
        (budget(60), {"requests": 1000}, None),
        (budget(59), {"requests": 1000}, T0 + 1),
        (budget(60, paused_until=T0 + 7), ONE, T0 + 7),
        (budget(0, paused_until=T0 + 0.5), ONE, T0 + 1),
        (budget(60, paused_until=T0), ONE, None),
        (budget(0, rate=0), ONE, T0 + MAX_PAUSE),
    ],
    ids=["nothing known", "just enough", "no need", "no meter", "a part", "debt", "oversize at full", "oversize",
         "pause", "pause and need", "pause over", "never refills"],
)  # fmt: skip
def test_what_may_go_and_when(known: RateBudget, need: Mapping[str, float], moment: float | None) -> None:
    """A request goes if all its meters have what it needs and no pause is on; else the moment is told."""
    outcome = admit(known, T0, need)
    assert (outcome.moment if isinstance(outcome, WaitUntil) else None) == moment


def test_a_notice_goes_during_a_pause_but_not_beyond_its_meter() -> None:
    """So a wait can be told, a few times a minute and not more."""
    paused = pause_until(full_budget(notices=(2, 0.1)), T0, T0 + 60)
    for _ in range(2):
        outcome = admit(paused, T0, {"notices": 1}, notice=True)
        assert isinstance(outcome, Admitted)
        paused = outcome.budget
    outcome = admit(paused, T0, {"notices": 1}, notice=True)
    assert isinstance(outcome, WaitUntil)
    assert outcome.moment == pytest.approx(T0 + 10)


def test_an_oversize_request_leaves_a_debt() -> None:
    """It goes on a full meter, and the next waits until all of it has come in."""
    outcome = admit(budget(60), T0, {"requests": 100})
    assert isinstance(outcome, Admitted)
    assert level(outcome.budget) == -40
    assert seconds_until(outcome.budget, T0, ONE) == 41


@pytest.mark.parametrize(
    ("known", "told", "left"),
    [
        (None, ReportedLimit(60, 12, T0), 12),
        (None, ReportedLimit(60, 12, T0 - 3), 15),
        (budget(30), ReportedLimit(60, 12, T0), 12),
        (budget(3), ReportedLimit(60, 12, T0), 3),
        (budget(30), ReportedLimit(20, 20, T0), 20),
        (budget(30), ReportedLimit(120, 90, T0), 90),
        (budget(-5), ReportedLimit(60, 0, T0), -5),
        (budget(5), ReportedLimit(60, 90, T0), 5),
    ],
    ids=["first", "told earlier", "others use it too", "ours are on their way", "lowered", "raised", "debt", "absurd"],
)
def test_what_the_service_tells_is_believed_unless_less_is_known(
    known: RateBudget | None, told: ReportedLimit, left: float
) -> None:
    """The limit is the service's word; the level the lesser of its count and ours."""
    learned = learn_limits(known or RateBudget(at=T0), T0, {"requests": told})
    assert learned.meters["requests"] == Meter(told.limit, told.limit / 60, left)


@pytest.mark.parametrize(
    ("one", "other", "left"),
    [
        (ReportedLimit(60, 0, T0), ReportedLimit(60, 2, T0), 0),
        (ReportedLimit(60, 2, T0), ReportedLimit(60, 0, T0), 0),
        (ReportedLimit(60, 0, T0), ReportedLimit(60, 2, T0 + 3), 2),
        (ReportedLimit(60, 0, T0), ReportedLimit(60, 9, T0 + 3), 0),
    ],
    ids=["overtaken", "in order", "refilled", "refilled less"],
)
def test_of_two_answers_the_one_that_leaves_less(one: ReportedLimit, other: ReportedLimit, left: float) -> None:
    """What a refusal told is not unlearned from an answer that was on its way before it."""
    assert scarcer_report(one, other).remaining == left


def test_pauses_only_grow_and_end() -> None:
    """A shorter pause does not end a longer one, and none outlasts the limit."""
    paused = pause_until(pause_until(budget(1), T0, T0 + 50), T0, T0 + 5)
    assert paused.paused_until == T0 + 50
    assert pause_until(paused, T0, T0 + 86_400).paused_until == T0 + MAX_PAUSE
    assert isinstance(admit(paused, T0 + 50, ONE), Admitted)


def test_a_clock_set_back_moves_everything_with_it() -> None:
    """The time until the next admission is what it was; a second's difference between machines moves nothing."""
    known = pause_until(budget(0), T0, T0 + 30)
    back = refill(known, T0 - 86_400)
    assert seconds_until(back, T0 - 86_400, ONE) == 30
    assert refill(known, T0 - 1) == known


def test_a_share_is_taken_and_given_back() -> None:
    """A process takes a part of each level; what it returns never overfills a meter."""
    rest, taken = take_share(budget(40), T0, 0.25)
    assert (level(rest), taken) == (30, {"requests": 10})
    assert level(give_back(rest, T0, taken)) == 40
    assert level(give_back(rest, T0 + 55, taken)) == 60
    assert take_share(budget(-3), T0, 0.25)[1] == {"requests": 0}


def test_known_limits_are_laid_over_what_was_kept() -> None:
    """A new version's limits hold at once; what was used stays used."""
    laid = overlay_limits(budget(10, size=60), full_budget(requests=(5, 0.1), points=(300, 10)))
    assert laid.meters == {"requests": Meter(5, 0.1, 5), "points": Meter(300, 10, 300)}


@pytest.mark.parametrize(
    "state",
    [
        {},
        {"meters": 3, "at": "now", "paused_until": None},
        {"meters": {"a": [1, 2], "b": [0, 1, 1], "c": [1, 1, "x"], "d": [True, 1, 1], "e": [1, -1, 1]}},
        {"at": float("nan"), "paused_until": float("inf")},
    ],
)
def test_a_kept_state_that_is_none_is_as_if_nothing_were_known(state: dict[str, object]) -> None:
    """Nothing known limits nothing; the service will tell."""
    assert load_budget(state) == RateBudget()


def test_a_budget_survives_json() -> None:
    """What is kept is what was known."""
    known = pause_until(budget(-1.5), T0, T0 + 3)
    assert load_budget(json.loads(json.dumps(dump_budget(known)))) == known


STEPS = st.lists(st.tuples(st.floats(0, 30), st.integers(1, 20)), min_size=1, max_size=60)


@cases(STEPS, st.integers(20, 200), st.floats(0.01, 10))
def test_no_stretch_of_time_sees_more_than_size_and_refill(
    steps: list[tuple[float, int]], size: int, rate: float
) -> None:
    """Whatever is asked whenever: between any two moments at most a full meter and what came in meanwhile goes."""
    known, now, gone = full_budget(requests=(size, rate)), T0, list[tuple[float, int]]()
    for passed, amount in steps:
        now += passed
        outcome = admit(known, now, {"requests": amount})
        if isinstance(outcome, Admitted):
            gone.append((now, amount))
        known = outcome.budget
    for index, (begin, _) in enumerate(gone):
        admitted = 0
        for end, amount in gone[index:]:
            admitted += amount
            assert admitted <= size + rate * (end - begin) + 1e-3


@cases(STEPS, st.integers(20, 200), st.floats(0.01, 10))
def test_waiting_as_told_is_enough(steps: list[tuple[float, int]], size: int, rate: float) -> None:
    """Time moves on: who comes back a moment after the moment that it was told is let through."""
    known, now = full_budget(requests=(size, rate)), T0
    for passed, amount in steps:
        now += passed
        outcome = admit(known, now, {"requests": amount})
        if isinstance(outcome, WaitUntil):
            now = outcome.moment + 1e-3
            outcome = admit(outcome.budget, now, {"requests": amount})
        assert isinstance(outcome, Admitted)
        known = outcome.budget


@cases(st.lists(st.floats(-100_000, 100_000), max_size=30), st.floats(0, 3600))
def test_a_clock_that_jumps_does_no_harm(jumps: list[float], told: float) -> None:
    """Wherever the clock goes, a request waits at most the pause, the refill and two machines' difference."""
    now = T0
    known = pause_until(budget(0), now, now + told)
    for jump in jumps:
        now += jump
        known = refill(known, now)
        assert seconds_until(known, now, ONE) <= told + 1 + 10
        assert level(known) <= 60
