"""What is read around a change, with GitHub and the repository in memory."""

import pytest

from kireji.adapters.in_process.journal import DirectJournal
from kireji.adapters.in_process.store import MemoryStore
from kireji.core.events.job import ReviewJob
from kireji.core.policy.model import Pieces
from kireji.core.secrets.spans import KnownSecrets
from kireji.errors import TransientError
from kireji.flow.review.surroundings import RepositoryView, look_around
from kireji.flow.world import Limits, World
from tests.core.context.test_search import FILES, HEAD
from tests.fakes.apart import processes
from tests.fakes.clock import FakeClock
from tests.fakes.code import FakeCode
from tests.fakes.forge import REF, FakeForge
from tests.fakes.model import FakeModel, answer

CALLER = "def show(prices):\n    return total(prices)\n"
SECRET = "AKIA" + "Z7QK2M4P9X3L" + "5R8T"


def code() -> FakeCode:
    """A caller, with a credential of its own, and what has nothing to do with it."""
    return FakeCode({"web/view.py": f'{CALLER}KEY = "{SECRET}"\n', "web/other.py": "x = 1\n"})


async def look(code: FakeCode | None, pieces: Pieces = Pieces()) -> RepositoryView:  # noqa: B008 - frozen
    """Look around the change of a signature."""
    forge = FakeForge()
    forge.head_files = {"shop/cart.py": HEAD}
    world = World(
        forge,
        FakeModel(lambda _: answer("")),
        MemoryStore(),
        DirectJournal(),
        FakeClock(),
        Limits(),
        code=code,
        apart=processes(),
    )
    return await look_around(ReviewJob(REF, "head1"), FILES, pieces, world, KnownSecrets())


async def test_what_a_search_finds_is_beside_the_rest() -> None:
    """And as little of it as anything else shows credentials."""
    around = await look(code())
    assert set(around.known.others) == {"web/view.py"}
    assert SECRET not in str(around.known)
    assert around.texts == {"shop/cart.py": HEAD}


@pytest.mark.parametrize("pieces", [Pieces(definitions=False, callers=False), Pieces()])
async def test_without(pieces: Pieces) -> None:
    """A policy that wants nothing of it, and a machine that cannot search."""
    asked = code()
    around = await look(asked if not pieces.callers else None, pieces)
    assert (around.known.others, asked.asked) == ({}, [])
    assert set(around.known.heads) == {"shop/cart.py"}


async def test_a_search_that_fails(caplog: pytest.LogCaptureFixture) -> None:
    """Less is known, and the log says why."""
    failing = code()
    failing.error = TransientError("git fetch: no")
    around = await look(failing)
    assert failing.asked == [("total", "rate_of")]
    assert (set(around.known.heads), around.known.others) == ({"shop/cart.py"}, {})
    assert "octo/shop#7 is not searched: git fetch: no" in caplog.text
