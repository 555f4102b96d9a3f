"""Nothing that a pull request holds keeps the event loop from the other reviews of its process."""

import asyncio
import contextlib
import hashlib
import time
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from kireji.adapters.apart import Processes
from kireji.adapters.in_process.journal import DirectJournal
from kireji.adapters.in_process.store import MemoryStore
from kireji.core.events.job import ReviewJob
from kireji.core.pulls.pull import Issue
from kireji.entry.service.heartbeat import LATE
from kireji.flow.review.prepare import PreparedReview, prepare
from kireji.flow.review.read_pull import UnpostedReview, read_pull
from kireji.flow.world import Limits, World
from tests.fakes.clock import FakeClock
from tests.fakes.forge import REF, FakeForge
from tests.fakes.model import FakeModel, answer

TICK = 0.01


@contextlib.asynccontextmanager
async def watched() -> AsyncIterator[list[float]]:
    """The longest stretch between two turns of the loop, in seconds of its own thread's work: what others do is not in it."""
    longest = [0.0]

    async def tick() -> None:
        while True:
            before = time.thread_time()
            await asyncio.sleep(TICK)
            longest[0] = max(longest[0], time.thread_time() - before)

    ticking = asyncio.create_task(tick())
    await asyncio.sleep(TICK)
    yield longest
    await asyncio.sleep(2 * TICK)  # what kept the loop last counts too
    ticking.cancel()


def added(path: str, text: str) -> str:
    """The diff of a new file."""
    lines = text.split("\n")
    body = "".join(f"+{line}\n" for line in lines)
    header = f"diff --git a/{path} b/{path}\nnew file mode 100644\n--- /dev/null\n+++ b/{path}\n"
    return f"{header}@@ -0,0 +1,{len(lines)} @@\n{body}"


PLAIN = "\n".join(
    f"def work_{number}(value): return other_{number}(value, 'text of {number}')" for number in range(1_500)
)
FILES = {
    "a grammar that hangs": {"a.js": "->" * 4_000, "b.py": "x = 1"},
    "a grammar that crashes": {"a.go": "[{" * 100_000, "b.py": "x = 1"},
    "many lines": {f"part{number}.py": PLAIN for number in range(5)},
    "one long line": {"a.py": "x = '" + "key" * 300_000 + "'"},
    "a row of quotation marks": {"a.py": 'cfg.password("' + "'" * 300_000},
    "a row of brackets": {"a.json": "[" * 300_000, "a.yaml": "- " * 100_000},
}


@pytest.mark.proof
@pytest.mark.parametrize("name", FILES)
async def test_the_loop_is_not_held(name: str) -> None:
    """For longer than the heartbeat's watch calls late."""
    files = FILES[name]
    forge = FakeForge("".join(added(path, text) for path, text in files.items()))
    forge.head_files = files
    await prepared(forge)


async def test_nor_by_what_people_write() -> None:
    """Titles, bodies and issues as long as GitHub lets them be."""
    text = ("the password of the key is: secret token = 'x'\n" * 1_400)[:65_000]
    forge = FakeForge()
    forge.pull = replace(
        forge.pull, body=text, issues=tuple(Issue(number, text[:250], text) for number in range(1, 11))
    )
    await prepared(forge)


async def test_nor_by_many_findings() -> None:
    """A credential in each of 1,500 lines, which are all alike as they are shown, or nearly so; no model is needed."""
    alike = "\n".join(f'password = "{secret(number)}"' for number in range(1_500))
    named = "\n".join(f'password{number} = "{secret(number)}"' for number in range(1_500))
    forge = FakeForge(added("a.py", alike) + added("b.py", named))
    async with watched() as longest, world_of(forge, 20.0) as world:
        read = await read_pull(ReviewJob(REF, "head1"), world)
    assert isinstance(read, UnpostedReview)
    assert len(read.review.findings) > 1_000
    assert longest[0] < LATE


def secret(number: int) -> str:
    """A password that nobody takes for a made-up one."""
    return hashlib.sha256(str(number).encode()).hexdigest()[:18]


@contextlib.asynccontextmanager
async def world_of(forge: FakeForge, seconds: float = 1.0) -> AsyncIterator[World]:
    """With processes that have so many seconds for a text."""
    pool = Processes({}, seconds=seconds)
    clock, journal = FakeClock(), DirectJournal()
    yield World(forge, FakeModel(lambda _: answer()), MemoryStore(), journal, clock, Limits(), apart=pool)
    pool.close()


async def prepared(forge: FakeForge) -> None:
    """Prepare a review; the loop goes on turning."""
    async with watched() as longest, world_of(forge) as world:
        ready = await prepare(ReviewJob(REF, "head1"), world)
    assert isinstance(ready, PreparedReview)
    assert longest[0] < LATE
