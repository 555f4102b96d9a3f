"""Files made to hang or to crash what reads them: their own review does with less, and everybody else's is as always."""

import re

import pytest

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
    assert [re.sub(r": .*", "", line) for line in ended] == ["by_grammar is not done for one text"] * 2
