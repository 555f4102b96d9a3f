"""Models as they are: whole reviews on each that an operator may set, against a Claude that refuses what the original does."""

import logging
import re
from datetime import timedelta
from typing import Any

import pytest

from kireji.core.models.catalogue import MODELS
from tests.models import stays
from tests.sandbox.claude import Reply
from tests.sandbox.claude.errors import ApiError
from tests.sandbox.claude.faults import MESSAGES
from tests.sandbox.faults import Fault
from tests.sandbox.github import Repository
from tests.sandbox.sample_repo import make_change
from tests.stories import changes
from tests.stories.town import Town, asked_for, unread

TWO = changes.parts(2)
HAIKU, NEWER, BETTER = "claude-haiku-4-5", "claude-haiku-5-5", "claude-sonnet-5-5"


def repository(town: Town, policy: str = "") -> Repository:
    """A pull request with two mistakes, by alice; maria writes here."""
    files = TWO.base | ({".github/kireji.yml": policy} if policy else {})
    repo = town.github.create_repo("octo/shop", files=files)
    repo.grant("maria", "write")
    repo.open_pull(author="alice", files=TWO.head)
    return repo


def asked(town: Town) -> set[tuple[str, str]]:
    """Which model was asked for what; none of the requests was refused."""
    assert {call.status for call in town.claude.calls} == {200}
    return {(call.model, next(iter(asked_for(call.request)))) for call in town.claude.calls}


def test_deep_on_the_default_settings(town: Town) -> None:
    """The better model plans, reads across files and verifies; a question is answered after it."""
    repo = repository(town)
    town.open(repo, 1)
    town.say(repo, 1, "/review deep")
    town.say(repo, 1, "/review ask What does this change?")
    assert {(BETTER, "plan"), (BETTER, "findings"), (HAIKU, "findings"), (HAIKU, "answer")} <= asked(town)
    assert town.checks(repo, 1)[-1]["output"]["title"].startswith("No new findings, 2 still open")
    assert town.placed(repo, 1) == [(path, changes.LINE) for path in TWO.paths]


@pytest.mark.settings(KIREJI_CHUNK_TOKENS=changes.CHUNK_TOKENS)
def test_auto_with_escalation_on_the_default_settings(town: Town) -> None:
    """What the model cannot read even in smaller pieces the better one reads."""

    def script(body: dict[str, Any]) -> Reply | None:
        fails = body["model"] == HAIKU and changes.mark("01") in str(body["messages"]) and "findings" in asked_for(body)
        return Reply("{", output_tokens=70_000) if fails else None

    town.claude.script(script)
    check = town.open(repository(town, "depth: auto\nescalate: true\n"), 1)
    assert {(HAIKU, "findings"), (BETTER, "findings")} <= asked(town)
    assert unread(check) == {}
    assert check["output"]["title"] == "2 findings in 4 hunks"


@pytest.mark.settings(KIREJI_MODEL=NEWER)
def test_haiku_5_5(town: Town) -> None:
    """It reads, thinks where it is asked to, verifies, and answers."""
    repo = repository(town, "depth: balanced\n")
    assert town.open(repo, 1)["output"]["title"] == "2 findings in 4 hunks"
    town.say(repo, 1, "/review ask What does this change?")
    assert asked(town) == {(NEWER, "findings"), (NEWER, "checked"), (NEWER, "answer")}
    assert f"to {NEWER}" in town.checks(repo, 1)[0]["output"]["summary"]


@pytest.mark.settings(
    KIREJI_MODEL=NEWER, KIREJI_DEEP_MODEL=NEWER, KIREJI_CHUNK_TOKENS="50000", KIREJI_CONTEXT_TOKENS="20000"
)
@pytest.mark.proof
def test_prompts_of_haiku_5_5_stay_below_the_dear_length(town: Town) -> None:
    """Of a large change read deeply, with the largest chunks that may be set: chunks, plan, across files, verifier."""
    change = make_change(files=60, lines=6_000, planted=6, seed=5)
    repo = town.github.create_repo("octo/large", files=change.base | {".github/kireji.yml": "depth: deep\n"})
    repo.open_pull(files=change.head)
    check = town.open(repo, 1)
    assert asked(town) == {(NEWER, "plan"), (NEWER, "findings"), (NEWER, "checked")}
    longest = max(call.usage.total_input for call in town.claude.calls)
    assert 20_000 < longest < (MODELS[NEWER].long_prompt or 0)
    assert unread(check) == {}


@pytest.mark.settings(KIREJI_POLICY_MODELS=f"claude-sonnet-4-5, {BETTER}")
def test_a_policy_that_names_a_retired_model(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """The operator's reads instead, and the check run says so, with what to set."""
    day = stays(monkeypatch, "claude-sonnet-4-5", timedelta(days=-1))
    check = town.open(repository(town, "model: claude-sonnet-4-5\n"), 1)
    assert (
        f"The policy asks for the model `claude-sonnet-4-5`, which Anthropic retired on {day}, so `{HAIKU}` is used: "
        f"change `model` in the policy. `{BETTER}` succeeds it."
    ) in check["output"]["summary"]
    assert {call.model for call in town.claude.calls} == {HAIKU}


@pytest.fixture
def last_day(monkeypatch: pytest.MonkeyPatch) -> str:
    """The day on which the operator's model retires, which is tomorrow."""
    return stays(monkeypatch, HAIKU, timedelta(days=1))


def test_a_model_that_retires_while_the_app_runs(last_day: str, town: Town) -> None:
    """Nothing is asked of it any more: the check run says why, and with which setting that is mended."""
    repo = repository(town)
    town.open(repo, 1)
    before = town.claude.count()
    town.clock.waits.append(2 * 86_400)
    check = town.push(repo, 1, {"shop/new.py": "def load(page):\n    return yaml.load(page)\n"})
    assert check["conclusion"] == "neutral"
    told = f": Anthropic retired {HAIKU} on {last_day}: set KIREJI_MODEL to {BETTER}"
    assert [reason.endswith(told) for reason in unread(check).values()] == [True] * 3
    assert town.claude.count() == before


def test_a_request_that_is_refused_is_told(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    """In the check run in a few words, inert, with the model and its setting; more of it in the log. No code and no key."""
    code, key = "def double(price):\n    return 2 * price\n", "sk-ant-sandbox"
    words = f"messages.0: {code!r} <img src=x> @octo/all: not for {key}. " + "And so on. " * 40
    body = ApiError(400, words.replace("\\n", "\n")).body("req_1")
    town.claude.faults.add(Fault(MESSAGES, status=400, body=body, times=99, headers={"request-id": "req_1"}))
    with caplog.at_level(logging.WARNING, "kireji.claude"):
        check = town.open(repository(town), 1)
    (reason,) = set(unread(check).values())
    assert "Claude refused the request as invalid (400), saying: messages.0: " in reason
    assert reason.endswith(f"The model was {HAIKU}: change KIREJI_MODEL if this stays")
    assert re.search(r"`@octo/all:?`", reason)
    assert "<img" not in reason
    (line,) = {record.getMessage().partition("(the service said: ")[2] for record in caplog.records}
    assert line.startswith("messages.0: ")
    assert line.count("And so on") > reason.count("And so on")
    assert not any(secret in told for secret in (key, "return 2 * price") for told in (reason, caplog.text))
