"""A pull request of 400 files, more than GitHub serves in one diff; `make bench` has one of 30,000 lines."""

import asyncio
import re
from types import ModuleType

import pytest

from kireji.flow import cleaning
from kireji.flow.errands import answers
from kireji.flow.review import prepare
from tests.sandbox.github import Repository
from tests.sandbox.reviewer import parse_chunk
from tests.sandbox.sample_repo import make_change
from tests.stories import says
from tests.stories.town import Town

Lines = list[tuple[str, str, int]]  # path, side, number

SKIPPED = {"web/package-lock.json": "lock file", "web/logo.png": "binary", "db/dump.sql": "too large"}
"""Files of the change that are not for reading, and what the check run calls them."""


def seen(town: Town) -> Lines:
    """The changed lines that Claude was asked about."""
    files = [file for call in town.readings() for file in parse_chunk(says.chunk_of(call.request))]
    return sorted((file.path, line.side, line.number) for file in files for line in file.lines if line.mark in "+-")


def changed(repo: Repository, number: int) -> Lines:
    """The changed lines by the sandbox's own reading of git's diff."""
    files = repo.state.comparison(repo.pull(number)).files
    lines = [(file.path, line) for file in files for hunk in file.hunks() for line in hunk.lines if line.mark != " "]
    return sorted(
        (path, "LEFT", line.old or 0) if line.mark == "-" else (path, "RIGHT", line.new or 0) for path, line in lines
    )


@pytest.mark.proof
def test_four_hundred_files(town: Town) -> None:
    """Every changed line reaches Claude once or its file is named as skipped; the planted findings are all inline.

    It takes at most 20 requests to GitHub, which refuses a diff of this size in one piece and serves it in pages.
    """
    change = make_change(files=400 - len(SKIPPED), lines=8_000, planted=30, seed=2)
    repo = town.github.create_repo("octo/large", files=change.base)
    extra = {
        "web/package-lock.json": "".join(f'"dependency-{line}": "1.0.{line}"\n' for line in range(2000)),
        "web/logo.png": b"\x89PNG\r\n\x1a\n\0",
        "db/dump.sql": "".join(f"INSERT INTO stock VALUES ({line});\n" for line in range(5001)),
    }
    repo.open_pull(title="Everything", files={**change.head, **extra})
    town.github.clear_traffic()
    check = town.open(repo, 1)
    assert town.github.count() <= 20
    assert town.placed(repo, 1) == sorted((planted.path, planted.line) for planted in change.planted)
    assert seen(town) == [line for line in changed(repo, 1) if line[0] not in SKIPPED]
    named = dict(re.findall(r"^- `(.+?)`: (lock file|binary)", check["output"]["text"], re.M))
    assert named == {path: reason for path, reason in SKIPPED.items() if reason != "too large"}
    assert "db/dump.sql" in check["output"]["summary"]  # new and too large: nobody vouches for it, so it is not read
    assert re.match(r"Partly reviewed: ([\d,]+) of [\d,]+ hunks read; 30 findings$", check["output"]["title"])
    assert check["conclusion"] == "neutral"


def test_what_takes_long_leaves_the_loop(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading the diff, taking credentials out, and looking for words to the reviewer, is done in threads: the loop serves others meanwhile."""
    done = list[str]()

    def off_the_loop(module: ModuleType, name: str) -> None:
        own = getattr(module, name)

        def watched(*args: object) -> object:
            with pytest.raises(RuntimeError):
                asyncio.get_running_loop()
            done.append(name)
            return own(*args)

        monkeypatch.setattr(module, name, watched)

    watching = (
        (prepare, "parse_diff"),
        (cleaning, "put_together"),
        (prepare, "find_injection"),
        (answers, "parse_diff"),
        (answers, "find_injection"),
    )
    for module, name in watching:
        off_the_loop(module, name)
    repo = town.github.create_repo("octo/shop", files={"a.py": "A = 1\n"})
    repo.grant("maria", "write")
    repo.open_pull(files={"a.py": "A = 2\n"})
    town.open(repo, 1)
    town.say(repo, 1, "/review ask Why?")
    assert done == ["parse_diff", "put_together", "find_injection", "parse_diff", "put_together", "find_injection"]
