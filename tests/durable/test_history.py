"""Real commits, and a patch of 30,000 lines, reviewed as `kireji review` does it. Claude is the sandbox's."""

import asyncio
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.change import Change, of_patch
from app.core.formats.table import FORMATS
from app.core.formats.told import Subject, Told
from app.core.pull import PullRef
from app.flow.once import job_now, read_once
from app.flow.review_pull import Read
from app.sandbox.claude import ClaudeSandbox
from app.sandbox.sample_repo import make_change
from app.settings import LocalSettings, load_local
from app.wiring import once
from tests.history import COMMITS, ROOT, made_commits, new_files, own_commits


@pytest.fixture(scope="module")
def settings() -> Iterator[LocalSettings]:
    """One Claude for all."""
    with ClaudeSandbox() as claude:
        environ = {
            "ANTHROPIC_API_KEY": claude.api_key,
            "ANTHROPIC_BASE_URL": claude.url,
            "KIREJI_CHUNK_TOKENS": "20000",
        }
        yield load_local({"PATH": os.environ["PATH"], **environ})  # noqa: TID251 - git is found by it


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """A repository and five of its commits: our own ones, or else, in a tarball or a shallow clone, some that are made."""
    if found := own_commits():
        return ROOT, found
    folder = tmp_path_factory.mktemp("history")
    return folder, made_commits(folder)


def seems(name: str, text: str) -> bool:
    """Whether it is of that format."""
    match name:
        case "json":
            return json.loads(text)["coverage"]["complete"] is True
        case "sarif":
            return json.loads(text)["version"] == "2.1.0"
        case "markdown":
            return text.startswith("# Kireji, `")
        case "github":
            return text.splitlines()[-1].startswith("Kireji: ")
        case "terminal":
            return " to claude-haiku-4-5 · " in text
        case _:
            return False


async def read(change: Change, settings: LocalSettings) -> Read:
    """Review it."""
    world = once.build_world_for_change(settings, change)
    done = await read_once(await job_now(PullRef("local", 1), world), world)
    assert isinstance(done, Read)
    return done


@pytest.mark.parametrize("number", range(COMMITS))
def test_real_commits(
    history: tuple[Path, list[str]], settings: LocalSettings, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each is wholly read, once, and shown in every format."""
    folder, shas = history
    monkeypatch.chdir(folder)
    change = once.find_change(settings.git, f"{shas[number]}^..{shas[number]}")
    done = asyncio.run(read(change, settings))
    told = Told(done.review, Subject(change.name, change.base_sha, files=done.files))
    assert done.review.coverage.complete
    assert done.review.coverage.lines >= 20
    assert [name for name, render in FORMATS.items() if not seems(name, render(told))] == []


def test_thirty_thousand_lines(settings: LocalSettings) -> None:
    """Read to the last line; what is planted is found."""
    change = make_change(files=60, lines=30_000, planted=20, seed=3)
    done = asyncio.run(read(of_patch(new_files(change.head)), settings))
    assert done.review.coverage.complete
    assert done.review.coverage.lines_read >= 30_000
    assert len(done.review.findings) >= 20
