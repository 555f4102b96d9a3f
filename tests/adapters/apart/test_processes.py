"""A pool of processes of their own: what work does to its process costs that one item, and never this process."""

import asyncio
import math
import os
import pkgutil
import posixpath
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kireji.adapters.apart import Processes
from kireji.core.text.undone import Undone

PATIENT = 50.0


@pytest.fixture
def pool() -> Iterator[Processes]:
    """The usual processes; an item has a second, which for what these tests do is long."""
    made = Processes({}, seconds=1.0)
    yield made
    made.close()


def crash(items: int) -> list[Any]:
    """Signals that end a process, as a parser's fault does."""
    return [signal.SIGSEGV] * items


async def test_results_come_in_their_order(pool: Processes) -> None:
    """However many turns that takes, and whatever the size of an item."""
    words = [letter * size for size in (1, 100_000) for letter in "abcdefghijklmnopqrstuvwxyz"]
    assert await pool.each(str.upper, words) == [word.upper() for word in words]
    assert await pool.each(str.upper, []) == []


@pytest.mark.parametrize(
    ("work", "fatal", "harmless", "why"),
    [
        (time.sleep, 60, 0, "it took more than 1 seconds"),
        (math.factorial, 300_000, 3, "it took more than 1 seconds"),  # holds the interpreter's lock
        (bytes, 8 << 30, 3, "it needed too much memory"),
        (str.encode, "a" * 17_000_000, "a", "it is larger than 16 MB"),
        (bytes, 65_000_000, 3, "it came to too much"),
        (os._exit, 0, None, "its process ended (status 0)"),
        (signal.raise_signal, signal.SIGSEGV, signal.SIGCONT, "its process ended (SIGSEGV)"),
        (signal.raise_signal, signal.SIGKILL, signal.SIGCONT, "its process ended (SIGKILL)"),
        (int, "not a number", "3", "it failed (ValueError)"),
        (eval, "(", "0", "it failed (SyntaxError)"),
    ],
)
async def test_what_comes_to_no_end_costs_itself_only(
    pool: Processes, work: Callable[[Any], object], fatal: object, harmless: object, why: str
) -> None:
    """It hangs, grows, dies or fails; the items beside it are done, and of a text's own words nothing is told."""
    items = [fatal] if harmless is None else [harmless, fatal, harmless]
    done = await pool.each(work, items)
    assert [result.why for result in done if isinstance(result, Undone)] == [why]
    assert [isinstance(result, Undone) for result in done] == [item is fatal for item in items]


async def test_it_renews_itself(pool: Processes) -> None:
    """Three crashes in a row, and what came in between and after is done."""
    for _ in range(3):
        (crashed,) = await pool.each(signal.raise_signal, crash(1))
        assert isinstance(crashed, Undone)
        assert await pool.each(str.upper, ["a"]) == ["A"]


async def test_callers_take_turns() -> None:
    """Who has many items that hang does not keep another one waiting for all of them, even at one process."""
    pool = Processes({}, seconds=0.3, processes=1)
    ended = list[str]()

    async def call(name: str, work: Callable[[Any], object], items: list[Any]) -> None:
        await pool.each(work, items)
        ended.append(name)

    hostile = asyncio.create_task(call("hostile", time.sleep, [60] * 4))
    await asyncio.sleep(0)
    await asyncio.wait_for(call("harmless", str.upper, ["a"] * 30), PATIENT)
    await asyncio.wait_for(hostile, PATIENT)
    assert ended == ["harmless", "hostile"]
    pool.close()


@pytest.mark.proof
async def test_many_callers_whose_items_hang_hold_each_other_up() -> None:
    """And another one for a single item of each, however many turns it needs."""
    pool = Processes({}, seconds=1.0, processes=1)
    ended = list[str]()

    async def call(name: str, work: Callable[[Any], object], items: list[Any]) -> None:
        await pool.each(work, items)
        ended.append(name)

    hostile = [asyncio.create_task(call("hostile", time.sleep, [60] * 3)) for _ in range(3)]
    await asyncio.sleep(0)
    await asyncio.wait_for(call("harmless", str.upper, ["a"] * 200), PATIENT)
    await asyncio.wait_for(asyncio.gather(*hostile), PATIENT)
    assert ended[-1] == "hostile"  # and not the one with the most turns
    pool.close()


async def test_a_call_that_only_wastes_time_ends_early() -> None:
    """After four limits' time the rest of its items is not tried; the next call's are."""
    pool = Processes({}, seconds=0.2)
    done = await pool.each(time.sleep, [60] * 50)
    whys = [result.why for result in done if isinstance(result, Undone)]
    assert len(whys) == 50
    assert 1 <= whys.count("it took more than 0.2 seconds") <= 5
    assert whys[-1] == "others beside it took too long"
    assert await pool.each(str.upper, ["a"]) == ["A"]
    pool.close()


async def test_it_knows_no_secret(pool: Processes, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing of the environment reaches it, by no way, and nothing in the current folder is taken for ours."""
    (tmp_path / "kireji").mkdir()
    (tmp_path / "kireji" / "__init__.py").write_text("raise SystemExit('executed')\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend("")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-not-for-you")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert await pool.each(posixpath.expandvars, ["$ANTHROPIC_API_KEY"]) == ["$ANTHROPIC_API_KEY"]

    if sys.platform == "linux":
        (environ,) = await pool.each(Path.read_text, [Path("/proc/self/environ")])
        assert "sk-ant" not in str(environ)

    (where,) = await pool.each(pkgutil.resolve_name, ["kireji:__file__"])
    assert where == sys.modules["kireji"].__file__


@pytest.mark.parametrize(
    "value",
    ["kireji.adapters.apart:Processes", "os:system", "fractions:Fraction", "kireji.core.secrets.redact:redact_text"],
)
async def test_what_it_says_is_not_believed(value: str) -> None:
    """Results are plain values: a process that a stranger has taken over can have nothing called in this one."""
    pool = Processes({}, seconds=20.0)  # what it names must be loaded first
    (refused,) = await pool.each(pkgutil.resolve_name, [value])
    assert refused == Undone("its process said what cannot be read")
    pool.close()


async def test_it_ends_with_its_parent() -> None:
    """Also where that is killed."""
    script = (
        "import asyncio, os, pathlib, signal\n"
        "from kireji.adapters.apart import Processes\n"
        "async def main():\n"
        "    pool = Processes({})\n"
        "    stat, = await pool.each(pathlib.Path.read_text, [pathlib.Path('/proc/self/stat')])\n"
        "    print(stat.split()[0], flush=True)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "asyncio.run(main())\n"
    )
    if sys.platform != "linux":
        pytest.skip("/proc")

    root = Path(str(sys.modules["kireji"].__file__)).parents[1]
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, stdout=asyncio.subprocess.PIPE, env={"PYTHONPATH": str(root)}
    )
    said, _ = await parent.communicate()
    child = Path("/proc") / said.decode().strip()
    assert parent.returncode == -signal.SIGKILL

    async with asyncio.timeout(PATIENT):
        while child.exists() and ") Z " not in (child / "stat").read_text():  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.05)
