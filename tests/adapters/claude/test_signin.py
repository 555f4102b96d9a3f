"""Signing in to Claude without a key: the real SDK and our share of it, against the loopback Claude and loopback issuers."""

import asyncio
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from kireji.adapters.claude import ClaudeModel, Tokens, connect
from kireji.core.models.answer import Answer, Unanswered
from kireji.core.models.providers import Access
from kireji.core.models.signin import JobToken, SignIn, Source, TokenText
from kireji.errors import SettingsError, UserError
from tests.adapters.claude.conftest import prompt
from tests.fakes.clock import FakeClock
from tests.pod import POD, Pod
from tests.sandbox.claude import ClaudeSandbox, api_fault
from tests.sandbox.claude.federation import ACCOUNT, ORGANIZATION, RULE, WORKSPACE
from tests.sandbox.faults import Fault
from tests.sandbox.oidc import ActionsTokens, Issuer


@pytest.fixture
def pod(claude: ClaudeSandbox, tmp_path: Path) -> Pod:
    """See there."""
    return Pod(claude, tmp_path)


@pytest.fixture
def job(claude: ClaudeSandbox) -> Iterator[ActionsTokens]:
    """A job of GitHub Actions that has `id-token: write`, and the rule that takes its tokens."""
    issuer = Issuer()
    claude.federation.trust(issuer, "repo:octo/shop:*")
    with ActionsTokens(issuer, "octo/shop") as tokens:
        yield tokens


def of_job(job: ActionsTokens) -> JobToken:
    """The job's source."""
    url, bearer = job.environ.values()
    return JobToken(url, bearer)


def signin(source: Source, **changes: str) -> SignIn:
    """The ids as they are in the loopback Console."""
    ids = {"rule": RULE, "organization": ORGANIZATION, "service_account": ACCOUNT} | changes
    return SignIn(source=source, **ids)


def models(claude: ClaudeSandbox, sign: SignIn, clock: FakeClock, *names: str) -> list[ClaudeModel]:
    """Models that share their tokens, as a process's do."""
    tokens = Tokens(sign, claude.url, clock)
    access = Access(signin=sign)
    return [
        connect("", claude.url, name, clock, access=access, tokens=tokens) for name in names or ("claude-haiku-4-5",)
    ]


async def ask(model: ClaudeModel, question: str = "a chunk") -> Answer | Unanswered:
    """One question."""
    return await model.ask(prompt(question))


async def refusal(claude: ClaudeSandbox, sign: SignIn, clock: FakeClock) -> str:
    """Why there is no answer."""
    (model,) = models(claude, sign, clock)
    answer = await ask(model)
    assert isinstance(answer, Unanswered)
    return answer.reason


async def test_a_token_file_is_exchanged_once_for_all_models(claude: ClaudeSandbox, pod: Pod, clock: FakeClock) -> None:
    """Claude takes an identity token once: a second model, and a second call, use the access token that is there."""
    haiku, sonnet = models(claude, signin(pod.source), clock, "claude-haiku-4-5", "claude-opus-5-5")
    answers = await asyncio.gather(*(ask(model, f"chunk {number}") for model in (haiku, sonnet) for number in range(6)))
    assert all(isinstance(answer, Answer) for answer in answers)
    assert claude.federation.history == ["success"]


async def test_a_renewed_file_is_read_again(claude: ClaudeSandbox, pod: Pod, clock: FakeClock) -> None:
    """The access token ends in mid-run; by then the file holds another identity token, and nothing is lost."""
    (model,) = models(claude, signin(pod.source), clock)
    assert isinstance(await ask(model, "one"), Answer)
    pod.renew()
    claude.federation.expire()
    clock.advance(3600)
    answer = await ask(model, "two")
    assert isinstance(answer, Answer)
    assert (answer.attempts, claude.federation.history) == (2, ["success", "success"])


async def test_two_models_whose_token_ends_renew_it_once(claude: ClaudeSandbox, pod: Pod, clock: FakeClock) -> None:
    """Each is told so by a 401 of its own; the second finds the first's new token, and does not give that up."""
    haiku, opus = models(claude, signin(pod.source), clock, "claude-haiku-4-5", "claude-opus-5-5")
    await asyncio.gather(ask(haiku, "one"), ask(opus, "one"))
    pod.renew()
    claude.federation.expire()
    clock.advance(3600)
    answers = await asyncio.gather(ask(haiku, "two"), ask(opus, "two"))
    assert all(isinstance(answer, Answer) for answer in answers)
    assert claude.federation.history == ["success", "success"]


