"""`kireji doctor`: each row by itself, and all of them between the stand-ins."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from kireji.core.models.catalogue import spec_of
from kireji.core.models.providers import Provider
from kireji.core.operations.checkup import Health, RegisteredApp, check_app, check_webhook
from kireji.core.operations.checkup_models import COUNTED, NOT_ASKED, ModelUse, Trial, check_model, refused_trial
from kireji.core.operations.hook_log import Attempt
from kireji.entry.cli import main
from kireji.settings import load
from kireji.wiring.service import upgrade_database
from tests.models import stays
from tests.pod import Pod
from tests.sandbox.claude import ClaudeSandbox
from tests.sandbox.claude.federation import ACCOUNT, ORGANIZATION, RULE
from tests.sandbox.github import GitHubSandbox

NEEDS = {"contents": "read", "checks": "write"}

pytestmark = pytest.mark.usefixtures("logging_as_before")


@pytest.mark.parametrize(
    ("permissions", "ahead", "states"),
    [
        ({"contents": "write", "checks": "write"}, 29.0, ["ok", "ok", "ok", "ok"]),
        ({"contents": "read", "checks": "read"}, 0.0, ["ok", "fail", "ok", "ok"]),
        ({"contents": "read", "checks": "write"}, -90.0, ["ok", "ok", "ok", "fail"]),
    ],
)
def test_the_app(permissions: dict[str, str], ahead: float, states: list[str]) -> None:
    """What it lacks, and a clock that is wrong, are failures."""
    seen = RegisteredApp("kireji", permissions, ("pull_request", "other"), ahead)
    checks = [*check_app(seen, NEEDS, ["pull_request"])]
    assert [check.health for check in checks] == states
    assert all(bool(check.remedy) == (check.health is not Health.OK) for check in checks)


@pytest.mark.parametrize(
    ("statuses", "state"), [([], "warn"), ([202, 202], "ok"), ([202, 500], "warn"), ([0, 202], "fail"), ([401], "fail")]
)
def test_the_webhook(statuses: list[int], state: str) -> None:
    """The newest delivery decides whether GitHub reaches it."""
    attempts = [Attempt(number, "guid", "ping", None, 0.0, status) for number, status in enumerate(statuses)]
    assert check_webhook(attempts).health == state


@pytest.mark.parametrize(
    ("model", "today", "state", "said"),
    [
        ("claude-haiku-4-5", "2026-11-25", "ok", "no date of its retirement is known"),
        ("claude-sonnet-4-5", "2026-08-01", "ok", "it retires on 2026-11-30, in 121 days"),
        ("claude-sonnet-4-5", "2026-11-29", "warn", "it retires on 2026-11-30, in 1 day"),
        ("claude-sonnet-4-5", "2026-12-01", "fail", "Anthropic retired it on 2026-11-30, so it is not asked"),
        ("qwen3-coder", "2026-11-25", "ok", "Kireji's table does not have it"),
    ],
)
def test_how_long_a_model_stays(model: str, today: str, state: str, said: str) -> None:
    """One that is retired fails, and one that soon is is warned of, with what to set instead; the others' dates are shown."""
    check = check_model(ModelUse(spec_of(model), "KIREJI_MODEL"), Trial(Health.OK, COUNTED), date.fromisoformat(today))
    remedy = "" if state == "ok" else "Set KIREJI_MODEL to claude-sonnet-5-5."
    assert (check.health, check.remedy) == (state, remedy)
    assert check.said.startswith(f"{COUNTED}; {said}")


@pytest.mark.parametrize(
    ("setting", "anthropic_runs_it", "state", "said"),
    [
        ("KIREJI_DEEP_MODEL", True, "fail", "Anthropic retired it"),
        ("KIREJI_POLICY_MODELS", True, "warn", "Anthropic retired it"),
        ("KIREJI_MODEL", False, "warn", "Anthropic retires it on 2026-11-30, and the provider on a day of its own"),
    ],
)
def test_where_a_retired_model_keeps_from_starting(
    *, setting: str, anthropic_runs_it: bool, state: str, said: str
) -> None:
    """Not where only a policy may choose it, nor on a cloud with dates of its own."""
    use = ModelUse(spec_of("claude-sonnet-4-5"), setting, anthropic_runs_it=anthropic_runs_it)
    check = check_model(use, NOT_ASKED, date(2027, 1, 1))
    assert check.health == state
    assert said in check.said
    assert setting in check.remedy


@pytest.mark.parametrize("setting", ["KIREJI_MODEL", "KIREJI_POLICY_MODELS", "KIREJI_DEEP_MODEL"])
@pytest.mark.parametrize("provider", Provider)
def test_a_model_that_is_refused(provider: Provider, setting: str) -> None:
    """It fails where reviews need it, and is told with its retirement; only deep reviews need the deep one."""
    use = ModelUse(spec_of("claude-sonnet-4-5"), setting)
    for status in (403, 404):
        check = check_model(use, refused_trial(use, provider, status), date(2026, 11, 25))
        assert check.health == ("warn" if setting == "KIREJI_DEEP_MODEL" else "fail")
        assert f"({status}); it retires on 2026-11-30, in 5 days" in check.said
        assert setting in check.remedy or status == 403
    assert check_model(use, NOT_ASKED, date(2026, 11, 25)).health == "warn"


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ClaudeSandbox]:
    """A server's environment, with a database and an App, between the two stand-ins."""
    with GitHubSandbox() as github, ClaudeSandbox() as claude:
        identity = github.install_app()
        for name, value in {
            "KIREJI_APP_ID": str(identity.app_id),
            "KIREJI_PRIVATE_KEY": identity.private_key_pem,
            "KIREJI_WEBHOOK_SECRET": identity.webhook_secret,
            "KIREJI_GITHUB_API_URL": github.url,
            "KIREJI_DATA_DIR": str(tmp_path),
            "ANTHROPIC_API_KEY": claude.api_key,
            "ANTHROPIC_BASE_URL": claude.url,
        }.items():
            monkeypatch.setenv(name, value)
        upgrade_database(load())
        yield claude


