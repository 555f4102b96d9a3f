"""Deep reviews read all files together: what two of them break between them is found, told once, and paid once."""

import random
from typing import Any

import pytest
from sqlalchemy import Engine

from kireji.adapters.store.costs import costs
from kireji.core.money.costs import CostGroup
from tests.credentials import TOKENS
from tests.sandbox.claude import Reply
from tests.sandbox.github import Repository
from tests.stories.changes import CHUNK_TOKENS
from tests.stories.town import Town, asked_for

NOISE = "".join(
    f"# line {number} of much that stands between, so that each file is a chunk of its own\n" for number in range(20)
)
PRICE, PAY = "shop/price.py", "shop/pay.py"
BASE = {
    PRICE: f"def total(cart):\n    return sum(cart)\n{NOISE}",
    PAY: f"import shop.price\n\n\ndef pay(cart):\n    return 1\n{NOISE}",
}
HEAD = {
    PRICE: f"def total(cart, rate):\n    return sum(cart) * rate\n{NOISE}",
    PAY: f"import shop.price\n\n\ndef pay(cart):\n    return shop.price.total(cart)\n{NOISE}",
    "shop/notes.py": NOISE[:600],
}
SMALL = {"KIREJI_CHUNK_TOKENS": CHUNK_TOKENS}
SAID_BY_A_CHUNK: dict[str, object] = {
    "path": PRICE, "side": "RIGHT", "start_line": 1, "end_line": 1, "quote": "def total(cart, rate):",
    "category": "contract", "severity": "medium", "confidence": "high", "title": "`total` has another parameter now",
    "explanation": "`pay` calls it with one argument, which fails.", "replacement": None,
}  # fmt: skip


def repository(town: Town, policy: str) -> Repository:
    """A pull request that changes a function's parameters in one file, and calls it the old way in another."""
    repo = town.github.create_repo("octo/shop", files=BASE | {".github/kireji.yml": policy})
    repo.open_pull(files=HEAD)
    return repo


def together(body: dict[str, Any]) -> bool:
    """Whether a request asks about all files."""
    return "across these files" in str(body["messages"])


@pytest.mark.settings(**SMALL)
def test_a_call_in_another_file(town: Town, database: Engine) -> None:
    """A deep review finds it, by one call of the better model that has a row in the ledger; a fast one does not."""
    repo = repository(town, "depth: deep\n")
    town.open(repo, 1)
    assert town.placed(repo, 1) == [(PAY, 5)]
    (comment,) = repo.review_comments(1)
    assert "`total` is called with its old parameters" in comment["body"]
    (asked,) = [call for call in town.claude.calls if together(call.request)]
    assert (asked.model, asked.request["thinking"]["type"]) == ("claude-sonnet-5-5", "adaptive")
    rows = {row.name: row for row in costs(database, 0.0, 1e12, CostGroup.PURPOSE)}
    assert (rows["across"].calls, rows["read"].calls, rows["verify"].calls) == (1, 3, 1)
    assert " · verified" in comment["body"]
    (checked,) = [call for call in town.claude.calls if "checked" in asked_for(call.request)]
    assert checked.model == "claude-sonnet-5-5"
    assert '--- elsewhere: "shop/price.py"' in checked.request["messages"][0]["content"]


@pytest.mark.settings(**SMALL)
def test_no_credential_is_sent(town: Town) -> None:
    """All files are shown together as cleaned as they are one by one."""
    value = TOKENS["github-token"](random.Random(5))
    repo = town.github.create_repo("octo/shop", files=BASE | {".github/kireji.yml": "depth: deep\n"})
    repo.open_pull(files=HEAD | {"shop/keys.py": f'KEY = "{value}"\n'})
    town.open(repo, 1)
    (asked,) = [str(call.request["messages"]) for call in town.claude.calls if together(call.request)]
    assert '=== file: "shop/keys.py"' in asked
    assert not [call for call in town.claude.calls if value in str(call.request)]


@pytest.mark.settings(**SMALL)
def test_a_fast_review_does_not_see_it(town: Town) -> None:
    """Each reader sees one file, and each file is right by itself."""
    check = town.open(repository(town, "depth: fast\n"), 1)
    assert check["conclusion"] == "success"
    assert not [call for call in town.claude.calls if together(call.request)]


@pytest.mark.settings(**SMALL)
def test_it_is_told_once(town: Town) -> None:
    """Where the reader of one chunk tells it too, at the other place and in other words, there is one comment."""
    town.claude.script(
        lambda body: (
            [SAID_BY_A_CHUNK] if body["model"] == "claude-haiku-4-5" and "cart, rate" in str(body["messages"]) else None
        )
    )
    repo = repository(town, "depth: deep\n")
    check = town.open(repo, 1)
    assert town.placed(repo, 1) == [(PAY, 5)]
    assert "Not reported: 2 × repeats of another finding in other words" in check["output"]["text"]


@pytest.mark.settings(**SMALL)
def test_without_it(town: Town) -> None:
    """Where the better model gives no usable answer twice, the rest is reviewed, and the check run says what is missing."""
    town.claude.script(lambda body: Reply("Sure!") if together(body) else None)
    repo = repository(town, "depth: deep\n")
    check = town.open(repo, 1)
    assert "not also read together: Claude's answer was not in the agreed form" in check["output"]["summary"]
    assert len([call for call in town.claude.calls if together(call.request)]) == 2
    assert not town.placed(repo, 1)


@pytest.mark.settings(**SMALL)
def test_a_budget_takes_it_first(town: Town) -> None:
    """Before it leaves out a file; the check run says whose budget it was."""
    check = town.open(repository(town, "depth: deep\nbudget:\n  review: 0.025\n"), 1)
    assert "not also read together: the budget per review has no room for that" in check["output"]["summary"]
    assert "budget per review has" in check["output"]["summary"]
    assert "Partly" not in check["output"]["title"]
    assert not [call for call in town.claude.calls if together(call.request)]
