"""Credentials in a pull request: told at their lines, and nowhere to be seen."""

import json
import logging
import random
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.credentials import TOKENS, letters, pem
from tests.sandbox.github import Repository
from tests.stories import changes, says
from tests.stories.town import Town

RNG = random.Random(11)
AWS = TOKENS["aws-access-key"](RNG)
GITHUB = TOKENS["github-token"](RNG)
SLACK = TOKENS["slack-token"](RNG)
PASSWORD = f"q7{letters(RNG, 'abcdefXYZ', 10)}"
KEY = pem(RNG)
VALUES = [AWS, GITHUB, SLACK, PASSWORD, *KEY[1:-1]]
TWO = changes.parts(2)
SETTINGS = f'''\
REGION = "eu-central-1"
ACCESS = "{AWS}"
connect("db", password="{PASSWORD}")
connect("replica", "{PASSWORD}")
'''


def everything(town: Town, caplog: pytest.LogCaptureFixture, database: Engine) -> str:
    """All that was logged, asked of Claude, written to GitHub, and every byte of the database."""
    asked = [call.request for call in town.claude.calls]
    written = [exchange.request for exchange in town.github.traffic]
    file = Path(database.url.database or "")
    kept = b"".join(path.read_bytes() for path in file.parent.glob(f"{file.name}*"))  # its log too
    assert b"octo/shop" in kept
    return caplog.text + json.dumps([asked, written], ensure_ascii=False) + kept.decode("utf-8", "replace")


@pytest.fixture
def repo(town: Town, caplog: pytest.LogCaptureFixture) -> Repository:
    """A pull request that adds an AWS key, a password and a private key, and writes tokens where people write."""
    caplog.set_level(logging.DEBUG)
    files = {**TWO.base, "CLAUDE.md": f"Deploys use {SLACK}.\n", "old.env": f"TOKEN={GITHUB}\n"}
    repo = town.github.create_repo("octo/shop", files=files)
    head = {**TWO.head, "shop/settings.py": SETTINGS, "deploy/app.txt": "\n".join(KEY) + "\n", "old.env": "TOKEN=\n"}
    repo.open_pull(title=f"Deploy with {GITHUB}", body=f"Log in with\n\n    {SLACK}\n", files=head)
    return repo


def test_found_at_its_line_and_seen_nowhere(
    town: Town, repo: Repository, caplog: pytest.LogCaptureFixture, database: Engine
) -> None:
    """Each is told at its line, the planted mistakes as well; no value is in a prompt, a page, the log or the database."""
    check = town.open(repo, 1)
    leaks = [("deploy/app.txt", 1), ("shop/settings.py", 2), ("shop/settings.py", 3), ("shop/settings.py", 4)]
    assert town.placed(repo, 1) == sorted([*leaks, *((path, changes.LINE) for path in TWO.paths)])
    told = "\n".join(comment["body"] for comment in repo.review_comments(1))
    assert "an AWS access key" in told
    assert "a private key" in told
    assert check["conclusion"] == "neutral"
    seen = everything(town, caplog, database)
    assert "<secret:aws-access-key>" in seen
    assert [value for value in VALUES if value in seen] == []


def test_a_push_that_changes_the_value_is_asked_nothing_again(town: Town, repo: Repository) -> None:
    """The prompt does not depend on it; the thread at its line stands."""
    town.open(repo, 1)
    calls = town.claude.count()
    other = SETTINGS.replace(AWS, TOKENS["aws-access-key"](random.Random(12)))
    check = town.push(repo, 1, {"shop/settings.py": other})
    assert town.claude.count() == calls
    assert len(repo.review_comments(1)) == 6
    assert "6 still open" in check["output"]["title"]


def test_what_the_model_says_is_redacted_too(town: Town, repo: Repository) -> None:
    """A model that knows a credential from elsewhere tells it to nobody; a suggestion with a placeholder is dropped."""
    offered = 'ACCESS = "<secret:aws-access-key>"  # rotate'
    quote = 'ACCESS = "<secret:aws-access-key>"'
    said = says.finding(
        "shop/settings.py", 2, quote, title=f"Uses {GITHUB}", explanation=f"See {SLACK}.", replacement=offered
    )
    town.claude.script(lambda request: [said] if "settings.py" in says.chunk_of(request) else None)
    town.open(repo, 1)
    bodies = "\n".join(comment["body"] for comment in repo.review_comments(1))
    assert "secret:github-token" in bodies
    assert (
        "suggestion" not in "".join(line for line in bodies.splitlines() if line.startswith("```"))
        or offered not in bodies
    )
    assert [value for value in VALUES if value in bodies] == []
    checks = json.dumps(repo.check_runs(repo.pull(1).head_sha))
    assert [value for value in VALUES if value in checks] == []


def test_in_comments(town: Town, repo: Repository, caplog: pytest.LogCaptureFixture, database: Engine) -> None:
    """What people write in a thread, or ask, goes to Claude and into the database without it."""
    town.open(repo, 1)
    first = repo.review_comments(1)[0]["id"]
    town.reply(repo, 1, first, f"It is {AWS}, is it not?", by=repo.pull(1).author.login)
    town.say(repo, 1, f"/review ask is {GITHUB} safe?", by=repo.pull(1).author.login)
    seen = everything(town, caplog, database)
    assert town.answers(repo, 1)
    assert [value for value in VALUES if value in seen] == []
