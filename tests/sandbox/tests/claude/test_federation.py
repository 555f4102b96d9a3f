"""The loopback Claude's workload identity: as strict as the original, and as silent about why."""

from typing import Any

import pytest
import requests
from anthropic import Anthropic, AuthenticationError
from anthropic.lib.credentials import WorkloadIdentityCredentials, WorkloadIdentityError

from tests.sandbox.claude import ClaudeSandbox
from tests.sandbox.claude.federation import ACCOUNT, AUDIENCE, GRANT, ORGANIZATION, RULE, WORKSPACE
from tests.sandbox.oidc import ActionsTokens, Issuer
from tests.sandbox.tests.claude.support import HAIKU

SUBJECT = "repo:octo/shop:pull_request"


@pytest.fixture
def issuer(claude: ClaudeSandbox) -> Issuer:
    """GitHub, whose tokens for one repository are taken."""
    issuer = Issuer()
    claude.federation.trust(issuer, "repo:octo/shop:*", claims={"repository_owner": "octo"})
    return issuer


def token(issuer: Issuer, subject: str = SUBJECT, audience: str = AUDIENCE, **claims: Any) -> str:
    """One that is taken, unless something is changed."""
    said: dict[str, Any] = {"repository_owner": "octo"} | claims
    return issuer.token(subject, audience, **said)


def exchange(claude: ClaudeSandbox, identity: str, **changes: Any) -> requests.Response:
    """As the pages' cURL does: no header but the content type."""
    body = {
        "grant_type": GRANT,
        "assertion": identity,
        "federation_rule_id": RULE,
        "organization_id": ORGANIZATION,
        "service_account_id": ACCOUNT,
        **changes,
    }
    given = {name: value for name, value in body.items() if value is not None}
    return requests.post(f"{claude.url}/v1/oauth/token", json=given, timeout=10)


def test_an_exchange(claude: ClaudeSandbox, issuer: Issuer) -> None:
    """A standard answer; the access token lives as the rule says, but no longer than twice what the identity token has."""
    answer = exchange(claude, token(issuer)).json()
    assert answer["access_token"].startswith("sk-ant-oat01-")
    assert (answer["token_type"], 590 <= answer["expires_in"] <= 600) == ("Bearer", True)
    claude.federation.rules[RULE].token_lifetime_seconds = 120
    assert exchange(claude, token(issuer), workspace_id=WORKSPACE).json()["expires_in"] == 120


@pytest.mark.parametrize(
    ("said", "asked", "reason"),
    [
        ({}, {"federation_rule_id": "fdrl_01other"}, "rule_not_found"),
        ({}, {"organization_id": "22222222-2222-4333-8444-555555555555"}, "rule_not_found"),
        ({}, {"service_account_id": "svac_01other"}, "service_account_mismatch"),
        ({}, {"workspace_id": "default"}, "workspace_not_enabled"),
        ({"subject": "repo:Octo/shop:pull_request"}, {}, "match_subject_prefix"),
        ({"subject": "repo:octo/shop-2:pull_request"}, {}, "match_subject_prefix"),
        ({"audience": "api.anthropic.com"}, {}, "match_audience"),
        ({"repository_owner": "eve"}, {}, "match_claims"),
        ({"iss": "https://token.actions.githubusercontent.com/"}, {}, "issuer_mismatch"),
        ({"seconds": -31}, {}, "token_expired"),
        ({"seconds": 3601}, {}, "token_lifetime_exceeded"),
        ({"iat": None}, {}, "iat_invalid"),
        ({"sub": ""}, {}, "sub_missing"),
    ],
)
def test_a_denied_exchange(
    claude: ClaudeSandbox, issuer: Issuer, said: dict[str, Any], asked: dict[str, Any], reason: str
) -> None:
    """The same answer whatever the check; the reason is in the Console alone."""
    answer = exchange(claude, token(issuer, **said), **asked)
    assert (answer.status_code, answer.json()["error"]) == (
        401,
        {"type": "authentication_error", "message": "Authentication failed"},
    )
    assert answer.headers["request-id"].startswith("req_")
    assert claude.federation.history == [reason]


def test_an_identity_token_is_taken_once(claude: ClaudeSandbox, issuer: Issuer) -> None:
    """Where it has an id of its own, and its issuer is not set otherwise. Half a minute late is still in time."""
    identity = token(issuer, seconds=-20)
    assert [exchange(claude, identity).status_code for _ in range(2)] == [200, 401]
    assert claude.federation.history == ["success", "jti_reused"]
    nameless = token(issuer, jti=None)
    assert [exchange(claude, nameless).status_code for _ in range(2)] == [200, 200]
    claude.federation.rules[RULE].trusted.check_jti = False
    assert exchange(claude, identity).status_code == 200


