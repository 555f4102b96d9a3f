"""`kireji costs`: what people and scripts see of the ledger."""

import json

import pytest
from click.testing import CliRunner, Result

from kireji.adapters.store.engine import create_engine
from kireji.adapters.store.ledger import record_call
from kireji.core.chunks.depth import Depth
from kireji.core.money.ledger import CallOutcome, Purpose
from kireji.entry.commands.costs import costs
from kireji.settings import load
from kireji.wiring.service import upgrade_database
from tests.adapters.store.make import call
from tests.entry.process import environment
from tests.golden import golden

NOON = 1_795_003_200.0  # 2026-11-18 12:00 UTC
DAY = 86_400.0


@pytest.fixture(scope="module")
def environ(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A server's environment, whose ledger has calls of three days."""
    environ = environment(tmp_path_factory.mktemp("costs"))
    settings = load({name: value for name, value in environ.items() if name.startswith(("KIREJI", "ANTHROPIC"))})
    upgrade_database(settings)
    database = create_engine(settings.store_url)
    deep, sonnet = Depth.DEEP, "claude-sonnet-5-5"
    for one in (
        call(1, at=NOON, depth=Depth.FAST, purpose=Purpose.READ, nanodollars=4_000_000),
        call(2, at=NOON, depth=deep, purpose=Purpose.ACROSS, model=sonnet, nanodollars=20_000_000, attempts=1),
        call(3, at=NOON, depth=deep, purpose=Purpose.VERIFY, model=sonnet, outcome=CallOutcome.FAILED, attempts=5),
        call(4, at=NOON + DAY, repo="octo/\x1b[2J[red]shop", nanodollars=1_000_000),
        call(5, at=NOON - DAY, nanodollars=999_000_000),
    ):
        record_call(database, one)
    database.dispose()
    return environ


def run(environ: dict[str, str], *arguments: str) -> Result:
    """What the command prints, with that environment alone."""
    done = CliRunner(env=environ).invoke(costs, arguments)
    assert done.exit_code == 0, done.output
    for name, value in environ.items():
        assert ("KEY" not in name and "SECRET" not in name) or value not in done.output
    return done


def test_tables(environ: dict[str, str]) -> None:
    """One for each way of summing, the dearest first, failed calls too; names do nothing to the terminal."""
    golden("formats/costs.txt", run(environ, "--since", "2026-11-18", "--until", "2026-11-19").stdout)


@pytest.mark.parametrize(
    ("since", "until", "calls"),
    [("2026-11-18", "2026-11-18", 3), ("2026-11-19", "2026-11-30", 1), ("2026-11-17", "2026-11-19", 5)],
)
def test_json(environ: dict[str, str], since: str, until: str, calls: int) -> None:
    """Scripts depend on each name; both days count, whole, in UTC."""
    said = json.loads(run(environ, "--since", since, "--until", until, "--by", "model", "--json").stdout)
    assert list(said) == ["since", "until", "model"]
    assert said["since"] == f"{since}T00:00:00+00:00"
    names = ["name", "calls", "attempts", "tokens_in", "tokens_cached", "tokens_out", "dollars"]
    assert [list(row) for row in said["model"]] == [names] * len(said["model"])
    assert sum(row["calls"] for row in said["model"]) == calls


def test_no_calls(environ: dict[str, str]) -> None:
    """It says so; a day that is none is refused."""
    assert run(environ, "--since", "2020-01-01", "--until", "2020-01-02").stdout == "No model calls.\n"
    assert CliRunner(env=environ).invoke(costs, ["--since", "yesterday"]).exit_code == 2
