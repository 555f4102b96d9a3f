"""Twenty at once, from four processes, on both stores."""

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor

import pytest
from sqlalchemy import Engine

from kireji.adapters.store.ledger import sum_spent
from kireji.adapters.store.listing import list_reviews
from kireji.adapters.store.memo import recall
from kireji.adapters.store.schema import check
from kireji.adapters.store.slots import lease
from kireji.core.operations.lifecycle import Admission, ReviewState
from kireji.core.pulls.pull import PullRef
from tests.adapters.store import racers as jobs
from tests.adapters.store.make import CALL, REF, push, wanted_generation
from tests.adapters.store.racers import LIMIT, PROCESSES, RIVALS, SLOTS, TRIES, race


@pytest.fixture(scope="module")
def racers() -> Iterator[Executor]:
    """Processes, spawned once."""
    with ProcessPoolExecutor(PROCESSES, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield pool


@pytest.mark.proof
def test_many_upgrades_make_one(racers: Executor, empty_engine: Engine) -> None:
    """None fails, and the tables are there."""
    race(racers, empty_engine, jobs.upgrade)
    check(empty_engine)


@pytest.mark.proof
def test_a_delivery_is_taken_by_one(racers: Executor, engine: Engine) -> None:
    """The others learn that it is known."""
    assert sorted(race(racers, engine, jobs.deliver)) == [False] * (RIVALS - 1) + [True]


@pytest.mark.proof
def test_pushes_are_counted_and_one_review_is_left(racers: Executor, engine: Engine) -> None:
    """Every generation is given once; each stale review is told of once; the last push's review is the open one."""
    bumps = [bump for bumps in race(racers, engine, jobs.push_heads) for bump in bumps]
    pushes = RIVALS * TRIES
    assert sorted(bump.generation for bump in bumps) == [*range(1, pushes + 1)]
    assert wanted_generation(engine) == pushes
    (left,) = list_reviews(engine, state=ReviewState.QUEUED)
    assert left.generation == pushes
    stale = [record.id for record in list_reviews(engine, state=ReviewState.SUPERSEDED, limit=2 * pushes)]
    assert sorted(bump.superseded for bump in bumps if bump.superseded) == sorted(stale)
    assert len(stale) == pushes - 1


@pytest.mark.proof
def test_the_limit_of_a_repository_holds(racers: Executor, engine: Engine) -> None:
    """Exactly as many start as may."""
    for number in range(RIVALS):
        push(engine, "a", ref=PullRef(REF.repo, number))
    assert (
        sorted(race(racers, engine, jobs.start_review))
        == [Admission.FULL] * (RIVALS - LIMIT) + [Admission.STARTED] * LIMIT
    )
    assert len(list_reviews(engine, state=ReviewState.RUNNING)) == LIMIT


def test_a_slot_is_leased_to_one(racers: Executor, engine: Engine) -> None:
    """Who comes too late gets none."""
    names = race(racers, engine, jobs.lease)
    assert sorted(name for name in names if name) == [f"w{number}" for number in range(SLOTS)]


def test_an_expired_slot_is_taken_over_by_one(racers: Executor, engine: Engine) -> None:
    """Its work is recovered once."""
    lease(engine, "dead", 1000.0, 10.0, 1)
    assert sum(race(racers, engine, jobs.take_over)) == 1


def test_no_change_of_a_governor_is_lost(racers: Executor, engine: Engine) -> None:
    """Each sees what the one before it made."""
    counts = [count for counts in race(racers, engine, jobs.count) for count in counts]
    assert sorted(counts) == [*range(1, RIVALS * TRIES + 1)]


def test_answers_to_the_same_prompt_do_not_collide(racers: Executor, engine: Engine) -> None:
    """One is kept, all are in the ledger."""
    race(racers, engine, jobs.answer)
    assert recall(engine, CALL.key)
    assert sum_spent(engine, CALL.review_id).calls == RIVALS


def test_one_worker_takes_a_turn(racers: Executor, engine: Engine) -> None:
    """Of all that ask at once."""
    assert sum(race(racers, engine, jobs.take_turn)) == 1


def test_a_shared_rate_limit_is_used_up_and_not_exceeded(racers: Executor, engine: Engine) -> None:
    """Together they send what the limit allows; at most a part of a request is left in the hands of each."""
    assert 200 - RIVALS <= sum(race(racers, engine, jobs.spend)) <= 200
