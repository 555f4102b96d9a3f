"""What a model writes nearly right is meant all the same; what nobody can use is told and not green."""

import json
from typing import Any

import pytest

from tests.sandbox.claude import Reply
from tests.sandbox.github import Repository
from tests.stories import changes, says
from tests.stories.town import Town, asked_for

ONE = changes.parts(1)
PATH = ONE.paths[0]
QUOTE = "    return yaml.load(stream)"
ROW = says.finding(PATH, changes.LINE, QUOTE, severity="critical", title="`yaml.load` runs code from the document")
POLICY = "conclusion:\n  fail_on: critical\n"


def repository(town: Town, **files: str) -> Repository:
    """A pull request of one file."""
    repo = town.github.create_repo("octo/shop", files=ONE.base | files)
    repo.open_pull(files=ONE.head)
    return repo


def answering(town: Town, *rows: says.Row) -> None:
    """The reader says this, however it fits the schema; the second reader is the stand-in."""
    said = Reply(json.dumps({"findings": rows}))
    town.claude.script(lambda body: said if "findings" in asked_for(body) else None)


@pytest.mark.parametrize(
    "slip",
    [
        {"quote": f"R12 + | {QUOTE}"},
        {"quote": f"```python\n{QUOTE}\n```", "start_line": "12", "end_line": None},
        {"path": f"b/{PATH}", "severity": "blocker"},
        {"path": PATH.rpartition("/")[2], "start_line": 0, "end_line": 0},
        {"path": "shop/elsewhere.py"},
    ],
)
def test_what_is_plainly_meant_is_a_comment(town: Town, slip: says.Row) -> None:
    """At its line, with one call to find it and one to verify it."""
    repo = repository(town)
    answering(town, ROW | slip)
    check = town.open(repo, 1)
    assert town.placed(repo, 1) == [(PATH, changes.LINE)]
    assert check["output"]["title"] == "1 finding in 2 hunks"
    assert town.claude.count() == 2


def test_a_row_that_nobody_can_use_is_asked_for_once_more_and_not_green(town: Town) -> None:
    """Its part is named, and the next round asks again, and finds it."""
    repo = repository(town)
    answering(town, ROW | {"severity": "awful"})
    check = town.open(repo, 1)
    assert (check["conclusion"], town.placed(repo, 1), town.claude.count()) == ("neutral", [], 2)
    assert check["output"]["title"].startswith("Partly reviewed")
    assert (
        f"`{PATH}`: read in part: Claude twice wrote a finding in a form other than the agreed one"
        in check["output"]["summary"]
    )

    answering(town, ROW)
    town.press(repo, 1, "review")
    assert town.placed(repo, 1) == [(PATH, changes.LINE)]


def test_one_line_under_two_categories_is_one_comment(town: Town) -> None:
    """In this round and the next, whichever of them it tells then."""
    repo = repository(town)
    other = ROW | {"category": "security", "title": "`yaml.load` may run code of the document"}
    answering(town, ROW, other)
    town.open(repo, 1)
    assert town.placed(repo, 1) == [(PATH, changes.LINE)]

    answering(town, other)
    check = town.push(repo, 1, {PATH: ONE.head[PATH] + "# more\n"})
    assert town.placed(repo, 1) == [(PATH, changes.LINE)]
    assert check["output"]["title"] == "No new findings, 1 still open in its thread"


def test_what_has_no_line_fails_a_policy_too(town: Town) -> None:
    """A critical finding is not overlooked because its quote was."""
    repo = repository(town, **{".github/kireji.yml": POLICY})
    answering(town, ROW | {"quote": "yaml.load(everything)", "start_line": 1, "end_line": 1})
    check = town.open(repo, 1)
    assert (check["conclusion"], town.placed(repo, 1)) == ("failure", [])
    assert "Not a comment because the line it quotes is not in the diff." in check["output"]["text"]


@pytest.mark.parametrize(("verdict", "placed"), [("confirmed", [(PATH, changes.LINE)]), ("refuted", [])])
def test_a_quote_that_stands_nowhere_at_a_line_that_does(
    town: Town, verdict: str, placed: list[tuple[str, int]]
) -> None:
    """It is a comment there if the second reader, to whom the line is shown, confirms it, else in the check run; and so it stays."""
    repo = repository(town)
    said = Reply(json.dumps({"findings": [ROW | {"quote": "yaml.load(everything)"}]}))

    def script(body: dict[str, Any]) -> Reply | dict[str, object] | None:
        if "findings" in asked_for(body):
            return said
        if "checked" not in asked_for(body):
            return None
        assert f"R{changes.LINE} + | {QUOTE}" in says.chunk_of(body)
        return {"checked": [{"n": 1, "why": "r", "verdict": verdict}]}

    town.claude.script(script)
    check = town.open(repo, 1)
    assert town.placed(repo, 1) == placed
    assert check["output"]["title"] == "1 finding in 2 hunks"

    again = town.push(repo, 1, {PATH: ONE.head[PATH] + "# more\n"})
    assert town.placed(repo, 1) == placed
    assert ("still open in its thread" in again["output"]["title"]) is bool(placed)