def states(*arguments: str) -> tuple[int, dict[str, str]]:
    """The exit status, and each row's state."""
    done = CliRunner().invoke(main, ["doctor", "--json", *arguments])
    assert done.stderr == ""
    return done.exit_code, {row["name"]: row["state"] for row in json.loads(done.stdout)}


def test_a_healthy_server(world: ClaudeSandbox) -> None:
    """All is well, but that nothing was delivered yet; no message is asked of Claude."""
    code, rows = states()
    assert code == 0
    assert {name for name, state in rows.items() if state != "ok"} == {"webhook"}
    models = {"model claude-haiku-4-5", "model claude-sonnet-5-5"}
    assert {"settings", "database", "GitHub App", "permissions", "events", "clock"} | models <= set(rows)
    assert world.count() == 0


@pytest.mark.usefixtures("world")
def test_one_failure_does_not_hide_another(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A key that is not taken, and no tables; the App is looked at all the same, and so is how long the models stay."""
    stays(monkeypatch, "claude-sonnet-4-5", timedelta(days=30))
    monkeypatch.setenv("KIREJI_POLICY_MODELS", "claude-sonnet-4-5")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-wrong")
    monkeypatch.setenv("KIREJI_DATA_DIR", str(tmp_path / "elsewhere"))
    (tmp_path / "elsewhere").mkdir()
    code, rows = states()
    assert code == 1
    assert (rows["database"], rows["Claude"], rows["GitHub App"]) == ("fail", "fail", "ok")
    assert [state for name, state in rows.items() if name.startswith("model ")] == ["ok", "warn", "ok"]


@pytest.fixture
def pod(world: ClaudeSandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pod:
    """The server signs in by a file instead of a key."""
    pod = Pod(world, tmp_path)
    monkeypatch.setenv("ANTHROPIC_API_KEY", "")
    for name, value in {
        "ANTHROPIC_FEDERATION_RULE_ID": RULE,
        "ANTHROPIC_ORGANIZATION_ID": ORGANIZATION,
        "ANTHROPIC_SERVICE_ACCOUNT_ID": ACCOUNT,
        "ANTHROPIC_IDENTITY_TOKEN_FILE": str(pod.file),
    }.items():
        monkeypatch.setenv(name, value)
    return pod


def sign_in() -> tuple[str, str, str]:
    """The row of the sign-in: its state, what is so, and what to do."""
    rows = json.loads(CliRunner().invoke(main, ["doctor", "--json"]).stdout)
    (row,) = [row for row in rows if row["name"] == "sign-in"]
    return row["state"], row["said"], row["remedy"]


@pytest.mark.usefixtures("world")
def test_signing_in_with_a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """That a sign-in without it is set up as well, and not used, is a warning."""
    assert sign_in() == ("ok", "with the key in ANTHROPIC_API_KEY", "")
    monkeypatch.setenv("ANTHROPIC_FEDERATION_RULE_ID", RULE)
    state, _, remedy = sign_in()
    assert (state, remedy.startswith("Unset ANTHROPIC_API_KEY")) == ("warn", True)


def test_signing_in_without_a_key(world: ClaudeSandbox, pod: Pod) -> None:
    """The token is exchanged once, for all models; that Claude takes it once is warned of, since the servers want it too."""
    state, said, remedy = sign_in()
    assert (state, said) == (
        "warn",
        f"without a key, as {ACCOUNT}, by rule {RULE}: the token in the file of ANTHROPIC_IDENTITY_TOKEN_FILE was "
        "exchanged for an access token of 60 minutes",
    )
    assert "check_jti" in remedy
    assert world.federation.history == ["success"]
    pod.renew(jti=None)
    code, rows = states()
    assert (code, rows["sign-in"], rows["model claude-haiku-4-5"]) == (0, "ok", "ok")


def test_a_sign_in_that_is_refused(world: ClaudeSandbox, pod: Pod) -> None:
    """One row says so, with what the token says, to be compared with the rule; the models are not asked for."""
    pod.rule.audience = "https://elsewhere.example"
    state, said, remedy = sign_in()
    assert state == "fail"
    assert said == (
        "Claude refused the identity token (401) (it has issuer https://kubernetes.default.svc.cluster.local, "
        "subject system:serviceaccount:kireji:worker, audience https://api.anthropic.com)"
    )
    assert remedy.startswith("Check that ANTHROPIC_FEDERATION_RULE_ID, ANTHROPIC_ORGANIZATION_ID")
    assert world.federation.history == ["match_audience"]
    pod.file.unlink()
    state, said, _ = sign_in()
    assert (state, said) == ("fail", "The file of ANTHROPIC_IDENTITY_TOKEN_FILE is not there")


def test_settings_that_are_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is a row; people read it as lines."""
    for name in ("KIREJI_APP_ID", "KIREJI_PRIVATE_KEY", "KIREJI_WEBHOOK_SECRET", "ANTHROPIC_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    done = CliRunner().invoke(main, ["doctor"])
    assert done.exit_code == 1
    assert done.stdout.startswith(
        "fail  settings: KIREJI_APP_ID is not set: the GitHub App's id or client id. See deploy/settings.md"
    )
    assert "KIREJI_WEBHOOK_SECRET is not set" in done.stdout
    assert "does without it" not in done.stdout  # the web process needs that one
