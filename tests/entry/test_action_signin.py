"""The step of GitHub Actions without a key for Claude: GitHub vouches for the job, between three loopback services."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from kireji.core.wording.signin_words import INPUTS
from kireji.settings.signin import TELLING
from tests.entry.runner import ActionsRunner, Step, actions_runner
from tests.sandbox.claude.federation import ACCOUNT, ORGANIZATION, RULE
from tests.sandbox.github import Repository
from tests.sandbox.oidc import ActionsTokens, Issuer
from tests.stories import changes

TWO = changes.parts(2)
IDS = {
    "ANTHROPIC_FEDERATION_RULE_ID": RULE,
    "ANTHROPIC_ORGANIZATION_ID": ORGANIZATION,
    "ANTHROPIC_SERVICE_ACCOUNT_ID": ACCOUNT,
}


@pytest.fixture
def runner(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[ActionsRunner]:
    """A runner whose workflow names a federation rule, and no key."""
    for runner in actions_runner(tmp_path, capsys):
        runner.key = ""
        runner.more = {"GITHUB_ACTIONS": "true", **IDS}
        yield runner


@pytest.fixture
def job(runner: ActionsRunner) -> Iterator[ActionsTokens]:
    """The job has `id-token: write`, and the rule takes its repository's tokens."""
    issuer = Issuer()
    runner.claude.federation.trust(issuer, "repo:octo/shop:*")
    with ActionsTokens(issuer, "octo/shop") as tokens:
        runner.more |= tokens.environ
        yield tokens


@pytest.fixture
def repo(runner: ActionsRunner) -> Repository:
    """A pull request by alice with two mistakes."""
    repo = runner.github.create_repo("octo/shop", files=TWO.base)
    repo.open_pull(title="Two parts", author="alice", files=TWO.head)
    return repo


def shown(step: Step) -> str:
    """All that a step shows once the runner has heard what to blot out."""
    log = step.log
    for secret in re.findall(r"^::add-mask::(.+)$", step.log, re.MULTILINE):
        log = log.replace(secret, "***")
    return log + step.summary + str(step.outputs)


def test_a_pull_request_is_reviewed_without_a_key(runner: ActionsRunner, repo: Repository, job: ActionsTokens) -> None:
    """One identity token, one exchange, whichever models are asked; no token is seen once it is masked."""
    runner.more["INPUT_SIGNING_KEY"] = "0123456789abcdef" * 4
    step = runner.pull(repo)
    assert (step.status, step.outputs["findings"]) == (0, "2")
    assert (len(job.given), runner.claude.federation.history) == (1, ["success"])
    masked = re.findall(r"^::add-mask::(.+)$", step.log, re.MULTILINE)
    assert masked == [*job.given, *runner.claude.federation.given]
    secrets = [*masked, job.environ["ACTIONS_ID_TOKEN_REQUEST_TOKEN"], runner.more["INPUT_SIGNING_KEY"]]
    assert [secret for secret in secrets if secret in shown(step)] == []
    assert (runner.folder / "state.json").exists()
    assert not any(secret in (runner.folder / "state.json").read_text("utf-8") for secret in secrets)


def test_without_any_secret_that_lasts_nothing_is_remembered(
    runner: ActionsRunner, repo: Repository, job: ActionsTokens
) -> None:
    """What an earlier run has left could be anybody's: the step says so, and what to do."""
    step = runner.pull(repo)
    assert (step.status, step.outputs["findings"], len(job.given)) == (0, "2", 1)
    assert not (runner.folder / "state.json").exists()
    assert "remembered" not in step.outputs
    assert "::warning title=Kireji::This run has no lasting secret" in step.log
    assert "Give the input `signing-key` a secret" in step.log


def test_an_access_token_that_ends_in_mid_review(runner: ActionsRunner, repo: Repository, job: ActionsTokens) -> None:
    """A long run asks GitHub again: its own token is good for minutes, and Claude takes each once."""
    asked = 0

    def end(_: dict[str, Any]) -> None:
        nonlocal asked
        asked += 1
        if asked == 1:
            runner.claude.federation.expire()

    runner.claude.script(end)
    runner.more["KIREJI_CHUNK_TOKENS"] = "500"
    step = runner.pull(repo)
    assert (step.status, step.outputs["findings"]) == (0, "2")
    assert len(set(job.given)) == 2
    assert runner.claude.federation.history == ["success", "success"]