async def test_a_short_token_is_renewed_before_it_ends(claude: ClaudeSandbox, pod: Pod, clock: FakeClock) -> None:
    """The SDK renews within two minutes of the end; a renewal that fails does no harm while the old token holds."""
    pod.rule.token_lifetime_seconds = 100
    (model,) = models(claude, signin(pod.source), clock)
    assert isinstance(await ask(model, "one"), Answer)
    assert isinstance(await ask(model, "two"), Answer)
    assert claude.federation.history == ["success", "jti_reused"]
    pod.renew()
    clock.advance(60)
    assert isinstance(await ask(model, "three"), Answer)


async def test_a_file_that_is_not_renewed_in_time_says_so(claude: ClaudeSandbox, pod: Pod, clock: FakeClock) -> None:
    """Single use, and the same token still in the file: the setting of the issuer that ends it is named."""
    (model,) = models(claude, signin(pod.source), clock)
    await ask(model, "one")
    claude.federation.expire()
    clock.advance(3600)
    answer = await ask(model, "two")

    assert isinstance(answer, Unanswered)
    assert "was exchanged before (401): turn single use (`check_jti`) off for its issuer" in answer.reason
    assert claude.federation.history[-1] == "jti_reused"

    pod.rule.trusted.check_jti = False
    clock.advance(60)

    assert isinstance(await ask(model, "three"), Answer)


async def test_github_gives_a_job_a_fresh_token_each_time(
    claude: ClaudeSandbox, job: ActionsTokens, clock: FakeClock
) -> None:
    """For the audience that Claude's own pages name; a long run outlives its access token and GitHub's five minutes."""
    (model,) = models(claude, signin(of_job(job)), clock)
    assert isinstance(await ask(model, "one"), Answer)
    claude.federation.expire()
    clock.advance(3600)
    assert isinstance(await ask(model, "two"), Answer)
    assert len(set(job.given)) == 2
    assert claude.federation.history == ["success", "success"]


async def test_another_audience_may_be_asked_for(claude: ClaudeSandbox, job: ActionsTokens, clock: FakeClock) -> None:
    """The rule decides which one it takes."""
    claude.federation.rules[RULE].audience = "https://octo.example/claude?a=b&c"
    url, bearer = job.environ.values()
    assert "audience https://api.anthropic.com" in await refusal(claude, signin(of_job(job)), clock)
    (model,) = models(claude, signin(JobToken(url, bearer, "https://octo.example/claude?a=b&c")), clock)
    assert isinstance(await ask(model), Answer)


@pytest.mark.parametrize(
    ("changes", "token", "reason"),
    [
        ({"rule": "fdrl_01other"}, {}, "rule_not_found"),
        ({"organization": "99999999-2222-4333-8444-555555555555"}, {}, "rule_not_found"),
        ({"service_account": "svac_01other"}, {}, "service_account_mismatch"),
        ({"workspace": "wrkspc_01other"}, {}, "workspace_not_enabled"),
        ({}, {"subject": "system:serviceaccount:kireji:Worker"}, "match_subject_prefix"),
        ({}, {"audience": "https://kubernetes.default.svc"}, "match_audience"),
        ({}, {"iss": "https://elsewhere.example"}, "issuer_mismatch"),
        ({}, {"seconds": 7200}, "token_lifetime_exceeded"),
        ({}, {"iat": None}, "iat_invalid"),
    ],
)
async def test_a_refused_exchange(
    claude: ClaudeSandbox, pod: Pod, changes: dict[str, str], token: dict[str, object], reason: str
) -> None:
    """Claude never says why; the settings that may be wrong are named, and where the reason is to be seen."""
    pod.renew(**token)
    said = await refusal(claude, signin(pod.source, **changes), FakeClock())
    assert said.startswith("Claude refused the identity token (401): check that ANTHROPIC_FEDERATION_RULE_ID, ")
    assert "ANTHROPIC_SERVICE_ACCOUNT_ID are right" in said
    assert "authentication history" in said
    assert POD not in said  # a cluster's names are for the log
    assert claude.federation.history == [reason]


