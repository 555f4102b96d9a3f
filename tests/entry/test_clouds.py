"""`kireji review` where a cloud serves the model: with the settings that deploy/settings.md names, and no more."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from kireji.entry.cli import main
from kireji.settings import load_local
from tests.adapters.claude.clouds import cloud, service_account
from tests.history import new_files
from tests.sandbox.claude import ClaudeSandbox

MODELS_THERE = {"KIREJI_PROVIDER_MODEL": "claude-haiku-4-5-20251001", "KIREJI_PROVIDER_DEEP_MODEL": "claude-sonnet-5-5"}
PATCH = new_files({"shop/rates.py": "def load(stream):\n    return yaml.load(stream)\n"})
FOUNDRY = {
    "KIREJI_PROVIDER": "foundry",
    "ANTHROPIC_FOUNDRY_RESOURCE": "octo",
    "ANTHROPIC_FOUNDRY_API_KEY": "key",
}

pytestmark = pytest.mark.usefixtures("logging_as_before")


@pytest.fixture
def claude() -> Iterator[ClaudeSandbox]:
    """Behind the cloud."""
    with ClaudeSandbox() as sandbox:
        yield sandbox


@pytest.fixture
def environments(claude: ClaudeSandbox, tmp_path: Path) -> Iterator[dict[str, dict[str, str]]]:
    """What each provider needs; the last row of each is where its SDK's client goes instead of to the cloud."""
    server = cloud(claude)
    server.start()
    yield {
        "bedrock": {
            "AWS_REGION": "us-east-1",
            "AWS_BEARER_TOKEN_BEDROCK": claude.api_key,
            "ANTHROPIC_BEDROCK_MANTLE_BASE_URL": claude.url,
        },
        "bedrock-legacy": {
            "AWS_REGION": "us-east-1",
            "AWS_ACCESS_KEY_ID": "AKIALOOPBACK",
            "AWS_SECRET_ACCESS_KEY": "secret",
            "ANTHROPIC_BEDROCK_BASE_URL": server.url,
        },
        "vertex": {
            "CLOUD_ML_REGION": "global",
            "ANTHROPIC_VERTEX_PROJECT_ID": "my-project",
            "GOOGLE_APPLICATION_CREDENTIALS": service_account(tmp_path, server),
            "ANTHROPIC_VERTEX_BASE_URL": server.url,
        },
    }
    server.stop()


@pytest.mark.parametrize("provider", ["bedrock", "bedrock-legacy", "vertex"])
def test_a_review_on_a_cloud(
    provider: str,
    environments: dict[str, dict[str, str]],
    claude: ClaudeSandbox,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The deep model's name there is not known, which keeps nobody from the review that asks no deep model."""
    monkeypatch.chdir(tmp_path)
    for name in ("ANTHROPIC_API_KEY", "ANTHROPIC_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"KIREJI_PROVIDER": provider, **environments[provider]}.items():
        monkeypatch.setenv(name, value)
    done = CliRunner().invoke(main, ["review", "-"], input=PATCH)
    assert done.exit_code == 0, done.output
    assert "1 finding" in done.output
    assert claude.count() > 1


def test_what_a_cloud_calls_the_models_is_said_where_it_is_not_known() -> None:
    """By default there are no deep reviews; with the name there are."""
    plain = load_local(FOUNDRY)
    assert (plain.deep_model, plain.access.model_id(plain.model)) == ("", "claude-haiku-4-5")
    told = load_local(FOUNDRY | MODELS_THERE)
    assert told.deep_model == "claude-sonnet-5-5"
    assert told.access.model_id(told.model) == MODELS_THERE["KIREJI_PROVIDER_MODEL"]
    assert told.access.model_id(told.deep_model) == MODELS_THERE["KIREJI_PROVIDER_DEEP_MODEL"]
