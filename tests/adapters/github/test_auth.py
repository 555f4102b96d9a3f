"""Installation tokens: minimal, kept, minted once."""

import asyncio
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import jwt
import pytest
from github.Auth import Auth

from kireji.adapters.github import connect
from kireji.adapters.github.http.auth import AppTokens, Credentials, TokenPurpose
from kireji.adapters.github.http.client import PooledRequester
from kireji.adapters.github.http.transport import Transport
from kireji.core.pulls.denial import Home, Runtime
from kireji.core.pulls.posting import CheckReport
from kireji.core.pulls.pull import PullRef
from kireji.errors import SettingsError, TransientError, UserError

API = "https://api.github.com"
DIFF = f"{API}/repos/octo/shop/pulls/5"
HOME = Home(Runtime.APP, "https://github.com")
APP_PULL = PullRef("octo/shop", 5, installation=7)


@pytest.fixture
def wires() -> Any:
    """Makes requesters on one transport."""
    transport = Transport(API)

    def requester(auth: Auth) -> PooledRequester:
        return PooledRequester(transport, auth)

    return requester


async def test_the_mint_is_scoped_to_the_repository(api: Any, pem: str, clock: Any, wires: Any) -> None:
    """One repository, five permissions, signed by the App's key for at most ten minutes."""
    api.mint()
    tokens = AppTokens("12", pem, clock, HOME)

    assert tokens.token((7, "octo/shop", TokenPurpose.USUAL, None), wires) == "ghs_first"

    request = api.calls[0].request
    assert json.loads(request.body) == {
        "repositories": ["shop"],
        "permissions": {
            "metadata": "read",
            "contents": "read",
            "pull_requests": "write",
            "checks": "write",
            "issues": "write",
        },
    }

    claims = jwt.decode(request.headers["Authorization"].removeprefix("Bearer "), options={"verify_signature": False})
    assert claims["iss"] == "12"
    assert claims["exp"] - claims["iat"] <= 600


async def test_a_token_is_kept_until_five_minutes_before_its_end(api: Any, pem: str, clock: Any, wires: Any) -> None:
    """The clock starts at 9:00 and the token ends at 10:00."""
    api.mint()
    api.mint(token="ghs_second", expires="2026-11-02T11:00:00Z")
    tokens = AppTokens(1, pem, clock, HOME)
    key = (7, "octo/shop", TokenPurpose.USUAL, None)
    clock.advance(timedelta(minutes=54, seconds=59).total_seconds())
    assert [tokens.token(key, wires), tokens.token(key, wires)] == ["ghs_first"] * 2
    clock.advance(1)
    assert tokens.token(key, wires) == "ghs_second"


async def test_many_threads_mint_once(api: Any, pem: str, clock: Any, wires: Any) -> None:
    """Eight threads start together; one asks GitHub."""
    api.mint()
    tokens = AppTokens(1, pem, clock, HOME)
    start = threading.Barrier(8)

    def ask() -> str:
        start.wait()
        return tokens.token((7, "octo/shop", TokenPurpose.USUAL, None), wires)

    with ThreadPoolExecutor(8) as threads:
        got = [future.result() for future in [threads.submit(ask) for _ in range(8)]]
    assert set(got) == {"ghs_first"}
    assert len(api.calls) == 1


async def test_each_repository_has_its_own_token(api: Any, pem: str, clock: Any, wires: Any) -> None:
    """A token for one repository is never sent for another."""
    api.mint()
    api.mint(token="ghs_other")
    tokens = AppTokens(1, pem, clock, HOME)
    shop = tokens.token((7, "octo/shop", TokenPurpose.USUAL, None), wires)
    desk = tokens.token((7, "octo/desk", TokenPurpose.USUAL, None), wires)
    assert shop != desk