def test_another_key_and_another_kind_of_signature(claude: ClaudeSandbox, issuer: Issuer) -> None:
    """A token that somebody else signed, or nobody, or that was changed, is none."""
    forged = token(issuer)
    bodies = forged.split(".")
    exchange(claude, ".".join((bodies[0], token(issuer, subject="repo:octo/shop:ref:x").split(".")[1], bodies[2])))
    exchange(claude, token(Issuer()))
    exchange(claude, "eyJhbGciOiJub25lIn0.e30.")
    exchange(claude, "x" * 20_000)
    assert claude.federation.history == [*["signature_invalid"] * 3, "token_too_large"]


@pytest.mark.parametrize(
    "changes",
    [
        {"grant_type": "refresh_token"},
        {"assertion": None},
        {"organization_id": None},
        {"service_account_id": None},
        {"federation_rule_id": "svac_01sandbox"},
        {"workspace_id": "mine"},
    ],
)
def test_a_malformed_request(claude: ClaudeSandbox, issuer: Issuer, changes: dict[str, Any]) -> None:
    """A 400 whose message names the field, and no entry in the history."""
    answer = exchange(claude, token(issuer), **changes)
    assert (answer.status_code, answer.json()["error"]["type"]) == (400, "invalid_request_error")
    assert next(iter(changes)) in answer.json()["error"]["message"]
    assert claude.federation.history == []


def test_several_workspaces(claude: ClaudeSandbox, issuer: Issuer) -> None:
    """One must be named."""
    claude.federation.rules[RULE].workspaces = (WORKSPACE, "default")
    assert exchange(claude, token(issuer)).status_code == 401
    assert exchange(claude, token(issuer), workspace_id="default").status_code == 200
    assert claude.federation.history == ["workspace_id_required", "success"]


def test_an_access_token_is_good_until_it_ends(claude: ClaudeSandbox, issuer: Issuer) -> None:
    """With the header that the SDK sends beside it; its end has words of its own."""
    credentials = WorkloadIdentityCredentials(
        identity_token_provider=lambda: token(issuer),
        federation_rule_id=RULE,
        organization_id=ORGANIZATION,
        service_account_id=ACCOUNT,
    )
    with Anthropic(credentials=credentials, base_url=claude.url, max_retries=0) as client:
        question: Any = {"model": HAIKU, "messages": [{"role": "user", "content": "."}]}
        assert client.messages.count_tokens(**question).input_tokens > 0
        (access,) = claude.federation.given
        claude.federation.ahead = 700
        with pytest.raises(AuthenticationError, match="OAuth token has expired"):
            client.messages.count_tokens(**question)

    headers = {"authorization": f"Bearer {access}", "anthropic-version": "2026-10-21"}
    plain = requests.post(f"{claude.url}/v1/messages/count_tokens", json=question, headers=headers, timeout=10)
    assert plain.json()["error"]["message"] == "OAuth authentication is currently not supported."
    headers |= {"authorization": "Bearer sk-ant-oat01-other", "anthropic-beta": "oauth-2025-04-20"}
    other = requests.post(f"{claude.url}/v1/messages/count_tokens", json=question, headers=headers, timeout=10)
    assert other.json()["error"]["message"] == "Invalid bearer token"


def test_the_sdk_tells_no_more_than_claude_does(claude: ClaudeSandbox, issuer: Issuer) -> None:
    """Its error has the status and the request's id."""
    claude.federation.rules[RULE].archived = True
    credentials = WorkloadIdentityCredentials(
        identity_token_provider=lambda: token(issuer), federation_rule_id=RULE, organization_id=ORGANIZATION
    )
    credentials.bind_base_url(claude.url)
    with pytest.raises(WorkloadIdentityError) as caught:
        credentials()
    assert caught.value.status_code == 400  # without a service account, as the reference has it


def test_githubs_endpoint() -> None:
    """A fresh token each time, for the audience asked for, or else for the repository's owner; for the job alone."""
    with ActionsTokens(Issuer(), "octo/shop") as job:
        url, bearer = job.environ.values()
        headers = {"Authorization": f"Bearer {bearer}"}
        answers = [requests.get(f"{url}&audience={AUDIENCE}", headers=headers, timeout=10).json() for _ in range(2)]
        assert [answer["value"] for answer in answers] == job.given
        assert len(set(job.given)) == 2
        assert requests.get(url, headers={"Authorization": "Bearer x"}, timeout=10).status_code == 401
        assert requests.get(url.partition("?")[0], headers=headers, timeout=10).status_code == 400
        assert requests.get(url, headers=headers, timeout=10).status_code == 200
