"""Real commits, and a patch of 30,000 lines, reviewed as `kireji review` does it. Claude is the sandbox's."""

import asyncio
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from kireji.core.formats.names import FormatName
from kireji.core.formats.report import ReviewReport, ReviewSubject
from kireji.core.formats.table import FORMATS
from kireji.core.pulls.change import Change
from kireji.core.pulls.pull import PullRef
from kireji.entry.cli import main
from kireji.flow.review.once import job_now, read_once
from kireji.flow.review.read_pull import UnpostedReview
from kireji.settings import LocalSettings, load_local
from kireji.wiring import once
from tests.history import COMMITS, ROOT, made_commits, new_files, own_commits
from tests.sandbox.claude import ClaudeSandbox
from tests.sandbox.sample_repo import make_change

pytestmark = pytest.mark.usefixtures("logging_as_before")


@pytest.fixture(scope="module")
def environ() -> Iterator[dict[str, str]]:
    """One Claude for all."""
    with ClaudeSandbox() as claude:
        yield {
            "ANTHROPIC_API_KEY": claude.api_key,
            "ANTHROPIC_BASE_URL": claude.url,
            "KIREJI_CHUNK_TOKENS": "20000",
        }


@pytest.fixture(scope="module")
def settings(environ: dict[str, str]) -> LocalSettings:
    """What `kireji review` reads of it."""
    return load_local({"PATH": os.environ["PATH"], **environ})  # noqa: TID251 - git is found by it


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


async def read(change: Change, settings: LocalSettings) -> UnpostedReview:
    """Review it."""
    world = once.build_world_for_change(settings, change)
    done = await read_once(await job_now(PullRef("local", 1), world), world)
    assert isinstance(done, UnpostedReview)
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
    told = ReviewReport(done.review, ReviewSubject(change.name, change.base_sha, files=done.files))
    assert done.review.coverage.complete
    assert done.review.coverage.lines >= 20
    assert [name for name, render in FORMATS.items() if not seems(name, render(told))] == []


@pytest.mark.parametrize("form", FORMATS)
def test_the_command_on_a_real_commit(
    history: tuple[Path, list[str]], environ: dict[str, str], form: FormatName, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In every format, on standard output."""
    folder, shas = history
    monkeypatch.chdir(folder)
    done = CliRunner().invoke(main, ["review", f"{shas[0]}^..{shas[0]}", "--format", form.value], env=environ)
    assert done.exit_code == 0, done.output
    assert seems(form, done.stdout)


def test_thirty_thousand_lines_on_standard_input(environ: dict[str, str]) -> None:
    """Read to the last line; what is planted is found."""
    change = make_change(files=60, lines=30_000, planted=20, seed=3)
    done = CliRunner().invoke(main, ["review", "-", "--format", "json"], env=environ, input=new_files(change.head))
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    assert told["coverage"]["complete"]
    assert told["coverage"]["lines_read"] >= 30_000
    assert len(told["findings"]) >= 20
