"""The environment is read once, wholly, and every mistake in it is told in one plain line."""

import dataclasses
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as generate_ec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as generate_rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
)

from kireji.core.models.providers import Access, Provider
from kireji.core.models.signin import JobToken, SignIn, TokenFile, TokenText
from kireji.errors import SettingsError
from kireji.flow.upkeep.retirement import check_models
from kireji.settings import (
    SETTINGS,
    LocalSettings,
    Secret,
    Settings,
    WebSettings,
    environ_for_web,
    load,
    load_local,
    load_web,
    table,
)
from kireji.wiring import parts
from tests.fakes.clock import FakeClock


def pem_of(key: RSAPrivateKey | EllipticCurvePrivateKey, encryption: KeySerializationEncryption | None = None) -> str:
    """A key as GitHub's download holds it."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption or NoEncryption()).decode()


RSA = generate_rsa(public_exponent=65537, key_size=2048)
PEM = pem_of(RSA)
MINIMUM = {
    "KIREJI_APP_ID": "123456",
    "KIREJI_PRIVATE_KEY": PEM,
    "KIREJI_WEBHOOK_SECRET": "It's a Secret to Everybody",
    "ANTHROPIC_API_KEY": "sk-ant-not-a-real-key",
}


def problems(changes: Mapping[str, str | None]) -> tuple[str, ...]:
    """The problems of the minimum with some variables changed, or removed by None."""
    environ = {name: value for name, value in {**MINIMUM, **changes}.items() if value is not None}
    with pytest.raises(SettingsError) as caught:
        load(environ)
    return caught.value.problems


def local_problems(changes: Mapping[str, str]) -> tuple[str, ...]:
    """The problems of what a review on one's own machine needs, with some variables changed."""
    with pytest.raises(SettingsError) as caught:
        load_local({"ANTHROPIC_API_KEY": "sk-ant-not-a-real-key", **changes})
    return caught.value.problems


def test_the_required_settings_are_enough() -> None:
    """Four variables start the service; the others have the defaults of the table."""
    settings = load(MINIMUM)
    assert (settings.app_id, settings.model, settings.host, settings.port) == (
        "123456",
        "claude-haiku-4-5",
        "127.0.0.1",
        8080,
    )
    assert settings.private_key.reveal().strip() == PEM.strip()
    assert settings.webhook_secret.reveal() == "It's a Secret to Everybody"
    assert settings.github_api_url == "https://api.github.com"
    assert settings.anthropic_base_url == "https://api.anthropic.com"
    assert (settings.database_url, settings.data_dir) == (None, Path(".kireji"))
    assert (settings.concurrency, settings.chunk_tokens, settings.max_output_tokens) == (32, 4000, 4096)
    assert (settings.max_comments, settings.max_file_lines, settings.max_body_bytes) == (30, 5000, 25 * 1024 * 1024)
    assert settings.log_level == "INFO"


def test_an_empty_environment_names_everything_that_is_missing() -> None:
    """All problems come at once, a line each."""
    with pytest.raises(SettingsError) as caught:
        load({})
    assert caught.value.problems == (
        "KIREJI_APP_ID is not set: the GitHub App's id or client id",
        "KIREJI_PRIVATE_KEY is not set, nor is KIREJI_PRIVATE_KEY_FILE: the App's RSA private key is needed",
        "KIREJI_WEBHOOK_SECRET is not set: the App's webhook secret, which signs deliveries",
        "ANTHROPIC_API_KEY is not set: the key for Claude, unless you sign in without one, by `ANTHROPIC_FEDERATION_RULE_ID`",
    )


def test_the_process_environment_is_read_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an argument the process's own environment counts."""
    for name, value in {**MINIMUM, "KIREJI_PORT": "9123"}.items():
        monkeypatch.setenv(name, value)
    assert load().port == 9123


