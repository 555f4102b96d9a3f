"""Whether a provider serves a model, asked by each provider's own client on loopback, and what is said where it does not."""

from pathlib import Path

import pytest

from kireji.adapters.claude.checkup import try_model
from kireji.core.models.catalogue import spec_of
from kireji.core.models.providers import Access, Provider
from kireji.core.operations.checkup import Health
from kireji.core.operations.checkup_models import COUNTED, CREDENTIALS, ONE_TOKEN, ModelUse, Trial
from kireji.errors import TransientError, UserError
from tests.adapters.claude.clouds import cloud, service_account
from tests.sandbox.claude import ClaudeSandbox
from tests.sandbox.claude.faults import api_fault

HAIKU = ModelUse(spec_of("claude-haiku-4-5"), "KIREJI_MODEL")
DEEP = ModelUse(spec_of("claude-sonnet-5-5"), "KIREJI_DEEP_MODEL")
COUNT = "POST /v1/messages/count_tokens"


def trial(
    access: Access, claude: ClaudeSandbox, use: ModelUse = HAIKU, *, key: str | None = None, url: str = ""
) -> Trial:
    """Ask for a model, with the sandbox's key unless another is given."""
    return try_model(access=access, api_key=claude.api_key if key is None else key, base_url=url or claude.url, use=use)


@pytest.mark.parametrize(
    ("provider", "said"),
    [
        (Provider.ANTHROPIC, COUNTED),
        (Provider.BEDROCK, COUNTED),
        (Provider.FOUNDRY, COUNTED),
        (Provider.COMPATIBLE, ONE_TOKEN),
    ],
)
def test_at_the_messages_api(
    claude: ClaudeSandbox, provider: Provider, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tokens are counted; a server that may not count is asked for one token."""
    monkeypatch.setenv("AWS_BEARER_TOKEN_BEDROCK", claude.api_key)
    assert trial(Access(provider, region="us-east-1", resource="res"), claude) == Trial(Health.OK, said)
    assert [call.request["max_tokens"] for call in claude.calls] == ([] if said == COUNTED else [1])


def test_on_vertex(claude: ClaudeSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Under a service account; another project has no such address; without credentials that is said."""
    server = cloud(claude).start()
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", service_account(tmp_path, server))

    try:
        ours, theirs = (Access(Provider.VERTEX, region="global", project=name) for name in ("my-project", "theirs"))
        assert trial(ours, claude, url=server.url).said == COUNTED
        refused = trial(theirs, claude, url=server.url)
        assert (refused.health, "Model Garden" in refused.remedy) == (Health.FAIL, True)
        assert trial(ours, claude, DEEP, url=server.url).health is Health.WARN
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path / "none.json"))
        with pytest.raises(UserError, match="there are no credentials for Vertex AI"):
            trial(ours, claude, url=server.url)
    finally:
        server.stop()


def test_on_bedrock_s_older_client(claude: ClaudeSandbox, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """It counts no tokens, so it is asked for one; without credentials that is said."""
    for name in ("AWS_BEARER_TOKEN_BEDROCK", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)

    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))

    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    access = Access(Provider.BEDROCK_LEGACY, region="us-east-1")
    server = cloud(claude).start()
    try:
        with pytest.raises(UserError, match="there are no credentials for Bedrock"):
            trial(access, claude, url=server.url)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIALOOPBACK")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
        assert trial(access, claude, url=server.url).said == ONE_TOKEN
    finally:
        server.stop()


@pytest.mark.parametrize(
    ("status", "health", "words"),
    [
        (403, Health.FAIL, "does not let these credentials use it (403)"),
        (429, Health.WARN, "its rate limit is reached (429)"),
        (529, Health.WARN, "could not answer just now (529)"),
        (400, Health.FAIL, "refused the request for it (400)"),
    ],
)
def test_a_refusal(claude: ClaudeSandbox, status: int, health: Health, words: str) -> None:
    """Each with what is to be mended."""
    claude.faults.add(api_fault(status, match=COUNT))
    refused = trial(Access(), claude)
    assert (refused.health, bool(refused.remedy)) == (health, True)
    assert words in refused.said


def test_what_is_not_served(claude: ClaudeSandbox) -> None:
    """A gateway that does not know how to count may serve the model all the same; else nobody does."""
    claude.faults.add(api_fault(404, match=COUNT))
    assert trial(Access(), claude) == Trial(Health.OK, ONE_TOKEN)
    refused = trial(Access(own_ids={"claude-haiku-4-5": "claude-of-tomorrow"}), claude)
    assert (refused.health, refused.said) == (
        Health.FAIL,
        "Claude's API does not serve it to these credentials (404)",
    )


def test_what_keeps_all_from_being_asked(claude: ClaudeSandbox) -> None:
    """A key that is not taken, and nobody who answers, are raised."""
    with pytest.raises(UserError, match="does not take the credentials") as caught:
        trial(Access(), claude, key="sk-ant-wrong")
    assert caught.value.remedy == CREDENTIALS[Provider.ANTHROPIC]
    with pytest.raises(TransientError, match="Claude's API did not answer"):
        trial(Access(), claude, url="http://127.0.0.1:9")
