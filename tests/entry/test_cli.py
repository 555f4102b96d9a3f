"""The command: quick to help, plain about what is missing."""

import os
import re
import subprocess
import sys
from importlib.metadata import requires, version

import pytest
from click.testing import CliRunner

from kireji.core.findings.finding import Severity
from kireji.core.money.costs import CostGroup
from kireji.core.operations.lifecycle import ReviewState
from kireji.entry.cli import SERVER, main
from kireji.entry.commands.costs import WAYS
from kireji.entry.commands.jobs import STATES
from kireji.entry.commands.review import SEVERITIES
from tests.stories.town import private_key

HEAVY = (
    *("anthropic", "github", "flask", "gunicorn", "cryptography", "pydantic", "sqlalchemy", "dbos", "rich"),
    *("kireji.settings", "kireji.core.review.assemble", "kireji.wiring"),
)


def run(code: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run Python with no Kireji setting but the given ones."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("KIREJI_", "ANTHROPIC_"))}  # noqa: TID251 - a child process needs the parent's
    return subprocess.run([sys.executable, "-c", code], env=own | environ, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "arguments", [["--help"], ["-h"], ["serve", "--help"], ["jobs", "list", "--help"], ["review", "-h"]]
)
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    """Help must come at once, so what takes long to import is imported by the commands that need it."""
    done = run(
        f"import sys\nfrom kireji.entry.cli import main\nmain({arguments}, standalone_mode=False)\n"
        f"print('loaded:', *(name for name in {HEAVY} if name in sys.modules))"
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Usage:")
    assert done.stdout.splitlines()[-1] == "loaded:"


def test_version() -> None:
    """The distribution's own."""
    assert CliRunner().invoke(main, ["--version"]).output == f"kireji, version {version('kireji')}\n"


def test_serve_names_every_problem_and_exits_with_2() -> None:
    """One plain line each on stderr, nothing on stdout, no traceback."""
    done = run("from kireji.entry.cli import main; main(['serve'])", KIREJI_PORT="eighty", KIREJI_PROT="80")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines() == [
        "kireji: KIREJI_PROT is not a setting; did you mean KIREJI_PORT?",
        "kireji: KIREJI_APP_ID is not set: the GitHub App's id or client id",
        "kireji: KIREJI_PRIVATE_KEY is not set, nor is KIREJI_PRIVATE_KEY_FILE: the App's RSA private key is needed",
        "kireji: KIREJI_WEBHOOK_SECRET is not set: the App's webhook secret, which signs deliveries",
        "kireji: KIREJI_PORT is 'eighty'; it must be a whole number from 1 to 65535",
        "kireji: ANTHROPIC_API_KEY is not set: the key for Claude, unless you sign in without one, by `ANTHROPIC_FEDERATION_RULE_ID`",
    ]


def test_choices_are_those_of_the_core() -> None:
    """They are written down beside the options, since the core takes long to import."""
    assert tuple(Severity) == SEVERITIES
    assert tuple(ReviewState) == STATES
    assert tuple(CostGroup) == WAYS


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(shell: str) -> None:
    """A script for the shell, of click's own making, which asks kireji itself."""
    done = CliRunner().invoke(main, ["completion", shell])
    assert done.exit_code == 0
    assert f"_KIREJI_COMPLETE={shell}_complete" in done.output


def test_a_command_without_the_servers_packages_says_what_to_install() -> None:
    """`pip install kireji` is enough to review; what the hosted App needs is an extra, and is named."""
    done = run(
        "import sys\nsys.modules['dbos'] = None\nsys.argv = ['kireji', 'db', 'upgrade']\nfrom kireji.entry.cli import run\nrun()",
        KIREJI_APP_ID="1",
        KIREJI_PRIVATE_KEY=private_key(),
        KIREJI_WEBHOOK_SECRET="x" * 20,
        ANTHROPIC_API_KEY="sk-ant-x",
    )
    assert done.returncode == 2
    assert done.stderr == "kireji: this command is for the hosted App, which needs: pip install 'kireji[server]'\n"


def test_the_servers_packages_are_the_extras() -> None:
    """The list that the message goes by is that of pyproject.toml."""
    of_extra = [one for one in requires("kireji") or () if "extra == 'server'" in one.replace('"', "'")]
    assert {re.split(r"[^\w-]", one, maxsplit=1)[0] for one in of_extra} == SERVER
