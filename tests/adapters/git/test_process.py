"""One git process within its limits."""

import os
from pathlib import Path

import pytest

from kireji.adapters.git import process
from kireji.errors import TransientError

ENVIRON = {"PATH": os.defpath, "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}


async def test_what_git_starts_has_its_limit_of_memory(tmp_path: Path) -> None:
    """Whatever a repository makes of it: trees nested 20,000 deep took 750 MB of a search."""
    alias = ("-c", "alias.limit=!ulimit -v")
    said = await process.run(*alias, "limit", folder=tmp_path, environ=ENVIRON, seconds=30)
    assert int(said) == process.MAX_MEMORY


async def test_git_without_memory_fails_as_it_fails_otherwise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In its own words; the review is done without a search then. Its arguments reach it as they are."""
    assert (
        await process.run("check-ref-format", "--branch", "a'$b", folder=tmp_path, environ=ENVIRON, seconds=30)
        == b"a'$b\n"
    )
    monkeypatch.setattr(process, "MAX_MEMORY", 2_000)
    with pytest.raises(TransientError, match="git check-ref-format: "):
        await process.run("check-ref-format", "--branch", "a", folder=tmp_path, environ=ENVIRON, seconds=30)