async def test_a_rule_of_several_workspaces(claude: ClaudeSandbox, pod: Pod, clock: FakeClock) -> None:
    """It needs one to be named, which the refusal says."""
    pod.rule.workspaces = (WORKSPACE, "wrkspc_02other")
    assert "ANTHROPIC_WORKSPACE_ID is set if" in await refusal(claude, signin(pod.source), clock)
    (model,) = models(claude, signin(pod.source, workspace=WORKSPACE), clock)
    assert isinstance(await ask(model), Answer)


async def test_an_expired_token_is_called_so(claude: ClaudeSandbox, pod: Pod, clock: FakeClock) -> None:
    """By its own word, since Claude does not say."""
    pod.renew(iat=100, nbf=100, exp=1000)
    said = await refusal(claude, signin(pod.source), clock)
    assert said.startswith("The token in the file of ANTHROPIC_IDENTITY_TOKEN_FILE expired at 00:16 UTC on 1970-01-01")


@pytest.mark.parametrize("several", [1, 12])
async def test_a_refusal_is_met_once(claude: ClaudeSandbox, pod: Pod, clock: FakeClock, several: int) -> None:
    """However many calls wait for the token; afterwards Claude is asked again, as the rule may have been mended."""
    pod.rule.archived = True
    (model,) = models(claude, signin(pod.source), clock)
    answers = await asyncio.gather(*(ask(model, f"chunk {number}") for number in range(several)))
    assert all(isinstance(answer, Unanswered) for answer in answers)
    assert claude.federation.history == ["rule_not_found"]
    pod.rule.archived = False
    clock.advance(60)
    assert isinstance(await ask(model), Answer)


async def test_a_malformed_request_is_told_in_claudes_words(claude: ClaudeSandbox, pod: Pod, clock: FakeClock) -> None:
    """A 400 names the field, and tells nothing of a rule."""
    said = await refusal(claude, signin(pod.source, service_account=""), clock)
    assert "(400, “service_account_id: Field required”): check ANTHROPIC_FEDERATION_RULE_ID" in said


@pytest.mark.parametrize("status", [429, 500, 503, 529])
async def test_a_passing_failure_of_the_exchange(
    claude: ClaudeSandbox, pod: Pod, clock: FakeClock, status: int
) -> None:
    """It is tried again, as any call is."""
    claude.faults.add(Fault("POST /v1/oauth/token", status=status, times=1))
    (model,) = models(claude, signin(pod.source), clock)
    answer = await ask(model)
    assert isinstance(answer, Answer)
    assert claude.federation.history == ["success"]


async def test_nobody_at_the_exchange(claude: ClaudeSandbox, pod: Pod, clock: FakeClock) -> None:
    """A connection that is cut is passing too; so are words that are no answer."""
    claude.faults.add(Fault("POST /v1/oauth/token", drop="before", times=99))
    assert await refusal(claude, signin(pod.source), clock) == "Claude's token exchange could not be reached"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "is not there: see that the token's volume is mounted there"),
        ("", "is empty"),
        (" \n", "is empty"),
        ("-----BEGIN CERTIFICATE-----", "holds no identity token"),
        ("a.b.c", "holds no identity token"),
        ("x" * 20_000, "holds no identity token"),
    ],
)
async def test_a_file_without_a_token(
    claude: ClaudeSandbox, pod: Pod, clock: FakeClock, content: str | None, said: str
) -> None:
    """Nothing is sent anywhere."""
    if content is None:
        pod.file.unlink()
    else:
        pod.file.write_text(content, "utf-8")
    reason = await refusal(claude, signin(pod.source), clock)
    assert reason.startswith(f"The file of ANTHROPIC_IDENTITY_TOKEN_FILE {said}")
    assert claude.federation.history == []


async def test_a_token_in_the_environment(claude: ClaudeSandbox, pod: Pod, clock: FakeClock) -> None:
    """For one run on somebody's own machine."""
    (model,) = models(claude, signin(TokenText(pod.file.read_text("utf-8").strip())), clock)
    assert isinstance(await ask(model), Answer)