@pytest.mark.parametrize(
    ("given", "dollars"),
    [
        (None, None),
        ("", None),
        (" ", None),
        ("0", 0),
        ("0.25", Decimal("0.25")),
        ("500", 500),
        (" 1.50\n", Decimal("1.5")),
        ("none", None),
    ],
)
@pytest.mark.parametrize("name", ["review", "author_day", "repository_day", "installation_month"])
def test_budgets(name: str, given: str | None, dollars: Decimal | None) -> None:
    """Exact dollars; an empty one is the default, 0 is nothing to spend, and `none` no limit."""
    setting = f"KIREJI_BUDGET_{name.upper()}"
    read = load(MINIMUM if given is None else {**MINIMUM, setting: given})
    defaults = {"review": 2, "author_day": 5, "repository_day": None, "installation_month": None}
    found = {one: getattr(read, f"budget_{one}") for one in defaults}
    own = dollars if (given or "").strip() else defaults[name]
    assert found == {**defaults, name: own}


def test_an_empty_value_counts_as_not_set() -> None:
    """Compose files and CI pass unset variables on as empty ones."""
    assert load({**MINIMUM, "KIREJI_PORT": "", "KIREJI_PRIVATE_KEY_FILE": ""}).port == 8080
    assert problems({"KIREJI_WEBHOOK_SECRET": " "})[0].startswith("KIREJI_WEBHOOK_SECRET is not set")


@pytest.mark.parametrize(
    ("name", "value", "line"),
    [
        ("KIREJI_APP_ID", "12 34", "KIREJI_APP_ID is not a GitHub App's id, as 123456, or client id"),
        ("KIREJI_PORT", "http", "KIREJI_PORT is 'http'; it must be a whole number from 1 to 65535"),
        ("KIREJI_PORT", "0", "KIREJI_PORT is '0'; it must be a whole number from 1 to 65535"),
        (
            "KIREJI_PORT",
            "tcp://10.0.0.1:80",
            "KIREJI_PORT is 'tcp://10.0.0.1:80'; it must be a whole number from 1 to 65535; "
            "Kubernetes set it: add enableServiceLinks: false to the pod",
        ),
        ("KIREJI_CONCURRENCY", "-1", "KIREJI_CONCURRENCY is '-1'; it must be a whole number from 1 to 256"),
        ("KIREJI_CHUNK_TOKENS", "499", "KIREJI_CHUNK_TOKENS is '499'; it must be a whole number from 500 to 50000"),
        ("KIREJI_CHUNK_TOKENS", "50001", "KIREJI_CHUNK_TOKENS is '50001'; it must be a whole number from 500 to 50000"),
        (
            "KIREJI_MAX_OUTPUT_TOKENS",
            "64001",
            "KIREJI_MAX_OUTPUT_TOKENS is '64001'; it must be a whole number from 256 to 64000",
        ),
        (
            "KIREJI_MAX_BODY_BYTES",
            "25MB",
            "KIREJI_MAX_BODY_BYTES is '25MB'; it must be a whole number from 1024 to 26214400",
        ),
        ("KIREJI_LOG_LEVEL", "loud", "KIREJI_LOG_LEVEL is 'loud'; it must be one of DEBUG, INFO, WARNING, ERROR"),
        ("KIREJI_HOST", "a host", "KIREJI_HOST is not a host name or an address, as 127.0.0.1"),
        ("KIREJI_GITHUB_API_URL", "github.com", "KIREJI_GITHUB_API_URL is not an address, as https://api.github.com"),
        ("KIREJI_GITHUB_API_URL", "https://h:x/", "KIREJI_GITHUB_API_URL is not an address, as https://api.github.com"),
        (
            "KIREJI_GITHUB_API_URL",
            "http://github.example",
            "KIREJI_GITHUB_API_URL must begin with https://: tokens would cross the network in the open",
        ),
        (
            "ANTHROPIC_BASE_URL",
            "https://me:pass@gateway.example",
            "ANTHROPIC_BASE_URL must be a bare address, without user, query or fragment",
        ),
        ("ANTHROPIC_API_KEY", "two words", "ANTHROPIC_API_KEY is not a key: it holds white space or worse"),
        (
            "KIREJI_DATABASE_URL",
            "mysql://root:pass@db/kireji",
            "KIREJI_DATABASE_URL must begin with postgresql://HOST/ or sqlite:///",
        ),
        ("KIREJI_WEBHOK_SECRET", "x", "KIREJI_WEBHOK_SECRET is not a setting; did you mean KIREJI_WEBHOOK_SECRET?"),
        ("KIREJI_ZZZZZZ", "x", "KIREJI_ZZZZZZ is not a setting"),
        (
            "KIREJI_BUDGET_REVIEW",
            "$0.25",
            "KIREJI_BUDGET_REVIEW is '$0.25'; it must be an amount of dollars, as 0.25, or none",
        ),
        (
            "KIREJI_BUDGET_REVIEW",
            "-1",
            "KIREJI_BUDGET_REVIEW is '-1'; it must be an amount of dollars, as 0.25, or none",
        ),
        (
            "KIREJI_BUDGET_REPOSITORY_DAY",
            "1e3",
            "KIREJI_BUDGET_REPOSITORY_DAY is '1e3'; it must be an amount of dollars, as 0.25, or none",
        ),
        (
            "KIREJI_BUDGET_INSTALLATION_MONTH",
            "0,25",
            "KIREJI_BUDGET_INSTALLATION_MONTH is '0,25'; it must be an amount of dollars, as 0.25, or none",
        ),
    ],
)
def test_a_bad_value_is_one_plain_line(name: str, value: str, line: str) -> None:
    """The line names the variable, what is wrong, and what it must be."""
    assert problems({name: value}) == (line,)


