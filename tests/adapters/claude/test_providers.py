"""Each provider's own client, driven on loopback: the address, the credentials, the model's name, the answer's form."""

import json
import sys
from pathlib import Path

import pytest

from kireji.adapters.claude import connect
from kireji.core.models.answer import Answer, Outcome, Stop
from kireji.core.models.catalogue import spec_of
from kireji.core.models.providers import ABILITIES, Access, Provider
from kireji.core.prompts.prompt import ANSWER_SCHEMA, Prompt
from kireji.errors import SettingsError
from tests.adapters.claude.clouds import cloud, service_account
from tests.adapters.claude.conftest import EMPTY, prompt
from tests.fakes.clock import FakeClock
from tests.sandbox.claude import ClaudeSandbox

HAIKU = "claude-haiku-4-5"


async def ask(
    access: Access, key: str, url: str, *, model: str = HAIKU, question: Prompt | None = None
) -> tuple[Outcome, str]:
    """What a provider answers, and the model's name with us."""
    adapter = connect(key, url, model, FakeClock(), access=access)
    try:
        return await adapter.ask(question or prompt()), adapter.name
    finally:
        await adapter.aclose()


@pytest.mark.parametrize("provider", [Provider.BEDROCK, Provider.FOUNDRY, Provider.COMPATIBLE])
async def test_providers_at_the_messages_api(
    claude: ClaudeSandbox, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They take Claude's own requests, under their credentials and names; the cache is theirs too."""
    monkeypatch.setenv("AWS_BEARER_TOKEN_BEDROCK", claude.api_key)
    answer, _ = await ask(Access(provider, region="us-east-1", resource="res"), claude.api_key, claude.url)
    assert isinstance(answer, Answer)
    assert (answer.text, answer.stop) == (EMPTY, Stop.END)
    assert answer.usage.cache_write_tokens > 4096
    request = claude.calls[0].request
    assert request["model"] == ABILITIES[provider].models.get(HAIKU, HAIKU)
    assert ("output_config" in request) is ABILITIES[provider].structured
    assert ("tools" in request) is not ABILITIES[provider].structured


async def test_a_forced_tool_instead_of_structured_outputs(claude: ClaudeSandbox) -> None:
    """The schema is the tool's input; a tool cannot be forced on a model that thinks, so it does not."""
    question = Prompt("Rules.", "", "a chunk", 1000, thinking=2000)
    answer, _ = await ask(Access(Provider.COMPATIBLE), claude.api_key, claude.url, question=question)
    assert isinstance(answer, Answer)
    assert json.loads(answer.text) == json.loads(EMPTY)
    request = claude.calls[0].request
    assert request["tools"][0]["input_schema"] == ANSWER_SCHEMA
    assert request["tool_choice"]["name"] == request["tools"][0]["name"]
    assert "thinking" not in request


async def test_any_model_of_a_compatible_server(claude: ClaudeSandbox) -> None:
    """Its name is free; what it costs is not known."""
    access = Access(Provider.COMPATIBLE, own_ids={"qwen3-coder": HAIKU})
    answer, name = await ask(access, claude.api_key, claude.url, model="qwen3-coder")
    assert isinstance(answer, Answer)
    assert (name, spec_of(name).priced, spec_of(HAIKU).priced) == ("qwen3-coder", False, True)


async def test_vertex(claude: ClaudeSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A service account's token, the project in the address, the model with its date behind an @."""
    server = cloud(claude).start()
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", service_account(tmp_path, server))
    try:
        answer, _ = await ask(Access(Provider.VERTEX, region="global", project="my-project"), "", server.url)
    finally:
        server.stop()
    assert isinstance(answer, Answer)
    assert answer.text == EMPTY
    assert claude.calls[0].request["model"] == "claude-haiku-4-5-20251001"


async def test_bedrock_s_older_client(claude: ClaudeSandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """Signed requests, the model in the address, answers in AWS's frames."""
    monkeypatch.delenv("AWS_BEARER_TOKEN_BEDROCK", raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIALOOPBACK")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
    server = cloud(claude).start()
    try:
        answer, _ = await ask(Access(Provider.BEDROCK_LEGACY, region="us-east-1"), "", server.url)
    finally:
        server.stop()

    assert isinstance(answer, Answer)
    assert answer.text == EMPTY
    assert "output_config" in claude.calls[0].request


@pytest.mark.parametrize(
    ("access", "model", "problem"),
    [
        (Access(), "claude-2", "KIREJI_MODEL is 'claude-2', which is none of: "),
        (
            Access(Provider.VERTEX, region="global", project="p"),
            "claude-opus-5-5",
            "set KIREJI_PROVIDER_MODEL to what ",
        ),
        (Access(Provider.FOUNDRY), HAIKU, "KIREJI_PROVIDER is foundry, which cannot be reached: "),
    ],
)
def test_what_is_missing_is_said(access: Access, model: str, problem: str) -> None:
    """At the start, in one line."""
    with pytest.raises(SettingsError) as caught:
        connect("key", None, model, FakeClock(), access=access)
    assert caught.value.problems[0].startswith(problem)


@pytest.mark.parametrize(
    ("provider", "module", "extra"),
    [(Provider.BEDROCK, "botocore", "bedrock"), (Provider.VERTEX, "google.auth", "vertex")],
)
def test_a_missing_extra_is_named(provider: Provider, module: str, extra: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what installs it."""
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(SettingsError) as caught:
        connect("", None, HAIKU, FakeClock(), access=Access(provider, region="us-east-1", project="p"))
    assert caught.value.problems == (f"KIREJI_PROVIDER is {provider}, which needs: pip install 'kireji[{extra}]'",)
