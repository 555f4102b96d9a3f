"""Depth: what is asked of which model."""

import pytest

from tests.sandbox.claude import Reply
from tests.sandbox.github import Repository
from tests.stories import changes
from tests.stories.town import Town

TWO = changes.parts(2)


def repository(town: Town, policy: str = "") -> Repository:
    """A pull request with two mistakes."""
    files = TWO.base | ({".github/kireji.yml": policy} if policy else {})
    repo = town.github.create_repo("octo/shop", files=files)
    repo.grant("maria", "write")
    repo.open_pull(files=TWO.head)
    return repo


def asked(town: Town) -> list[tuple[str, str, str]]:
    """Of each call the model, what it was asked for, and how it was to think."""
    return [
        (
            call.model,
            next(iter(call.request["output_config"]["format"]["schema"]["properties"])),
            call.request.get("thinking", {}).get("type", ""),
        )
        for call in town.claude.calls
    ]


def test_a_deep_review(town: Town) -> None:
    """The better model plans and reads across files; the reader is given its hints behind bars."""
    repo = repository(town)
    town.open(repo, 1)
    town.claude.calls.clear()
    town.say(repo, 1, "/review deep")
    better, own = "claude-sonnet-5-5", "claude-haiku-4-5"
    asked_of = {(purpose, model) for model, purpose, _ in asked(town)}
    assert asked_of == {("plan", better), ("findings", own), ("findings", better)}
    (read,) = [call for call in town.claude.calls if call.model == own]
    assert '| "shop/part_00.py": What else uses shop/part_00.py (stand-in).' in str(read.request["messages"])
    assert town.checks(repo, 1)[-1]["conclusion"] == "neutral"


def test_a_plan_that_fails(town: Town) -> None:
    """The review goes on without."""
    town.claude.script(lambda body: Reply("no plan") if body["model"] == "claude-sonnet-5-5" else None)
    check = town.open(repository(town, "depth: deep\n"), 1)
    assert check["output"]["title"] == "2 findings in 4 hunks"


@pytest.mark.settings(KIREJI_DEEP_MODEL="none")
def test_no_deep_reviews(town: Town) -> None:
    """Where the operator offers none, the check run says so."""
    repo = repository(town)
    town.open(repo, 1)
    town.say(repo, 1, "/review deep")
    assert "This Kireji offers no deep reviews" in town.checks(repo, 1)[-1]["output"]["summary"]
    assert {model for model, _, _ in asked(town)} == {"claude-haiku-4-5"}