@pytest.mark.parametrize(
    ("given", "lines"),
    [
        ({"KIREJI_PROVIDER": "bedrock"}, ["AWS_REGION is not set; KIREJI_PROVIDER=bedrock needs it"]),
        (
            {"KIREJI_PROVIDER": "bedrock", "AWS_REGION": "x", "KIREJI_DEEP_MODEL": "claude-sonnet-5-5"},
            [
                "KIREJI_DEEP_MODEL is claude-sonnet-5-5, and what bedrock calls it is not known here: "
                "set KIREJI_PROVIDER_DEEP_MODEL, or leave it out"
            ],
        ),
        (
            {"KIREJI_PROVIDER": "bedrock", "AWS_REGION": "x", "KIREJI_POLICY_MODELS": "claude-sonnet-5-5"},
            ["KIREJI_POLICY_MODELS names claude-sonnet-5-5, and what bedrock calls it is not known here"],
        ),
        (
            {"KIREJI_PROVIDER": "vertex"},
            [
                "CLOUD_ML_REGION is not set; KIREJI_PROVIDER=vertex needs it",
                "ANTHROPIC_VERTEX_PROJECT_ID is not set; KIREJI_PROVIDER=vertex needs it",
            ],
        ),
        (
            {"KIREJI_PROVIDER": "foundry", "ANTHROPIC_FOUNDRY_API_KEY": "k"},
            ["ANTHROPIC_FOUNDRY_RESOURCE is not set; KIREJI_PROVIDER=foundry needs it"],
        ),
        ({"KIREJI_PROVIDER": "compatible"}, ["ANTHROPIC_BASE_URL is not set; KIREJI_PROVIDER=compatible needs it"]),
        (
            {"KIREJI_PROVIDER": "openai"},
            [
                "KIREJI_PROVIDER is 'openai'; it must be one of anthropic, bedrock, bedrock-legacy, vertex, foundry, compatible",
                "ANTHROPIC_API_KEY is not set: the key for Claude, unless you sign in without one, by `ANTHROPIC_FEDERATION_RULE_ID`",
            ],
        ),
    ],
)
def test_each_provider_says_what_it_needs(given: dict[str, str], lines: list[str]) -> None:
    """And none but Anthropic's own API needs its key."""
    assert list(problems({"ANTHROPIC_API_KEY": None, **given})) == lines


def test_a_provider_that_has_what_it_needs() -> None:
    """Where it is, is known; a compatible server's model may have any name."""
    cloud = load({**MINIMUM, "ANTHROPIC_API_KEY": "", "KIREJI_PROVIDER": "bedrock", "AWS_REGION": "eu-west-1"})
    assert (cloud.access, cloud.anthropic_base_url) == (Access(Provider.BEDROCK, region="eu-west-1"), None)
    assert cloud.deep_model == ""
    local = {"KIREJI_PROVIDER": "compatible", "ANTHROPIC_BASE_URL": "http://gpu:8000", "KIREJI_MODEL": "qwen3-coder"}
    assert load({**MINIMUM, **local}).model == "qwen3-coder"


