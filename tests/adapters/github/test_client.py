"""The pool, the requester on it, and which requests go again."""

import logging
from typing import Any

import pytest
import requests
import responses
from github.Auth import Token

from kireji.adapters.github import GitHubForge, connect
from kireji.adapters.github.http.client import PooledRequester
from kireji.adapters.github.http.transport import Transport
from kireji.core.pulls.posting import CheckReport
from kireji.core.pulls.pull import Fetched, PullRef
from kireji.errors import TransientError, UserError

API = "https://api.github.com"
REPO = f"{API}/repos/octo/shop"
DIFF = f"{REPO}/pulls/5"
REPORT = CheckReport("Reviewing", "…")


async def fetch(forge: GitHubForge, api: Any) -> Fetched:
    """Fetch the pull request; its GraphQL half is always answered."""
    api.pull()
    return await forge.fetch(PullRef("octo/shop", 5), [])


def diff_call(api: Any) -> Any:
    """The request for the diff."""
    return next(call.request for call in api.calls if call.request.method == "GET")


async def test_a_get_is_sent_again_with_growing_pauses(forge: GitHubForge, api: Any, clock: Any) -> None:
    """502, 503 and a dropped connection are passing: the fourth try succeeds."""
    api.get(DIFF, status=502)
    api.get(DIFF, status=503)
    api.get(DIFF, body=requests.ConnectionError("dropped"))
    api.get(DIFF, body="")
    assert (await fetch(forge, api)).diff.text == ""
    assert forge.requests == 1 + 4
    assert [low <= slept <= 2 * low for low, slept in zip((0.5, 1, 2), clock.sleeps, strict=True)] == [True] * 3


async def test_a_short_retry_after_is_waited_for(forge: GitHubForge, api: Any, clock: Any) -> None:
    """GitHub's own time counts, up to twenty seconds."""
    api.get(DIFF, status=503, headers={"Retry-After": "20"})
    api.get(DIFF, body="")
    await fetch(forge, api)
    assert clock.sleeps == [20.0]


async def test_a_long_retry_after_is_handed_on(forge: GitHubForge, api: Any, clock: Any) -> None:
    """Ten minutes are the caller's to wait."""
    api.get(DIFF, status=429, headers={"Retry-After": "600"}, json={"message": "slow down"})
    with pytest.raises(TransientError) as told:
        await fetch(forge, api)
    assert (told.value.retry_after, clock.sleeps) == (600.0, [])


async def test_a_renamed_repository_is_followed_with_query_and_verb(forge: GitHubForge, api: Any, ref: PullRef) -> None:
    """GitHub answers 301 and 307; a POST stays a POST, and arrives once."""
    moved = f"{API}/repos/octo/store"
    look = f"{REPO}/commits/abc/check-runs"
    api.get(look, status=301, headers={"Location": f"{moved}/commits/abc/check-runs?check_name=Kireji&filter=all"})
    api.get(
        f"{moved}/commits/abc/check-runs",
        match=[responses.matchers.query_param_matcher({"check_name": "Kireji", "filter": "all"})],
        json={"total_count": 0, "check_runs": []},
    )
    api.post(f"{REPO}/check-runs", status=307, headers={"Location": f"{moved}/check-runs"})
    api.post(f"{moved}/check-runs", status=201, json={"id": 9})

    assert await forge.open_check(ref, "abc", "job", REPORT) == 9
    assert forge.requests == 4


async def test_a_redirect_to_another_host_is_not_followed(forge: GitHubForge, api: Any) -> None:
    """The token goes to the API's host only."""
    api.get(DIFF, status=307, headers={"Location": "https://elsewhere.example/x"})
    with pytest.raises(Exception, match="307"):
        await fetch(forge, api)
    assert [call.request.url for call in api.calls if "elsewhere" in str(call.request.url)] == []


async def test_odd_bytes_survive(forge: GitHubForge, api: Any) -> None:
    """Latin-1 in a diff comes back byte for byte, whatever encoding the answer claims."""
    data = b"diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-caf\xe9\n+caf\xc3\xa9\n"
    api.get(DIFF, body=data, content_type="application/vnd.github.diff; charset=utf-8")
    assert (await fetch(forge, api)).diff.text.encode("utf-8", "surrogateescape") == data


async def test_headers_say_who_asks(forge: GitHubForge, api: Any) -> None:
    """User agent, API version, media type and token."""
    api.get(DIFF, body="")
    await fetch(forge, api)
    headers = diff_call(api).headers
    assert headers["User-Agent"].startswith("kireji/")
    assert headers["X-GitHub-Api-Version"] == "2022-11-28"
    assert headers["Accept"] == "application/vnd.github.diff"
    assert headers["Authorization"] == "token ghp_fixed"


async def test_enterprise_addresses(api: Any, clock: Any) -> None:
    """REST below /api/v3, GraphQL at /api/graphql."""
    forge = connect(api_url="https://git.example/api/v3/", token="t", clock=clock)
    api.pull(url="https://git.example/api/graphql")
    api.get("https://git.example/api/v3/repos/octo/shop/pulls/5", body="whole")
    assert (await forge.fetch(PullRef("octo/shop", 5), [])).diff.text == "whole"


async def test_no_token_in_the_log(api: Any, pem: str, clock: Any, caplog: pytest.LogCaptureFixture) -> None:
    """Not even at DEBUG, where PyGithub writes whole answers."""
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, "github")
    forge = connect(app_id=1, private_key_pem=pem, clock=clock)
    api.mint(token="ghs_very_secret")
    api.graphql(None)
    api.get(DIFF, body="")

    with pytest.raises(UserError):
        await forge.fetch(PullRef("octo/shop", 5, installation=7), [])

    logging.getLogger("github.Requester").debug("DEBUG is heard")
    assert "DEBUG is heard" in caplog.text
    assert "ghs_very_secret" not in caplog.text
    assert "BEGIN RSA" not in caplog.text


def test_pygithub_sleeps_and_retries_are_off() -> None:
    """Ten requests of PyGithub's own would otherwise take two seconds more."""
    requester = PooledRequester(Transport(API), Token("t"))
    assert requester.kwargs["seconds_between_requests"] is None
    assert requester.kwargs["seconds_between_writes"] is None
    assert requester.kwargs["retry"] is None
    assert requester.is_lazy


async def test_answers_of_another_shape_are_a_defect_and_cut_ones_pass(
    forge: GitHubForge, api: Any, ref: PullRef
) -> None:
    """JSON that breaks off is asked for again; JSON without the expected fields is nobody's fault but ours."""
    look = f"{REPO}/commits/abc/check-runs"
    api.get(look, body='{"check_runs": [')
    api.get(look, json={"total_count": 0})
    with pytest.raises(Exception, match="shape"):
        await forge.open_check(ref, "abc", "job", REPORT)
    assert forge.requests == 2