async def test_a_revoked_token_is_renewed_once(api: Any, pem: str, clock: Any) -> None:
    """401 is a refusal: nothing was done, so even a POST may go again with a new token."""
    api.mint()
    api.mint(token="ghs_second")
    api.get(f"{API}/repos/octo/shop/commits/abc/check-runs", json={"total_count": 0, "check_runs": []})
    api.post(f"{API}/repos/octo/shop/check-runs", status=401, json={"message": "Bad credentials"})
    api.post(f"{API}/repos/octo/shop/check-runs", status=201, json={"id": 9})
    forge = connect(app_id=1, private_key_pem=pem, clock=clock)
    assert await forge.open_check(APP_PULL, "abc", "job", CheckReport("t", "s")) == 9
    sent = [call.request.headers["Authorization"] for call in api.calls if "/repos/" in str(call.request.url)]
    assert sent == ["token ghs_first", "token ghs_first", "token ghs_second"]


@pytest.mark.parametrize(
    ("status", "message", "told"),
    [
        (404, "Not Found", "Install the App on this repository"),
        (422, "The permissions requested are not granted to this installation.", "checks: write"),
        (401, "A JSON web token could not be decoded", "private key"),
        (403, "This installation has been suspended", "Unsuspend it"),
    ],
)
async def test_a_refused_mint_says_what_to_do(
    api: Any, pem: str, clock: Any, *, status: int, message: str, told: str
) -> None:
    """Not installed, permission missing, wrong key, suspended: each with its remedy."""
    api.post(f"{API}/app/installations/7/access_tokens", status=status, json={"message": message})
    forge = connect(app_id=1, private_key_pem=pem, clock=clock)
    with pytest.raises(UserError) as error:
        await forge.fetch(APP_PULL, [])
    assert told in error.value.remedy


async def test_a_failing_mint_is_asked_again(api: Any, pem: str, clock: Any) -> None:
    """A mint has no lasting effect, so the query that needed it goes again; after four tries it is the caller's."""
    api.post(f"{API}/app/installations/7/access_tokens", status=502)
    forge = connect(app_id=1, private_key_pem=pem, clock=clock)
    with pytest.raises(TransientError, match="token for octo/shop"):
        await forge.fetch(APP_PULL, [])
    assert 4 <= forge.requests <= 8  # four for whichever gives up first, and that stops the other, wherever it is


async def test_without_an_installation_the_token_serves(api: Any, pem: str, clock: Any) -> None:
    """The Action and the CLI have no installation."""
    api.get(DIFF, body="")
    api.pull()
    await connect(app_id=1, private_key_pem=pem, token="ghp_fixed", clock=clock).fetch(PullRef("octo/shop", 5), [])
    assert api.calls[0].request.headers["Authorization"] == "token ghp_fixed"


async def test_without_either_the_user_is_told(pem: str, clock: Any) -> None:
    """No installation, no token."""
    with pytest.raises(UserError, match="no credentials for octo/shop"):
        await connect(app_id=1, private_key_pem=pem, clock=clock).fetch(PullRef("octo/shop", 5), [])


@pytest.mark.parametrize(
    "key", ["", "nonsense", "-----BEGIN RSA PRIVATE KEY-----\nsecretsecret\n-----END RSA PRIVATE KEY-----"]
)
def test_a_bad_key_is_a_setting_that_is_not_quoted(key: str, clock: Any) -> None:
    """Found at the start, and the key's text is nowhere in the error."""
    with pytest.raises(SettingsError) as error:
        AppTokens(1, key, clock, HOME)
    assert "secretsecret" not in str(error.value)
    assert "PEM" in str(error.value)


def test_nothing_at_all_is_a_bad_setting(clock: Any) -> None:
    """A forge needs someone to be."""
    with pytest.raises(SettingsError):
        connect(app_id=1, clock=clock)


async def test_no_repr_shows_a_secret(api: Any, pem: str, clock: Any, wires: Any) -> None:
    """Tokens and keys stay out of tracebacks and logs."""
    api.mint()
    tokens = AppTokens(1, pem, clock, HOME)
    auth = Credentials(tokens, token="ghp_fixed").of(APP_PULL, wires)
    assert await asyncio.to_thread(lambda: auth.token) == "ghs_first"
    shown = repr((tokens, vars(tokens), Credentials(tokens, token="ghp_fixed"), auth, vars(auth)))
    assert "ghs_first" not in shown
    assert "ghp_fixed" not in shown
    assert "BEGIN" not in shown