def test_the_model_must_be_one_whose_prices_are_known() -> None:
    """Cost and cache rules come from the model table, so a model outside it is refused."""
    for name in (
        "claude-haiku",
        "claude-haiku-20251001",
        "claude-haiku-4-5-2025",
        "claude-haiku-4-5-20251001-20251001",
    ):
        (line,) = problems({"KIREJI_MODEL": name})
        assert line.startswith(f"KIREJI_MODEL is '{name}'; it must be one of claude-haiku-4-5, ")


def test_models_with_a_date_are_the_tables() -> None:
    """In each setting that names models; a server that only speaks the API may know them by date alone."""
    names = {"KIREJI_MODEL": "claude-sonnet-4-5-20250929", "KIREJI_DEEP_MODEL": "claude-haiku-4-5-20251001"}
    settings = load({**MINIMUM, **names, "KIREJI_POLICY_MODELS": "claude-opus-5-5, claude-haiku-4-5-20251001"})
    assert (settings.model, settings.deep_model) == ("claude-sonnet-4-5", "claude-haiku-4-5")
    assert settings.policy_models == ("claude-opus-5-5", "claude-haiku-4-5")
    legacy = {
        "KIREJI_PROVIDER": "bedrock-legacy",
        "AWS_REGION": "eu-west-1",
        "KIREJI_MODEL": "claude-haiku-4-5-20251001",
    }
    assert (
        load({**MINIMUM, **legacy}).access.model_id("claude-haiku-4-5") == "us.anthropic.claude-haiku-4-5-20251001-v1:0"
    )
    local = {
        "KIREJI_PROVIDER": "compatible",
        "ANTHROPIC_BASE_URL": "http://gpu:8000",
        **names,
        "KIREJI_DEEP_MODEL": "none",
    }
    assert load({**MINIMUM, **local}).model == "claude-sonnet-4-5-20250929"


@pytest.mark.parametrize("url", ["http://127.0.0.1:9000/", "http://localhost:1/api/v3", "http://[::1]:5"])
def test_plain_http_is_for_this_machine(url: str) -> None:
    """The sandbox's GitHub listens on loopback; the slash at the end goes."""
    assert load({**MINIMUM, "KIREJI_GITHUB_API_URL": url}).github_api_url == url.rstrip("/")


def test_settings_of_the_sandbox_and_of_others_are_let_be() -> None:
    """Only the service's own prefix is watched."""
    assert load({**MINIMUM, "KIREJI_SANDBOX_LATENCY": "2", "LANG": "C", "ANTHROPIC_LOG": "info"}) == load(MINIMUM)


def test_a_key_may_be_written_on_one_line() -> None:
    r"""Places that hold no line ends take `\n`."""
    assert load({**MINIMUM, "KIREJI_PRIVATE_KEY": PEM.replace("\n", "\\n")}).private_key.reveal().strip() == PEM.strip()


def test_a_key_may_be_a_file(tmp_path: Path) -> None:
    """The file's text is the key."""
    file = tmp_path / "app.pem"
    file.write_text(PEM)
    environ = {**MINIMUM, "KIREJI_PRIVATE_KEY": "", "KIREJI_PRIVATE_KEY_FILE": str(file)}
    assert load(environ).private_key == load(MINIMUM).private_key


@pytest.mark.parametrize(
    ("pem", "what"),
    [
        ("swordfish", "is not a private key in PEM form, which begins with -----BEGIN RSA PRIVATE KEY-----"),
        (PEM[:200], "is not a private key in PEM form, which begins with -----BEGIN RSA PRIVATE KEY-----"),
        (pem_of(generate_ec(SECP256R1())), "is a private key, but not an RSA one"),
        (
            pem_of(RSA, BestAvailableEncryption(b"swordfish")),
            "is a private key under a password; GitHub's own file has none",
        ),
    ],
)
def test_a_key_that_cannot_sign_is_refused_without_being_shown(pem: str, what: str) -> None:
    """The line says what it is instead, and none of its text."""
    assert problems({"KIREJI_PRIVATE_KEY": pem}) == (f"KIREJI_PRIVATE_KEY {what}",)