def test_a_refused_exchange(runner: ActionsRunner, repo: Repository, job: ActionsTokens) -> None:
    """The job fails, and its summary names the inputs and what GitHub's token says, to be compared with the rule."""
    runner.claude.federation.rules[RULE].subject = "repo:octo/shop:ref:refs/heads/main"
    step = runner.pull(repo)
    assert (step.status, step.outputs["findings"]) == (1, "0")
    assert "`anthropic_federation_rule_id`, `anthropic_organization_id`" in step.summary
    assert "subject repo:octo/shop:pull_request" in step.summary
    assert runner.claude.federation.history == ["match_subject_prefix"]
    assert not any(token in shown(step) for token in job.given)


def test_a_job_without_the_permission(runner: ActionsRunner, repo: Repository) -> None:
    """It is named; nobody is asked for anything."""
    step = runner.pull(repo)
    assert step.status == 2
    assert "GitHub gives this job no identity token: add `id-token: write` to the job's `permissions`" in step.log
    assert (runner.claude.count(), len(runner.github.traffic)) == (0, 0)


@pytest.mark.parametrize(
    ("given", "token", "told"),
    [
        (
            ("ORGANIZATION",),
            False,
            "anthropic_organization_id is set, but anthropic_federation_rule_id is not, and GitHub gives this job no identity "
            "token: set anthropic_federation_rule_id, and add `id-token: write` to the job's `permissions`; or set "
            "anthropic-api-key",
        ),
        (
            ("SERVICE_ACCOUNT",),
            True,
            "anthropic_service_account_id is set, but anthropic_federation_rule_id and anthropic_organization_id are not: "
            "set anthropic_federation_rule_id and anthropic_organization_id; or set anthropic-api-key",
        ),
        (
            ("FEDERATION_RULE", "ORGANIZATION"),
            False,
            "anthropic_federation_rule_id and anthropic_organization_id are set, but GitHub gives this job no identity token: "
            "add `id-token: write` to the job's `permissions`; or set anthropic-api-key",
        ),
    ],
)
def test_all_that_lacks_is_told_at_once(
    runner: ActionsRunner, repo: Repository, given: tuple[str, ...], token: bool, told: str
) -> None:
    """What is really given, and what is not, by the names of the inputs; only where the job gets a token is none asked for."""
    names = {f"ANTHROPIC_{name}_ID" for name in given}
    runner.more |= {name: value if name in names else "" for name, value in IDS.items()}
    if token:
        runner.more |= {"ACTIONS_ID_TOKEN_REQUEST_URL": "https://github.example", "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "x"}
    step = runner.pull(repo)
    assert step.status == 2
    assert [line for line in step.log.splitlines() if line.startswith("::error")] == [f"::error title=Kireji::{told}"]


def test_a_fork_has_no_identity(runner: ActionsRunner, repo: Repository) -> None:
    """Whatever its workflow asks for: the step ends well, and says what a maintainer can do."""
    repo.open_pull(title="From afar", author="zoe", files=TWO.head, fork=True)
    step = runner.pull(repo, number=2)
    assert (step.status, runner.claude.count()) == (0, 0)
    assert "gives its workflows no identity token" in step.summary
    assert "`/review`" in step.summary


@pytest.mark.usefixtures("job")
def test_a_sign_in_that_is_half_set_up(runner: ActionsRunner, repo: Repository) -> None:
    """What lacks is named as people wrote it in their workflow."""
    runner.more |= {"ANTHROPIC_ORGANIZATION_ID": "", "ANTHROPIC_SERVICE_ACCOUNT_ID": "me"}
    step = runner.pull(repo)
    assert step.status == 2
    assert (
        "::error title=Kireji::anthropic_federation_rule_id and anthropic_service_account_id are set, but "
        "anthropic_organization_id is not: set anthropic_organization_id; or" in step.log
    )
    assert "::error title=Kireji::anthropic_service_account_id is not a service account's id" in step.log


def test_a_key_goes_first(runner: ActionsRunner, repo: Repository, job: ActionsTokens) -> None:
    """As in claude-code-action: then GitHub is not asked."""
    runner.key = "sk-ant-sandbox"
    assert runner.pull(repo).status == 0
    assert job.given == []


def test_the_actions_inputs_reach_the_step() -> None:
    """Each input is handed on under the SDK's name for it."""
    action = yaml.safe_load((Path(__file__).parent.parent.parent / "action.yml").read_text("utf-8"))
    (review,) = [step for step in action["runs"]["steps"] if step.get("id") == "review"]
    assert {name: review["env"][name] for name in INPUTS} == {
        name: f"${{{{ inputs.{given} }}}}" for name, given in INPUTS.items()
    }
    assert set(INPUTS.values()) <= set(action["inputs"])
    assert {name for name in TELLING if "TOKEN" not in name} <= set(INPUTS)
