"""Lost deliveries are asked for again: those, once, and not while nobody is there to take them."""

import pytest

from kireji.core.operations.hook_log import WINDOW, Attempt, Gap, Memory, dump, load
from kireji.errors import DefectError, TransientError, UserError
from kireji.flow.upkeep import missed
from kireji.flow.upkeep.missed import NAME, sweep_deliveries
from tests.fakes.clock import FakeClock
from tests.fakes.upkeep import FakeHooks, FakeUpkeep

MINUTE = 60.0


class Place:
    """The sweep's surroundings."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.upkeep = FakeUpkeep()
        self.hooks = FakeHooks(self.upkeep)

    def logged(self, guid: str, status: int = 503, ago: float = 5 * MINUTE, **more: bool) -> None:
        """Another attempt in the log."""
        at = self.clock.now().timestamp() - ago
        self.hooks.log.insert(0, Attempt(len(self.hooks.log) + 1, guid, "pull_request", "opened", at, status, **more))
        self.hooks.log.sort(key=lambda one: -one.id)

    async def sweep(self) -> list[str]:
        """What one sweep asked for."""
        before = len(self.hooks.asked)
        await sweep_deliveries(self.hooks, self.upkeep, self.clock)
        return self.hooks.asked[before:]

    @property
    def memory(self) -> Memory:
        """What the last sweep left."""
        return load(self.upkeep.saved[NAME], 0)


async def test_what_failed_is_asked_for_once() -> None:
    """The next sweep finds it here and asks for nothing; what arrived is never asked for."""
    place = Place()
    place.logged("lost")
    place.logged("here", 202)
    place.upkeep.here = {"here"}
    assert await place.sweep() == ["lost"]
    place.clock.advance(5 * MINUTE)
    assert await place.sweep() == []
    assert place.memory.missed == ()


async def test_what_does_not_come_is_not_asked_for_again_within_minutes() -> None:
    """Though the log has nothing new to say of it, it is remembered."""
    place = Place()
    place.logged("lost")
    place.logged("here", 202)
    place.hooks.up = False
    place.upkeep.here = {"here"}
    assert await place.sweep() == ["lost"]
    place.clock.advance(5 * MINUTE)
    assert await place.sweep() == []
    place.clock.advance(5 * MINUTE)
    assert await place.sweep() == ["lost"]


async def test_while_nobody_is_at_home_one_is_tried() -> None:
    """When it comes, all the others are asked for in the same sweep."""
    place = Place()
    for number in range(20):
        place.logged(f"lost{number}", 0, ago=(60 - number) * MINUTE)
    place.hooks.up = False
    assert await place.sweep() == ["lost0"]
    assert len(place.clock.sleeps) == missed.LOOKS
    place.clock.advance(5 * MINUTE)
    place.hooks.up = True
    assert sorted(await place.sweep()) == sorted(f"lost{number}" for number in range(1, 20))


async def test_the_log_is_read_as_far_as_needed() -> None:
    """Three days at first; later the new pages only."""
    place = Place()
    place.hooks = FakeHooks(place.upkeep, page=10)
    for number in range(50):
        place.logged(f"g{number}", 202, ago=(500 - number) * MINUTE)
    assert await place.sweep() == []
    assert place.hooks.pages == 5
    place.logged("lost", ago=2 * MINUTE)
    place.logged("fine", 202, ago=2 * MINUTE)
    place.upkeep.here = {"fine"}
    assert await place.sweep() == ["lost"]
    assert place.hooks.pages == 6


async def test_a_long_log_is_read_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """What there was no time for has its turn later, and nothing is left out."""
    monkeypatch.setattr(missed, "PAGES", 2)
    place = Place()
    place.hooks = FakeHooks(place.upkeep, page=10)
    for number in range(50):
        place.logged(f"g{number}", 500 if number == 3 else 202, ago=(500 - number) * MINUTE)
    asked = [await place.sweep() for _ in range(4)]
    assert asked == [[], [], ["g3"], []]
    assert place.memory.gap is None


async def test_a_part_of_the_log_that_is_gone_is_given_up() -> None:
    """GitHub takes no old cursor for ever."""
    place = Place()
    now = place.clock.now().timestamp()
    place.upkeep.saved[NAME] = dump(Memory(now, now, gap=Gap("gone", now - WINDOW)))
    place.logged("lost", ago=MINUTE)
    place.logged("here", 202, ago=MINUTE)
    place.upkeep.here = {"here"}
    assert await place.sweep() == ["lost"]
    assert place.memory.gap is None


async def test_one_refusal_does_not_stop_the_others() -> None:
    """A delivery that GitHub no longer has is forgotten, one that it refuses for now is tried later."""
    place = Place()
    for number in range(3):
        place.logged(f"lost{number}", ago=(60 - number) * MINUTE)
    place.logged("here", 202)
    place.upkeep.here = {"here"}
    place.hooks.fail = {1: UserError("gone", "nothing"), 2: DefectError("no")}
    assert await place.sweep() == ["lost2"]
    assert [(one.guid, one.asks) for one in place.memory.missed] == [("lost1", 1), ("lost2", 1)]


async def test_a_sweep_that_breaks_off_knows_what_it_did() -> None:
    """What was asked for before GitHub failed is not asked for again by the next."""
    place = Place()
    place.logged("lost1", ago=9 * MINUTE)
    place.logged("lost2", ago=8 * MINUTE)
    place.logged("here", 202)
    place.upkeep.here = {"here"}
    place.hooks.up = False
    place.hooks.fail = {2: TransientError("GitHub answered 502")}
    with pytest.raises(TransientError):
        await place.sweep()
    assert place.hooks.asked == ["lost1"]
    place.hooks.fail = {}
    assert await place.sweep() == ["lost2"]


async def test_no_flood_in_one_sweep(monkeypatch: pytest.MonkeyPatch) -> None:
    """The rest follows in the next sweeps."""
    monkeypatch.setattr(missed, "AT_ONCE", 2)
    place = Place()
    for number in range(5):
        place.logged(f"lost{number}", ago=(60 - number) * MINUTE)
    place.logged("here", 202)
    place.upkeep.here = {"here"}
    assert [len(await place.sweep()) for _ in range(4)] == [2, 2, 1, 0]