def test_one_key_is_enough(tmp_path: Path) -> None:
    """Two could differ."""
    assert problems({"KIREJI_PRIVATE_KEY_FILE": str(tmp_path)}) == (
        "KIREJI_PRIVATE_KEY and KIREJI_PRIVATE_KEY_FILE are both set; set only one",
    )


def test_a_key_file_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    """Missing, a folder, empty, not text, not a key: each in its own words."""
    (tmp_path / "empty").touch()
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "words").write_text("swordfish")
    for name, what in {
        "missing": f"names {tmp_path / 'missing'}, which cannot be read: No such file or directory",
        ".": f"names {tmp_path}, which cannot be read: Is a directory",
        "empty": f"names {tmp_path / 'empty'}, which is empty",
        "binary": f"names {tmp_path / 'binary'}, which is not a PEM file",
        "words": "is not a private key in PEM form, which begins with -----BEGIN RSA PRIVATE KEY-----",
    }.items():
        changes = {"KIREJI_PRIVATE_KEY": None, "KIREJI_PRIVATE_KEY_FILE": str(tmp_path / name)}
        assert problems(changes) == (f"KIREJI_PRIVATE_KEY_FILE {what}",)


def test_secrets_are_never_shown() -> None:
    """Neither printing the settings nor any way of formatting them shows one; `reveal` does."""
    settings = load({**MINIMUM, "KIREJI_DATABASE_URL": "postgresql://kireji:swordfish@db/kireji"})
    shown = f"{settings} {settings!r} {dataclasses.asdict(settings)} {settings.private_key}"
    assert [secret.reveal() for secret in settings.secrets() if secret.reveal() in shown] == []
    assert "swordfish" not in shown
    assert "PRIVATE KEY" not in shown
    assert len(settings.secrets()) == 4


def test_a_problem_never_shows_a_secret() -> None:
    """Every secret setting, given a bad value, is told of without it."""
    for row in SETTINGS:
        if row.secret and row.name != "KIREJI_WEBHOOK_SECRET":
            only_local = row.name == "GITHUB_TOKEN"
            (line,) = local_problems({row.name: "sword fish"}) if only_local else problems({row.name: "sword fish"})
            assert line.startswith(row.name)
            assert "sword" not in line


def test_secrets_compare_by_their_text() -> None:
    """So that settings can be compared."""
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert hash(Secret("a")) == hash(Secret("a"))
    assert Secret("a") != "a"


def test_the_table_has_a_row_for_every_setting() -> None:
    """deploy/settings.md is made of the rows that the reader takes its defaults from."""
    lines = table().splitlines()
    assert len(lines) == len(SETTINGS) + 2
    assert [line.count("|") for line in lines] == [4] * len(lines)
    assert "| `KIREJI_PORT` | `8080` | The port to listen on |" in lines
    assert "| `KIREJI_DATABASE_URL` | none |" in table()
    assert "| `ANTHROPIC_API_KEY` | required |" in table()


def test_every_field_has_a_row() -> None:
    """Whoever adds a setting documents it: fields and rows bear the same names."""
    rows = {row.name.removeprefix("KIREJI_").lower() for row in SETTINGS}
    fields = {field.name for kind in (Settings, LocalSettings, WebSettings) for field in dataclasses.fields(kind)}
    where = {
        "provider",
        "provider_model",
        "provider_deep_model",
        "aws_region",
        "cloud_ml_region",
        "anthropic_vertex_project_id",
    }
    where |= {"anthropic_foundry_resource", "anthropic_foundry_api_key"}  # all of it is in `access`, or is the key
    signin = {row for row in rows if row.startswith(("anthropic_federation", "anthropic_identity", "anthropic_oidc"))}
    signin |= {f"anthropic_{name}_id" for name in ("organization", "service_account", "workspace")}
    own = {"git", "access", "signin_unused", "asks", "network", "loader", "code_dir", "notify"}
    assert rows == fields - own | {"private_key_file"} | where | signin


