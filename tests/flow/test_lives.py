"""Who runs beside whom, and what a start knows of those before it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from kireji.core.operations.perils import Past, RiskyPart
from kireji.flow.isolation import Isolation
from kireji.flow.lives import Lives

NEW = Past()
DIED = {0: (), 1: (RiskyPart.DIFF,), 2: (RiskyPart.DIFF, RiskyPart.CONTEXT), 3: (RiskyPart.DIFF,) * 3}


class FakePerils:
    """In memory; `lines` are what was written, in order."""

    def __init__(self, past: Past = NEW) -> None:
        self.past = past
        self.lines = list[str]()
        self.kin = dict[str, Past]()

    async def begin(self, job: str) -> Past:
        """What a test says; its kin have what was said of them."""
        return self.kin.get(job, NEW if "#" in job else self.past)

    async def enter(self, job: str, part: RiskyPart) -> None:
        """Note it."""
        self.lines.append(f"{job} enters {part.name}")

    async def leave(self, job: str) -> None:
        """Note it."""
        self.lines.append(f"{job} leaves")

    async def forget(self, job: str) -> None:
        """Note it."""
        self.lines.append(f"{job} is over")
        self.kin.pop(job, None)

    async def suspect(self, kin: str, past: Past) -> None:
        """Keep it."""
        self.kin[kin] = past


@pytest.mark.parametrize(
    ("deaths", "suspect", "over"), [(0, False, False), (1, False, False), (2, True, False), (3, True, True)]
)
def test_what_a_start_knows(deaths: int, *, suspect: bool, over: bool) -> None:
    """Two deaths make it a suspect, three are the end."""
    past = Past(DIED[deaths])
    assert (past.suspect, past.over) == (suspect, over)


async def test_an_end_is_an_end_and_a_stop_is_none() -> None:
    """A job that ended, well or not, is forgotten; one that was stopped with its worker is not, and is in no part any more."""
    perils = FakePerils()
    async with Lives(perils).begun("good") as life, life.part(RiskyPart.DIFF):
        pass
    with pytest.raises(ValueError, match="no"):
        async with Lives(perils).begun("bad") as life, life.part(RiskyPart.CONTEXT):
            raise ValueError("no")
    with pytest.raises(asyncio.CancelledError):
        async with Lives(perils).begun("stopped") as life, life.part(RiskyPart.DIFF):
            raise asyncio.CancelledError
    assert perils.lines == [
        *("good enters DIFF", "good leaves", "good is over"),
        *("bad enters CONTEXT", "bad leaves", "bad is over"),
        *("stopped enters DIFF", "stopped leaves"),
    ]


async def test_the_next_push_to_a_suspect_is_suspected_at_once() -> None:
    """It runs alone from its first start, and one death is its last; other pull requests are not suspected."""
    perils = FakePerils(Past(DIED[2]))
    async with Lives(perils).begun("a push", kin="a#1"):
        pass
    for own, deaths in ((0, 2), (1, 3)):
        perils.past = Past(DIED[own])
        async with Lives(perils).begun("the next push", kin="a#1") as life:
            assert (len(life.past.died), life.past.suspect, life.past.over) == (deaths, True, deaths == 3)
        async with Lives(perils).begun("another", kin="a#2") as life:
            assert not life.past.suspect


async def test_who_died_beside_anothers_poison_is_cleared() -> None:
    """Alone it came through the part that it had died in; not so one that did without that part, or that failed."""
    perils = FakePerils(Past((RiskyPart.DIFF, RiskyPart.FINDINGS)))
    with pytest.raises(ValueError, match="no"):
        async with Lives(perils).begun("a try", kin="a#1"):
            raise ValueError("no")
    assert perils.kin["a#1"].suspect

    async with Lives(perils).begun("the next", kin="a#1") as life:
        assert life.past.over  # its own two deaths and those that it inherits
    assert perils.kin["a#1"].suspect

    perils.kin.clear()
    async with Lives(perils).begun("bystander", kin="b#1") as life:
        assert life.past.suspect
    assert perils.kin == {}


@asynccontextmanager
async def running(turns: Isolation, seen: list[str], name: str, *, alone: bool = False) -> AsyncIterator[asyncio.Event]:
    """A job that runs until its event is set; `seen` says when it began and ended."""
    end = asyncio.Event()

    async def run() -> None:
        async with turns.alone() if alone else turns.together():
            seen.append(f"{name} begins")
            await end.wait()
            seen.append(f"{name} ends")

    task = asyncio.create_task(run())
    await _settled()
    yield end
    end.set()
    await task


async def _settled() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_a_suspect_waits_for_the_others_and_they_wait_for_it() -> None:
    """Nobody begins beside it; between two suspects whoever has waited has a turn."""
    turns, seen = Isolation(), list[str]()
    async with (
        running(turns, seen, "a") as first,
        running(turns, seen, "suspect", alone=True) as suspect,
        running(turns, seen, "b") as second,
        running(turns, seen, "next suspect", alone=True) as other,
    ):
        assert seen == ["a begins"]
        first.set()
        await _settled()
        suspect.set()
        await _settled()
        assert seen[-1] == "b begins"
        second.set()
        await _settled()
        other.set()
    assert seen == [
        *("a begins", "a ends", "suspect begins", "suspect ends"),
        *("b begins", "b ends", "next suspect begins", "next suspect ends"),
    ]


async def test_nobody_is_held_up_for_ever() -> None:
    """A suspect waits so long for a long review, and others so long for a long suspect."""
    turns, seen = Isolation(quiet=0.01, alone=0.01), list[str]()
    async with running(turns, seen, "long"), running(turns, seen, "suspect", alone=True), running(turns, seen, "other"):
        while len(seen) < 3:  # noqa: ASYNC110 - no event tells it
            await asyncio.sleep(0.01)
        assert seen == ["long begins", "suspect begins", "other begins"]


async def test_a_suspect_that_is_stopped_opens_the_door() -> None:
    """Also while it waits for the others."""
    turns, seen = Isolation(), list[str]()
    async with running(turns, seen, "long"):
        waiting = asyncio.create_task(_alone(turns))
        await _settled()
        waiting.cancel()
        await _settled()
        async with running(turns, seen, "other"):
            assert seen == ["long begins", "other begins"]


async def _alone(turns: Isolation) -> None:
    async with turns.alone():
        raise AssertionError


@pytest.mark.parametrize(("deaths", "alone"), [(0, False), (1, True), (2, True), (3, False)])
async def test_after_its_first_death_a_job_runs_alone(deaths: int, *, alone: bool) -> None:
    """So a second death is its own, not one of those beside it; one that is over does nothing that could end a process."""
    isolation, seen = Isolation(quiet=0.01), list[str]()
    async with Lives(FakePerils(Past(DIED[deaths])), isolation).begun("job"):
        beside = asyncio.create_task(_together(isolation, seen))
        await asyncio.sleep(0.01)
        assert seen == ([] if alone else ["beside"])
    await beside
    assert seen == ["beside"]


async def _together(isolation: Isolation, seen: list[str]) -> None:
    async with isolation.together():
        seen.append("beside")
