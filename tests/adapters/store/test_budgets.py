"""Budgets over the ledger and what open reviews have reserved, on both stores."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import Engine

from kireji.adapters.store.budgets import find_room, is_warm, remembered_keys, reserve
from kireji.adapters.store.ledger import record_call
from kireji.adapters.store.memo import remember
from kireji.adapters.store.reviews import finish
from kireji.core.events.job import ReviewJob
from kireji.core.models.answer import Stop
from kireji.core.models.catalogue import Usage
from kireji.core.money.budget import Budget, Claim, Granted, Period
from kireji.core.operations.lifecycle import ReviewState
from kireji.core.pulls.pull import PullRef
from tests.adapters.store.make import CALL, REF, call, push


def job(number: int, repo: str = REF.repo) -> ReviewJob:
    """A review of a pull request of its own."""
    return ReviewJob(PullRef(repo, number, REF.installation), "a")


def queue(engine: Engine, *jobs: ReviewJob) -> None:
    """Queue them."""
    for job in jobs:
        push(engine, "a", ref=job.ref)


def claim(*options: int, review: int | None = None, day: int | None = None, month: int | None = None) -> Claim:
    """A claim on budgets that began at 900 and 100."""
    return Claim(options, Budget(review, day, month), 900.0, 100.0)


def test_the_first_option_that_fits(engine: Engine) -> None:
    """By the scarcest budget, beside what calls have cost since it began."""
    queue(engine, job(1))
    record_call(engine, call(1, nanodollars=30, at=950.0, installation=42))
    record_call(engine, call(2, nanodollars=500, at=800.0, installation=42))
    record_call(engine, call(3, nanodollars=900, at=50.0, installation=42))
    record_call(engine, call(4, nanodollars=700, at=950.0, installation=43, repo="other/one"))
    assert reserve(engine, job(1), claim(80, 70, 60, day=100)) == Granted(1, 70, Period.DAY)
    assert reserve(engine, job(1), claim(80, 70, day=100, month=600)) == Granted(1, 70, Period.DAY)
    assert reserve(engine, job(1), claim(80, 70, day=100, month=590)) == Granted(None, 60, Period.MONTH, spent=False)
    assert reserve(engine, job(1), claim(80, 70)) == Granted(0)


def test_what_belongs_to_no_review(engine: Engine) -> None:
    """It sees what is spent and reserved, in its repository and in its installation, and reserves nothing."""
    queue(engine, job(1))
    reserve(engine, job(1), claim(30))
    record_call(engine, call(1, nanodollars=40, at=950.0, installation=42))
    assert find_room(engine, REF, claim(30, review=1, day=100)) == Granted(0, 30, Period.DAY)
    assert find_room(engine, REF, claim(31, day=100, month=90)) == Granted(None, 20, Period.MONTH)
    assert find_room(engine, replace(REF, repo="other/one"), claim(31, day=100)) == Granted(0, 100, Period.DAY)
    assert find_room(engine, REF, claim(30, day=100)).option == 0


def test_what_others_have_reserved(engine: Engine) -> None:
    """It counts until they end, less what they have spent of it; the own reservation is replaced."""
    queue(engine, job(1), job(2))
    reserve(engine, job(1), claim(60, day=100))
    assert reserve(engine, job(2), claim(60, 40, day=100)).option == 1
    assert reserve(engine, job(2), claim(60, 40, day=100)).option == 1
    record_call(engine, call(1, review_id=job(1).name, nanodollars=50, at=950.0))
    assert reserve(engine, job(2), claim(60, 40, day=100)).room == 40
    finish(engine, job(1).name, ReviewState.DONE, 1000.0)
    assert reserve(engine, job(2), claim(60, 40, day=100)).room == 50


def test_a_review_s_own_budget_counts_what_it_spent(engine: Engine) -> None:
    """Also in a process before this one."""
    queue(engine, job(1))
    record_call(engine, call(1, review_id=job(1).name, nanodollars=50))
    assert reserve(engine, job(1), claim(60, 40, review=100)) == Granted(1, 50, Period.REVIEW)


@pytest.mark.parametrize("by", ["day", "month"])
def test_claims_at_once_do_not_overspend(engine: Engine, by: str) -> None:
    """Ten reviews claim at the same time what there is room for three times."""
    jobs = [job(number, "octo/demo" if by == "day" else f"octo/r{number}") for number in range(1, 11)]
    queue(engine, *jobs)
    wanted = claim(30, **{by: 100})

    def ask(job: ReviewJob) -> Granted:
        return reserve(engine, job, wanted)

    with ThreadPoolExecutor(10) as pool:
        granted = list(pool.map(ask, jobs))
    assert sum(grant.option == 0 for grant in granted) == 3


def test_known_answers(engine: Engine) -> None:
    """Of many keys those that are remembered."""
    remember(engine, CALL, "answer", Stop.END)
    keys = [f"key-{number}" for number in range(1200)]
    assert remembered_keys(engine, keys) == {"key-1"}


def test_a_warm_cache(engine: Engine) -> None:
    """A call of this model that used the cache, and not too long ago."""
    record_call(engine, call(1, at=950.0))
    record_call(engine, replace(call(2, at=990.0), usage=Usage(5, 5, 0, 0)))
    assert is_warm(engine, CALL.model, 940.0)
    assert not is_warm(engine, CALL.model, 960.0)
    assert not is_warm(engine, "claude-sonnet-5-5", 940.0)


def his(*options: int, author: int, login: str = "mallory", day: float = 900.0) -> Claim:
    """A claim that is put down to an author."""
    return Claim(options, Budget(author=author), day, 100.0, login)


def test_an_author_s_budget(engine: Engine) -> None:
    """It counts what his pull requests of one repository have cost today or may still cost, whoever else spends beside him."""
    elsewhere = job(3, "other/one")
    queue(engine, job(1), job(2), elsewhere)

    assert reserve(engine, job(1), his(60, author=100)) == Granted(0, 100, Period.AUTHOR)
    assert reserve(engine, job(2), his(60, 30, author=100)) == Granted(1, 40, Period.AUTHOR)
    assert reserve(engine, job(2), his(40, author=100, login="Mallory")) == Granted(0, 40, Period.AUTHOR)
    assert reserve(engine, elsewhere, his(90, author=100)) == Granted(0, 100, Period.AUTHOR)

    record_call(engine, replace(call(1, nanodollars=80, at=950.0), review_id=job(1).name))
    finish(engine, job(1).name, ReviewState.DONE, 1000.0)

    assert reserve(engine, job(2), his(40, 20, author=100)) == Granted(1, 20, Period.AUTHOR)
    assert reserve(engine, job(2), his(90, author=100, login="alice")) == Granted(0, 100, Period.AUTHOR)
    assert reserve(engine, job(2), his(90, author=100, day=87_300.0)) == Granted(0, 100, Period.AUTHOR)


def test_what_others_ask_for_is_not_put_down_to_him(engine: Engine) -> None:
    """A claim without an author takes nothing from anybody's."""
    queue(engine, job(1), job(2))
    reserve(engine, job(1), replace(his(90, author=100), author=""))
    assert reserve(engine, job(2), his(100, author=100)) == Granted(0, 100, Period.AUTHOR)