def test_the_web_process_needs_no_key() -> None:
    """The webhook's secret and the database are enough; what it has with the worker's settings is the same."""
    web = load_web({"KIREJI_WEBHOOK_SECRET": "s3cret", "KIREJI_DATABASE_URL": "postgresql://kireji:pw@db/kireji"})
    both = load(
        {**MINIMUM, "KIREJI_WEBHOOK_SECRET": "s3cret", "KIREJI_DATABASE_URL": "postgresql://kireji:pw@db/kireji"}
    )
    assert [
        field.name for field in dataclasses.fields(web) if getattr(web, field.name) != getattr(both, field.name)
    ] == []
    assert (web.store_url, web.embedded) == (both.store_url, False)
    assert {secret.reveal() for secret in web.secrets()} == {"s3cret", "postgresql://kireji:pw@db/kireji"}
    with pytest.raises(SettingsError) as caught:
        load_web({"KIREJI_PORT": "0", "KIREJI_WEBHOK_SECRET": "s3cret"})
    assert [problem.split()[0] for problem in caught.value.problems] == [
        "KIREJI_WEBHOK_SECRET",
        "KIREJI_WEBHOOK_SECRET",
        "KIREJI_PORT",
    ]


def test_the_web_process_is_given_no_key() -> None:
    """Where the worker's process starts it, every secret but its own two is kept back, a cloud's too, and all else stays."""
    everything = {row.name: "x" for row in SETTINGS} | {"AWS_SECRET_ACCESS_KEY": "x", "PATH": "/bin"}
    kept = environ_for_web(everything)
    assert {row.name for row in SETTINGS if row.secret and row.name in kept} == {
        "KIREJI_WEBHOOK_SECRET",
        "KIREJI_DATABASE_URL",
    }
    assert not {"KIREJI_PRIVATE_KEY_FILE", "AWS_SECRET_ACCESS_KEY"} & kept.keys()
    assert {"PATH", "KIREJI_PORT", "KIREJI_DATA_DIR"} <= kept.keys()


def test_a_review_on_ones_own_machine_needs_a_key_for_claude_alone() -> None:
    """No App, no database; git is told only what is its own of the environment."""
    environ = {"ANTHROPIC_API_KEY": "sk-ant-x", "PATH": "/bin", "GIT_INDEX_FILE": ".git/i", "GIT_EXTERNAL_DIFF": "evil"}
    settings = load_local(environ)
    assert (settings.github_token, settings.max_comments) == (None, 30)
    assert settings.git == {"PATH": "/bin", "GIT_INDEX_FILE": ".git/i"}
    assert (
        load_local({**environ, "KIREJI_MODEL": "claude-opus-5-5"}, model="claude-haiku-5-5").model == "claude-haiku-5-5"
    )


def test_what_a_review_on_ones_own_machine_lacks_is_named() -> None:
    """As for the servers, but for what only servers need."""
    assert local_problems({"ANTHROPIC_API_KEY": ""}) == (
        "ANTHROPIC_API_KEY is not set: the key for Claude, unless you sign in without one, by `ANTHROPIC_FEDERATION_RULE_ID`",
    )
    (line,) = local_problems({"KIREJI_MODEL": "gpt"})
    assert line.startswith("KIREJI_MODEL is 'gpt'; it must be one of claude-haiku-4-5, ")


def test_who_asks_no_model_needs_no_key() -> None:
    """As an estimate; a key that is given must be good all the same."""
    assert load_local({}, asks=False).anthropic_api_key is None
    with pytest.raises(SettingsError):
        load_local({"ANTHROPIC_API_KEY": "two words"}, asks=False)


JWT = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJoIn0.x"
ORGANIZATION = "11111111-2222-4333-8444-555555555555"
KEYLESS = {
    "ANTHROPIC_API_KEY": "",
    "ANTHROPIC_FEDERATION_RULE_ID": "fdrl_01abc",
    "ANTHROPIC_ORGANIZATION_ID": ORGANIZATION,
    "ANTHROPIC_SERVICE_ACCOUNT_ID": "svac_01abc",
    "ANTHROPIC_IDENTITY_TOKEN_FILE": "/var/run/secrets/anthropic.com/token",
}
JOB = {
    "ANTHROPIC_IDENTITY_TOKEN_FILE": "",
    "ACTIONS_ID_TOKEN_REQUEST_URL": "https://github.example/?a=b",
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "a job's own",
}


def test_it_signs_in_without_a_key() -> None:
    """By the SDK's own names; then no key is needed, nor is there one."""
    settings = load({**MINIMUM, **KEYLESS})
    assert settings.anthropic_api_key is None
    source = TokenFile("/var/run/secrets/anthropic.com/token")
    assert settings.access.signin == SignIn("fdrl_01abc", ORGANIZATION, source, "svac_01abc")
    assert not settings.signin_unused


