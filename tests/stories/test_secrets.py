"""Keys and tokens are shown nowhere: not in the log, not to Claude, not on GitHub."""

import json
import logging

import pytest

from tests.sandbox.claude import api_fault
from tests.sandbox.github import Fault
from tests.stories import changes
from tests.stories.town import Town

TWO = changes.parts(2)

TROUBLES = {
    "all is well": (),
    "a refused key": (api_fault(401, times=99),),
    "an outage of Claude's": (api_fault(500, times=99),),
    "a connection that breaks": (Fault("POST /v1/messages", drop="before", times=99),),
}
GITHUB_TROUBLES = {
    "all is well": (),
    "refused credentials": (Fault("*", status=401, times=99),),
    "no token": (Fault("POST */access_tokens", status=403, times=99),),
    "an outage": (Fault("*", status=500, times=99),),
    "connections that break": (Fault("*", drop="before", times=99),),
    "a page of a proxy": (Fault("*", status=200, body="<html>Welcome</html>", times=99),),
}


def secrets(town: Town) -> dict[str, str]:
    """Everything that must not be seen, tokens of this story included."""
    key = "".join(town.identity.private_key_pem.split("\n")[1:-2])
    return {
        "webhook secret": town.identity.webhook_secret,
        "private key": key[100:140],
        "Claude's key": town.claude.api_key,
        **{f"token {number}": token for number, token in enumerate(town.github.world.tokens)},
    }


def review_under(town: Town, caplog: pytest.LogCaptureFixture) -> str:
    """Have a pull request reviewed, or not; everything that was logged, asked and posted."""
    caplog.set_level(logging.DEBUG)
    for name in ("github", "httpx2", "httpcore2", "anthropic", "urllib3"):
        caplog.set_level(logging.DEBUG, logger=name)
    repo = town.github.create_repo("octo/shop", files=TWO.base)
    repo.open_pull(files=TWO.head)
    town.deliver(action="opened", repo=repo, number=1)
    town.settle()
    asked = [call.request for call in town.claude.calls]
    posted = [exchange.request for exchange in town.github.traffic]
    assert "kireji" in caplog.text
    return caplog.text + json.dumps([asked, posted], ensure_ascii=False)


@pytest.mark.parametrize("faults", TROUBLES.values(), ids=TROUBLES)
def test_when_claude_fails(town: Town, faults: tuple[Fault, ...], caplog: pytest.LogCaptureFixture) -> None:
    """With every logger at its most talkative, before the log's own redaction."""
    for fault in faults:
        town.claude.faults.add(fault)
    seen = review_under(town, caplog)
    assert secrets(town)["token 0"]
    assert [name for name, secret in secrets(town).items() if secret in seen] == []


@pytest.mark.parametrize("faults", GITHUB_TROUBLES.values(), ids=GITHUB_TROUBLES)
def test_when_github_fails(town: Town, faults: tuple[Fault, ...], caplog: pytest.LogCaptureFixture) -> None:
    """The same, and no failure of GitHub's ends the service."""
    for fault in faults:
        town.github.faults.add(fault)
    seen = review_under(town, caplog)
    assert [name for name, secret in secrets(town).items() if secret in seen] == []
    assert town.send("ping").status_code == 202