async def test_github_refuses_a_job_its_token(claude: ClaudeSandbox, job: ActionsTokens, clock: FakeClock) -> None:
    """The permission that it takes is named; what is GitHub's own trouble is tried again."""
    url, _ = job.environ.values()
    said = await refusal(claude, signin(JobToken(url, "another job's")), clock)
    assert said == "GitHub gave this job no identity token (401): add `id-token: write` to the job's `permissions`"
    job.faults.add(Fault("GET /idtoken/1/", status=503, times=2))
    (model,) = models(claude, signin(of_job(job)), clock)
    assert isinstance(await ask(model), Answer)
    job.faults.add(Fault("GET /idtoken/1/", status=200, body={"message": "odd"}))
    assert "cannot be read" in await refusal(claude, signin(of_job(job)), clock)


async def test_a_job_is_told_what_its_token_says(claude: ClaudeSandbox, job: ActionsTokens, clock: FakeClock) -> None:
    """What of its subject the rule did not take is seen at once, under the names of the Action's inputs."""
    claude.federation.rules[RULE].subject = "repo:octo/shop:ref:refs/heads/main"
    said = await refusal(claude, signin(of_job(job)), clock)
    assert "`anthropic_federation_rule_id`, `anthropic_organization_id`" in said
    assert "subject repo:octo/shop:pull_request, audience https://api.anthropic.com" in said


async def test_an_access_token_that_may_not(claude: ClaudeSandbox, pod: Pod, clock: FakeClock) -> None:
    """A 403 is about the rule's workspace and scope; there is no key that could be meant."""
    claude.faults.add(api_fault(403))
    said = await refusal(claude, signin(pod.source), clock)
    assert said.endswith("check the workspace and the scope of the rule in ANTHROPIC_FEDERATION_RULE_ID")


async def test_no_token_is_in_the_log_and_each_is_masked(
    claude: ClaudeSandbox, job: ActionsTokens, clock: FakeClock, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither the identity tokens nor the access tokens, whatever goes wrong; whoever masks them is told in time."""
    caplog.set_level(logging.DEBUG)
    masked = list[str]()
    sign = signin(of_job(job))
    tokens = Tokens(sign, claude.url, clock, masked.append)
    model = connect("", claude.url, "claude-haiku-4-5", clock, access=Access(signin=sign), tokens=tokens)

    assert isinstance(await ask(model, "one"), Answer)

    claude.federation.expire()
    claude.federation.rules[RULE].archived = True
    clock.advance(3600)

    assert isinstance(await ask(model, "two"), Unanswered)

    shown = caplog.text
    assert "no access token, request=req_" in shown
    assert [token for token in (*job.given, *claude.federation.given) if token in shown] == []
    assert masked == [job.given[0], *claude.federation.given, job.given[1]]
    assert not any(token in repr((sign, tokens)) for token in (*masked, job.environ["ACTIONS_ID_TOKEN_REQUEST_TOKEN"]))


def test_the_checkup_signs_in(claude: ClaudeSandbox, pod: Pod, clock: FakeClock) -> None:
    """It says as whom and for how long; and, refused, what the token says, for whoever runs the server."""
    tokens = Tokens(signin(pod.source), claude.url, clock)
    assert f"without a key, as {ACCOUNT}, by rule {RULE}" in tokens.try_it()
    assert "check_jti" in tokens.advice

    with pytest.raises(UserError) as refused:
        Tokens(signin(pod.source, rule="fdrl_01other"), claude.url, clock).try_it()

    assert f"subject {POD}" in str(refused.value)
    assert refused.value.remedy.startswith("Check that ANTHROPIC_FEDERATION_RULE_ID")

    with pytest.raises(UserError, match="Field required”") as refused:
        Tokens(signin(pod.source, service_account=""), claude.url, clock).try_it()

    assert refused.value.remedy.startswith("Check ANTHROPIC_FEDERATION_RULE_ID")


def test_an_address_in_the_open_is_refused(clock: FakeClock) -> None:
    """The SDK sends identity tokens over https alone, but on this machine."""
    with pytest.raises(SettingsError, match="https"):
        Tokens(signin(TokenText("a.b.c")), "http://gateway.example", clock)