def test_where_the_identity_token_comes_from() -> None:
    """The file goes before the text, as in the SDK; a job of GitHub Actions that may asks GitHub. No repr shows it."""
    environ = {**MINIMUM, **KEYLESS, "ANTHROPIC_IDENTITY_TOKEN": JWT}
    assert isinstance(_source(load(environ)), TokenFile)
    text = load({**environ, "ANTHROPIC_IDENTITY_TOKEN_FILE": ""})
    assert _source(text) == TokenText(JWT)
    job = load({**MINIMUM, **KEYLESS, **JOB})
    assert _source(job) == JobToken("https://github.example/?a=b", "a job's own", "https://api.anthropic.com")
    assert Secret(JWT) in text.secrets()
    assert Secret("a job's own") in job.secrets()
    assert JWT not in f"{text!r}{text}"
    assert "a job's own" not in f"{job!r}{job}"


def _source(settings: Settings) -> object:
    return settings.access.signin and settings.access.signin.source


def test_a_key_goes_before_a_sign_in(caplog: pytest.LogCaptureFixture) -> None:
    """As in the SDK and in claude-code-action; that the sign-in is not used is told."""
    settings = load({**MINIMUM, **KEYLESS, "ANTHROPIC_API_KEY": "sk-ant-x"})
    assert (settings.access.signin, settings.signin_unused) == (None, True)
    parts.check(settings, FakeClock())
    assert "ANTHROPIC_FEDERATION_RULE_ID, which is not used" in caplog.text


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        (
            {"ANTHROPIC_ORGANIZATION_ID": ""},
            "ANTHROPIC_FEDERATION_RULE_ID, ANTHROPIC_SERVICE_ACCOUNT_ID and ANTHROPIC_IDENTITY_TOKEN_FILE are set, but "
            "ANTHROPIC_ORGANIZATION_ID is not: set ANTHROPIC_ORGANIZATION_ID; or set ANTHROPIC_API_KEY",
        ),
        (
            {"ANTHROPIC_FEDERATION_RULE_ID": ""},
            "ANTHROPIC_ORGANIZATION_ID, ANTHROPIC_SERVICE_ACCOUNT_ID and ANTHROPIC_IDENTITY_TOKEN_FILE are set, but "
            "ANTHROPIC_FEDERATION_RULE_ID is not: ",
        ),
        (
            {"ANTHROPIC_FEDERATION_RULE_ID": "", "ANTHROPIC_ORGANIZATION_ID": "", "ANTHROPIC_SERVICE_ACCOUNT_ID": ""},
            "ANTHROPIC_IDENTITY_TOKEN_FILE is set, but ANTHROPIC_FEDERATION_RULE_ID and ANTHROPIC_ORGANIZATION_ID are not: ",
        ),
        (
            {"ANTHROPIC_IDENTITY_TOKEN_FILE": ""},
            "ANTHROPIC_FEDERATION_RULE_ID, ANTHROPIC_ORGANIZATION_ID and ANTHROPIC_SERVICE_ACCOUNT_ID are set, but there is no "
            "identity token to exchange: set ANTHROPIC_IDENTITY_TOKEN_FILE or ANTHROPIC_IDENTITY_TOKEN; or set ",
        ),
        (
            {"ANTHROPIC_IDENTITY_TOKEN_FILE": "", "ANTHROPIC_IDENTITY_TOKEN": "hunter2-hunter2"},
            "ANTHROPIC_IDENTITY_TOKEN is no identity token, which is a JWT (a.b.c) of at most 16,384 characters",
        ),
        (
            {"ANTHROPIC_IDENTITY_TOKEN_FILE": "", "ANTHROPIC_IDENTITY_TOKEN": "sk-ant.hunter2.x"},
            "ANTHROPIC_IDENTITY_TOKEN is no identity token",
        ),
        (
            {"ANTHROPIC_IDENTITY_TOKEN_FILE": "", "ANTHROPIC_IDENTITY_TOKEN": f"{JWT}{'x' * 16384}"},
            "ANTHROPIC_IDENTITY_TOKEN is no identity token",
        ),
        (
            {"ANTHROPIC_IDENTITY_TOKEN_FILE": "", "GITHUB_ACTIONS": "true"},
            "ANTHROPIC_FEDERATION_RULE_ID, ANTHROPIC_ORGANIZATION_ID and ANTHROPIC_SERVICE_ACCOUNT_ID are set, but GitHub gives "
            "this job no identity token: add `id-token: write` to the job's `permissions`",
        ),
        ({"ANTHROPIC_FEDERATION_RULE_ID": "svac_01abc"}, "ANTHROPIC_FEDERATION_RULE_ID is not a federation rule's id"),
        (
            {"ANTHROPIC_ORGANIZATION_ID": "octo"},
            "ANTHROPIC_ORGANIZATION_ID is not an organization's id, which is a UUID",
        ),
        ({"ANTHROPIC_SERVICE_ACCOUNT_ID": "me"}, "ANTHROPIC_SERVICE_ACCOUNT_ID is not a service account's id"),
        ({"ANTHROPIC_WORKSPACE_ID": "mine"}, "ANTHROPIC_WORKSPACE_ID is not a workspace's id"),
        ({"ANTHROPIC_BASE_URL": "http://gateway.example"}, "ANTHROPIC_BASE_URL must begin with https://"),
    ],
)
def test_a_sign_in_that_is_half_set_up(changes: dict[str, str], line: str) -> None:
    """Each thing that lacks or is wrong is named, without showing a token, and the key is not asked for."""
    (problem,) = problems({**KEYLESS, **changes})
    assert problem.startswith(line)
    assert "hunter2" not in problem


