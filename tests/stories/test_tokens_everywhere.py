"""A token in every place of a pull request that its author or anybody else can write: no byte of it goes on or stays."""

import json
import logging
import random
from collections.abc import Mapping
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.credentials import TOKENS
from tests.stories.town import Town

PLACES = (
    *("title", "body", "branch", "label", "issue_title", "issue", "commit", "pushed"),
    *("added", "deleted", "context", "section", "far_below", "imported", "rules", "policy", "attributes"),
    *("comment", "ask", "reply", "review", "hunk"),
)
LATER = frozenset({"branch", "label"})
"""What a payload of a push still holds, until only what its readers want of it is stored."""
BELOW = "".join(f"    x{number} = {number}\n" for number in range(30))


@pytest.fixture
def tokens(request: pytest.FixtureRequest) -> dict[str, str]:
    """One for each place. Each test has its own: stories share a file, in which bytes of deleted rows may stay."""
    rng = random.Random(request.node.name)
    return {place: TOKENS["github-token"](rng) for place in PLACES}


def pull_request(town: Town, token: Mapping[str, str], *, threads: bool = True) -> None:
    """Open it, push to it, and have people talk about it, each with a token; in `threads` too, unless they are silent."""
    base = {
        "shop/a.py": f"# {token['context']}\nfrom shop.util import load\n\n\ndef f(y):  # {token['section']}\n{BELOW}"
        f"    # {token['far_below']}\n    z = '{token['deleted']}'\n    return load(y)\n",
        "shop/util.py": f"def load(x):\n    '''{token['imported']}'''\n    return x\n",
        "REVIEW.md": f"Use the token {token['rules']}.\n",
        ".github/kireji.yml": f"instructions:\n  - paths: ['**']\n    text: 'Never print {token['policy']}'\n",
        ".gitattributes": f"# {token['attributes']}\n*.lock linguist-generated\n",
    }
    changed = f"    z = load(y)\n    w = '{token['added']}'\n    q = eval(y)\n"
    head = base["shop/a.py"].replace(f"    z = '{token['deleted']}'\n", changed).replace("x1 = 1\n", "x1 = 2\n")
    repo = town.github.create_repo("octo/shop", files=base)
    repo.grant("maria", "write")
    repo.open_issue(7, f"Leak {token['issue_title']}", f"see {token['issue']}")
    repo.open_pull(
        title=f"Log in with {token['title']}",
        body=f"It is {token['body']}\n\nFixes #7",
        branch=f"feature/{token['branch']}",
        files={"shop/a.py": head},
        labels=(f"by {token['label']}",),
    )
    town.open(repo, 1)
    repo.push(1, {"shop/b.py": "import os\n"}, message=f"Use {token['commit']}")
    town.deliver(action="synchronize", repo=repo, number=1)
    town.check(repo, 1)
    repo.push(1, {"shop/c.py": f"TOKEN = '{token['pushed']}'\n"}, message="More")
    town.deliver(action="synchronize", repo=repo, number=1)
    town.check(repo, 1)
    town.say(repo, 1, f"I would use {token['comment']}.")
    town.say(repo, 1, f"/review ask what is {token['ask']} for?")
    town.say(repo, 1, "/review config")
    town.submit(repo, 1, f"As I said: {token['review']}")
    if not threads:
        return
    thread = repo.review_comments(1)[0]["id"]
    town.reply(repo, 1, thread, f"No, {token['reply']} is right.")
    comment = repo.reply(1, thread, "/review help", by="maria")
    sent = {
        "id": comment.id,
        "body": "/review help",
        "user": {"login": "maria", "type": "User"},
        "path": "shop/a.py",
        "in_reply_to_id": thread,
        "diff_hunk": f"@@ -1,2 +1,2 @@\n a = 1\n-w = '{token['hunk']}'\n+w = 2",
    }
    event = "pull_request_review_comment"
    town.deliver(
        event, action="created", repo=repo, number=1, comment_id=comment.id, sender="maria", extra={"comment": sent}
    )
    town.settle()


def test_no_token_goes_on(town: Town, tokens: dict[str, str], caplog: pytest.LogCaptureFixture) -> None:
    """None is in a request to Claude, in anything that is written on GitHub, or in the log at its most talkative."""
    caplog.set_level(logging.DEBUG)
    pull_request(town, tokens)
    asked = json.dumps([call.request for call in town.claude.calls])
    written = json.dumps([exchange.request for exchange in town.github.traffic], default=str)
    assert town.claude.calls
    assert "secret:github-token" in asked
    seen = {"Claude": asked, "GitHub": written, "log": caplog.text}
    assert [(place, where) for place, token in tokens.items() for where, text in seen.items() if token in text] == []


def _stored(database: Engine) -> bytes:
    """Every byte of the database's file and of its log: reviews, the memo, the ledger, the journal, the engine's inputs."""
    file = Path(database.url.database or "")
    kept = b"".join(path.read_bytes() for path in file.parent.glob(f"{file.name}*"))
    assert b"octo/shop" in kept
    return kept


def test_no_token_stays(town: Town, tokens: dict[str, str], database: Engine) -> None:
    """None is in the database, however its rows are read."""
    pull_request(town, {**tokens, **dict.fromkeys(LATER, "none")}, threads=False)
    kept = _stored(database)
    assert [place for place, token in tokens.items() if token.encode() in kept] == []


def test_no_token_stays_in_payloads(town: Town, tokens: dict[str, str], database: Engine) -> None:
    """Neither in what a payload has besides people's words: branches, labels, the lines around a comment."""
    pull_request(town, tokens)
    kept = _stored(database)
    assert [place for place, token in tokens.items() if token.encode() in kept] == []
