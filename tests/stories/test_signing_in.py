"""The App without a key: a file holds its identity token, which somebody renews, and Claude gives it an access token for it."""

import json
import logging
from pathlib import Path
from typing import Any

import pytest

from tests.pod import POD, Pod
from tests.sandbox.claude.federation import ACCOUNT, ORGANIZATION, RULE
from tests.stories import changes
from tests.stories.town import Town, unread

TEN = changes.parts(10)

pytestmark = pytest.mark.settings(
    KIREJI_CHUNK_TOKENS=changes.CHUNK_TOKENS,
    ANTHROPIC_API_KEY="",
    ANTHROPIC_FEDERATION_RULE_ID=RULE,
    ANTHROPIC_ORGANIZATION_ID=ORGANIZATION,
    ANTHROPIC_SERVICE_ACCOUNT_ID=ACCOUNT,
    ANTHROPIC_IDENTITY_TOKEN_FILE="token",
)


@pytest.fixture
def pod(town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pod:
    """The App's pod; the file is looked for from where the App runs."""
    monkeypatch.chdir(tmp_path)
    return Pod(town.claude, tmp_path)


def test_a_token_that_ends_in_mid_review(town: Town, pod: Pod) -> None:
    """The file was renewed meanwhile: what was refused is asked once more, and the whole change is read."""
    asked = 0

    def end(_: dict[str, Any]) -> None:
        nonlocal asked
        asked += 1
        if asked == 3:
            pod.renew()
            town.claude.federation.expire()

    town.claude.script(end)
    repo = town.github.create_repo("octo/shop", files=TEN.base)
    repo.open_pull(files=TEN.head)
    check = town.open(repo, 1)
    assert (check["conclusion"], unread(check)) == ("neutral", {})
    assert town.placed(repo, 1) == [(path, changes.LINE) for path in TEN.paths]
    assert town.claude.federation.history == ["success", "success"]


def test_a_refused_sign_in_is_told_and_mended(town: Town, pod: Pod) -> None:
    """The check run says what to look at, without a name of the cluster's; Re-run reviews once the rule is mended."""
    pod.rule.subject = "system:serviceaccount:kireji:web"
    repo = town.github.create_repo("octo/shop", files=TEN.base)
    repo.open_pull(files=TEN.head)
    check = town.open(repo, 1)
    told = json.dumps(check["output"])
    assert "Not reviewed" in check["output"]["title"]
    assert "ANTHROPIC_FEDERATION_RULE_ID" in told
    assert POD not in told
    assert town.claude.federation.history == ["match_subject_prefix"]
    pod.rule.subject = POD
    town.clock.waits.append(60)  # a minute later
    town.press(repo, 1, None)
    assert town.placed(repo, 1) == [(path, changes.LINE) for path in TEN.paths]


def test_no_token_is_logged_asked_or_posted(town: Town, pod: Pod, caplog: pytest.LogCaptureFixture) -> None:
    """Neither the file's nor Claude's, with every logger at its most talkative and before the log's own redaction."""
    caplog.set_level(logging.DEBUG)
    for name in ("httpx2", "httpcore2", "anthropic"):
        caplog.set_level(logging.DEBUG, logger=name)
    repo = town.github.create_repo("octo/shop", files=TEN.base)
    repo.open_pull(files=TEN.head)
    town.open(repo, 1)
    town.claude.federation.expire()
    town.push(repo, 1, {TEN.paths[0]: "import os\n"})  # the file was not renewed, so this one is not reviewed
    asked = [call.request for call in town.claude.calls]
    posted = [exchange.request for exchange in town.github.traffic]
    shown = caplog.text + json.dumps([asked, posted], ensure_ascii=False)
    assert "no access token" in caplog.text
    secrets = [pod.file.read_text("utf-8").strip(), *town.claude.federation.given]
    assert [secret for secret in secrets if secret in shown] == []
