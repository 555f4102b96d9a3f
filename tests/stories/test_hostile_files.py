"""Files made to hang or to crash what reads them: their own review does with less, and everybody else's is as always."""

import re
import signal
from collections.abc import Sequence

import pytest

from kireji.adapters.apart import Processes
from kireji.wiring import parts
from tests.stories import changes
from tests.stories.town import Town

HANGS = ("->" * 40 + "\n") * 150
CRASHES = "[{" * 100_000
CALLER = "def show(prices):\n    return total(prices)\n"


def test_a_fork_with_files_that_hang_the_grammars(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    """Another repository's review beside it is done; and the fork's own is, with what code there can be shown."""
    hostile = town.github.create_repo("octo/victim", files={"a.py": "A = 1\n"})
    hostile.open_pull(fork=True, files={"src/x.js": HANGS, "src/x.go": CRASHES, "a.py": CALLER})
    other = town.github.create_repo("octo/shop", files={"a.py": "A = 1\n"})
    other.open_pull(files={"a.py": "A = 2\n"})
    town.deliver(action="opened", repo=hostile, number=1)
    town.deliver(action="opened", repo=other, number=1)
    assert town.check(other, 1)["conclusion"] == "success"
    assert town.check(hostile, 1)["conclusion"] in {"success", "neutral"}
    ended = [str(record.getMessage()) for record in caplog.records if record.name == "kireji.apart"]
    assert [re.sub(r": .*", "", line) for line in ended] == ["outline_by_grammar is not done for one text"] * 2


@pytest.mark.proof
def test_parsers_that_are_killed_ten_times(town: Town) -> None:
    """By the signal that a parser's fault sends, whatever they are doing: no review is lost, and none is posted twice."""
    change = changes.parts(3)
    repo = town.github.create_repo("octo/shop", files=change.base)
    killed = set[int]()
    for number in range(1, 11):
        repo.open_pull(files=change.head, branch=f"change-{number}")
        town.deliver(action="opened", repo=repo, number=number)
        killed |= kill(parts._APART)
    while len(killed) < 10:
        repo.push(1, {"more.py": f"MORE = {len(killed)}\n"})
        town.deliver(action="synchronize", repo=repo, number=1)
        town.settle()
        killed |= kill(parts._APART)
    for number in range(1, 11):
        assert town.check(repo, number)["conclusion"] == "neutral"
        assert [len(repo.reviews(number)), len(town.placed(repo, number))] == [1, 3]


def kill(pools: Sequence[Processes]) -> set[int]:
    """Have the processes fail that parse; which they were."""
    there = [worker._process for pool in pools for worker in pool._workers]
    running = [process for process in there if process is not None and process.poll() is None]
    for process in running:
        process.send_signal(signal.SIGSEGV)
    return {process.pid for process in running}
