"""Findings on lines that GitHub takes no comment on: the others are posted, and these are told in the check run."""

from typing import Any

import pytest

from tests.sandbox.github import Repository
from tests.stories import changes, says
from tests.stories.town import Town

pytestmark = pytest.mark.settings(KIREJI_CHUNK_TOKENS=changes.CHUNK_TOKENS)

FOUR = changes.parts(4)
FIRST, SECOND, THIRD, FOURTH = FOUR.paths
STRAY = [
    says.finding(FIRST, 12, "    return pickle.loads(stream)", title="An invented quote"),
    says.finding("shop/elsewhere.py", 3, "import os", title="Another file"),
    says.finding(FIRST, 22, f"# {changes.mark('00')} line 22", title="A line between the hunks", category="tests"),
]


def astray(request: dict[str, Any]) -> list[says.Row]:
    """What the stand-in finds, and with the first file three findings that stand on no line of the diff."""
    return says.standing_in(request) + (STRAY if changes.mark("00") in says.chunk_of(request) else [])


def test_three_findings_outside_the_diff_cost_nothing_and_are_told(town: Town) -> None:
    """An invented quote, a file that is not in the diff, a line between two hunks: they are in the check run with reasons.

    The four true findings are posted as if the three were not there. It takes not one request to GitHub more, because
    they are held against the diff before anything is sent.
    """
    spent = []
    for name, script in (("octo/straight", None), ("octo/astray", astray)):
        repo = town.github.create_repo(name, files=FOUR.base)
        repo.open_pull(title="Four parts", files=FOUR.head)
        town.claude.script(script)
        town.github.clear_traffic()
        check = town.open(repo, 1)
        spent.append(town.github.count())
        assert town.placed(repo, 1) == [(path, changes.LINE) for path in FOUR.paths]
    assert spent[0] == spent[1] <= 10
    assert check["output"]["title"] == "7 findings in 8 hunks"
    for title, reason in (
        ("An invented quote", "the line it quotes is not in the diff"),
        ("Another file", "it names a file that this pull request does not change"),
        ("A line between the hunks", "the line it quotes is not in the diff"),
    ):
        assert title in check["output"]["summary"]
        told = check["output"]["text"].partition(title)[2]
        assert told.partition("<sub>")[2].startswith(f"Not a comment because {reason}.</sub>")


@pytest.fixture
def partly_landed(town: Town) -> Repository:
    """A pull request of two commits; while Claude reads it, the first of them is merged into main by itself.

    Its head stays the same, so the review goes on; but GitHub now takes no comment on the lines of that commit.
    """
    eight = changes.parts(8)
    repo = town.github.create_repo("octo/shop", files=eight.base)
    early = {path: eight.head[path] for path in eight.paths[1:4]}
    pull = repo.open_pull(title="Eight parts", files=early)
    landing = pull.head_sha
    repo.push(1, {path: text for path, text in eight.head.items() if path not in early})

    def land(_: dict[str, Any]) -> None:
        repo.state.store.set_ref("refs/heads/main", landing)
        pull.base_sha = landing

    town.claude.script(land)
    return repo


def test_what_github_refuses_is_found_and_told(town: Town, partly_landed: Repository) -> None:
    """Three of eight comments are refused: the five others are posted, the three are told in the check run.

    GitHub refuses a review as a whole and does not say for which comment, so the adapter halves it. Of comments 1 to 8
    it refuses 2, 3 and 4, and eight posts are sent, seven more than for a review that is taken at once:
    1-8 refused, 1-4 refused, 1-2 refused, 1 taken (so 2 is the culprit, and is not sent alone), 3-4 refused, 3 refused,
    4 refused, 5-8 taken. Three refused comments side by side cost most; the adapter's limit is 16.
    """
    repo = partly_landed
    town.github.clear_traffic()
    check = town.open(repo, 1)
    paths = changes.parts(8).paths
    assert town.placed(repo, 1) == [(path, changes.LINE) for path in (paths[0], *paths[4:])]
    assert town.github.count("POST */reviews") == 8
    assert town.github.count() <= 10 + 7
    assert check["output"]["title"] == "8 findings in 16 hunks"
    for path in paths[1:4]:
        told = check["output"]["text"].partition(f"(`{path}` line {changes.LINE};")[2]
        assert told.partition("<sub>")[2].startswith(
            "Not a comment because GitHub accepts no comment on its line.</sub>"
        )
