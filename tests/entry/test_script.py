"""`from kireji import review_diff`, as scripts use it."""

import subprocess
import sys
from collections.abc import Iterator

import pytest
import yaml

from kireji import review_diff
from kireji.entry.cli import main
from kireji.errors import DiffError, SettingsError, UserError
from tests.documents import LOCAL_PAGE, ROOT
from tests.make import DIFF
from tests.sandbox.claude import ClaudeSandbox


@pytest.fixture
def claude(monkeypatch: pytest.MonkeyPatch) -> Iterator[ClaudeSandbox]:
    """Claude, and a key for it."""
    with ClaudeSandbox() as sandbox:
        monkeypatch.setenv("ANTHROPIC_API_KEY", sandbox.api_key)
        monkeypatch.setenv("ANTHROPIC_BASE_URL", sandbox.url)
        yield sandbox


def test_a_diff(claude: ClaudeSandbox) -> None:
    """Read wholly, under a policy and a title of its own."""
    review = review_diff(DIFF, title="A rate", policy="paths:\n  exclude: [shop/old.py]\n")
    assert (review.coverage.complete, review.coverage.files) == (True, 1)
    assert [skip.path for skip in review.skipped] == ["shop/old.py"]
    assert "A rate" in str(claude.calls[-1].request)


def test_what_is_wrong_is_raised(claude: ClaudeSandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """A key that is missing, a policy with mistakes, what is no diff."""
    with pytest.raises(DiffError):
        review_diff("kaputt")
    with pytest.raises(UserError, match="line 1"):
        review_diff(DIFF, policy="nonsense: 1")
    monkeypatch.delenv("ANTHROPIC_API_KEY")
    with pytest.raises(SettingsError):
        review_diff(DIFF)
    assert claude.count() == 0


def test_importing_it_is_quick() -> None:
    """`import kireji` loads nothing but itself."""
    code = "import sys, kireji; print(sorted(name for name in sys.modules if name.startswith(('kireji', 'pydantic', 'rich'))))"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
        == "['kireji']\n"
    )


def test_the_hook_is_a_command_of_ours() -> None:
    """What .pre-commit-hooks.yaml has run, and what the guide says of it, can be run."""
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    program, command, *options = hook["entry"].split()
    known = {name for parameter in main.commands[command].params for name in parameter.opts}
    assert program == "kireji"
    assert {option for option in options if option.startswith("--")} <= known
    assert f"- id: {hook['id']}" in LOCAL_PAGE.read_text("utf-8")