def test_who_means_no_sign_in_is_told_of_the_key() -> None:
    """A workspace alone says nothing; other providers have credentials of their own."""
    (problem,) = problems({"ANTHROPIC_API_KEY": "", "ANTHROPIC_WORKSPACE_ID": "default"})
    assert problem.startswith("ANTHROPIC_API_KEY is not set")
    cloud = load({**MINIMUM, **KEYLESS, "KIREJI_PROVIDER": "bedrock", "AWS_REGION": "eu-west-1"})
    assert cloud.access.signin is None
    assert load_local(KEYLESS, asks=False).access.signin is None


def test_a_retiring_model_is_warned_of(caplog: pytest.LogCaptureFixture) -> None:
    """Each model that reviews may be done with, the policies' too, is looked up when the process starts."""
    clock = FakeClock(datetime(2026, 11, 2, tzinfo=UTC))
    check_models([("claude-haiku-4-5", "KIREJI_MODEL")], ["claude-sonnet-4-5"], clock, anthropic_runs_it=True)
    assert caplog.messages == [
        "the model claude-sonnet-4-5 retires on 2026-11-30: set claude-sonnet-5-5 instead before that day"
    ]


@pytest.mark.parametrize("day", [datetime(2026, 11, 30, tzinfo=UTC), datetime(2028, 2, 29, tzinfo=UTC)])
def test_a_retired_model_is_refused(day: datetime, caplog: pytest.LogCaptureFixture) -> None:
    """Where it is set, with what to set instead. One that a policy may choose is told of in the log, and then in the policy's
    check run; and a cloud, which retires models on days of its own, may still have it."""
    retired = "claude-sonnet-4-5"
    clock = FakeClock(day)
    chosen = [(retired, "KIREJI_MODEL"), ("claude-sonnet-5-5", "KIREJI_DEEP_MODEL")]
    with pytest.raises(SettingsError) as caught:
        check_models(chosen, [], clock, anthropic_runs_it=True)
    problem = f"KIREJI_MODEL is {retired}, which Anthropic retired on 2026-11-30: set KIREJI_MODEL to claude-sonnet-5-5"
    assert caught.value.problems == (problem,)
    check_models([], [retired], clock, anthropic_runs_it=True)
    check_models(chosen, [], clock, anthropic_runs_it=False)
    assert [message.split(":")[0] for message in caplog.messages] == [
        f"Anthropic retired the model {retired} on 2026-11-30",
        f"Anthropic retires the model {retired} (KIREJI_MODEL) on 2026-11-30; ask your provider until when it has it",
    ]
