"""An outage of the web process: what GitHub could not deliver comes in by itself, each once."""

from dataclasses import replace

import pytest

from kireji.adapters.store.reviews import finish
from kireji.core.operations.lifecycle import ReviewState
from kireji.errors import UserError
from tests.sandbox.github import Repository
from tests.sweeps.office import Office, eventually

LOST = 20


def opened(office: Office, repo: Repository, number: int, action: str = "opened", **more: bool) -> str:
    """GitHub delivers; the guid."""
    return office.github.deliver("pull_request", action=action, repo=repo, number=number, **more).guid


def overtaken(office: Office) -> tuple[Repository, int, str]:
    """A pull request whose first delivery is lost, pushed to in the same second: GitHub's times do not tell them apart.

    (Where they do, a late delivery changes nothing: tests/adapters/store/test_pulls.py.)
    """
    repo = office.github.create_repo("octo/shop")
    pull = repo.open_pull(files={"a.py": "1\n"})
    opened(office, repo, pull.number, lost=True)
    head = repo.push(pull.number, {"a.py": "2\n"})
    repo.pull(pull.number).updated_at = pull.created_at
    return repo, pull.number, head


async def test_20_deliveries_are_recovered_after_an_outage(office: Office) -> None:
    """While nobody is there one is tried; afterwards all come, the one that was tried a turn later, and nothing twice."""
    repo = office.github.create_repo("octo/shop")
    numbers = [repo.open_pull(files={"a.py": f"{n}\n"}, branch=f"b{n}").number for n in range(LOST + 2)]
    for number in numbers[:2]:
        opened(office, repo, number)
    office.close()
    lost = {opened(office, repo, number) for number in numbers[2:]}
    assert len(office.reviews) == 2
    office.github.clear_traffic()

    assert await office.sweep_deliveries() == 1
    assert len(office.github.traffic) == 2

    office.open()
    office.clock.ahead += 300
    assert await office.sweep_deliveries() == LOST - 1
    office.clock.ahead += 300
    assert await office.sweep_deliveries() == 1
    await eventually(lambda: len(office.reviews) == LOST + 2)
    assert {one.ref.number for one in office.reviews} == set(numbers)
    assert set(office.states()) == {ReviewState.QUEUED}
    assert await office.upkeep.taken_deliveries(lost) == lost

    await eventually(lambda: len(office.github.deliveries) == 2 + LOST + 1 + LOST)
    office.clock.ahead += 7200
    assert await office.sweep_deliveries() == 0
    assert len(office.jobs.list(limit=100)) == LOST + 2
    arrived = [one.guid for one in office.github.deliveries if one.redelivery and one.status_code == 202]
    assert sorted(arrived) == sorted(lost)


async def test_only_what_matters_is_asked_for(office: Office) -> None:
    """Not a ping, not an action that asks for nothing, not one that was taken though GitHub heard no answer."""
    repo = office.github.create_repo("octo/shop")
    first, second = (repo.open_pull(files={"a.py": f"{n}\n"}, branch=f"b{n}").number for n in range(2))
    office.github.deliver("ping", lost=True)
    office.github.deliver("pull_request", action="assigned", repo=repo, number=first, lost=True)
    taken = opened(office, repo, first)
    log = office.github.world.deliveries
    log[-1] = replace(log[-1], status_code=504)
    lost = opened(office, repo, second, lost=True)
    assert await office.sweep_deliveries() == 1
    await eventually(lambda: office.github.deliveries[-1].redelivery)
    assert [one.guid for one in office.github.deliveries if one.redelivery] == [lost]
    assert taken != lost


async def test_the_log_is_read_page_by_page_and_then_from_where_it_ended(office: Office) -> None:
    """By GitHub's own cursor; a second sweep reads one page."""
    for _ in range(230):
        office.github.deliver("ping", lost=True)
    await office.sweep_deliveries()
    paths = [one.path for one in office.github.traffic]
    assert [path.partition("?")[0] for path in paths] == ["/app/hook/deliveries"] * 3
    assert sum("cursor=" in path for path in paths) == 2
    office.github.clear_traffic()
    office.github.deliver("ping")
    office.github.world.deliveries[:] = office.github.world.deliveries[-1:]
    await office.sweep_deliveries()
    assert len(office.github.traffic) == 1


async def test_an_app_that_github_does_not_know_is_told(office: Office) -> None:
    """By the words for people who can mend it."""
    stranger = Office(office.database, office.github, replace(office.identity, app_id=1))
    with pytest.raises(UserError, match="refused Kireji's credentials"):
        await stranger.sweep_deliveries()


async def test_an_old_push_that_comes_late_costs_nothing(office: Office) -> None:
    """Its delivery comes after the newer push's, so its review finds another head; the newer head is asked for again."""
    repo, number, new = overtaken(office)
    opened(office, repo, number, action="synchronize")
    assert await office.sweep_deliveries() == 1
    await eventually(lambda: len(office.reviews) == 2)
    old = next(one for one in office.reviews if one.generation == 2)
    assert office.states() == [ReviewState.SUPERSEDED, ReviewState.QUEUED]

    finish(office.database, old.id, ReviewState.SUPERSEDED, 1000.0)  # it found another head
    await office.mend()
    wanted = next(one for one in office.reviews if one.generation == 3)
    assert (wanted.head_sha, wanted.state) == (new, ReviewState.QUEUED)
    assert office.jobs.show(wanted.id)
    office.github.clear_traffic()
    await office.mend()
    assert (len(office.reviews), office.github.traffic) == (3, [])


async def test_a_head_that_has_its_review_is_not_reviewed_again(office: Office) -> None:
    """The late delivery came when the newer push had been reviewed; nor is it when GitHub sends that push once more."""
    repo, number, _ = overtaken(office)
    opened(office, repo, number, action="synchronize")
    finish(office.database, office.reviews[0].id, ReviewState.DONE, 1000.0)
    await office.sweep_deliveries()
    await eventually(lambda: len(office.reviews) == 2)
    late = next(one for one in office.reviews if one.generation == 2)
    finish(office.database, late.id, ReviewState.SUPERSEDED, 1000.0)
    await office.mend()
    opened(office, repo, number, action="synchronize")
    assert office.states() == [ReviewState.DONE, ReviewState.SUPERSEDED]
    assert await office.upkeep.in_vain(office.clock.now().timestamp()) == ()
