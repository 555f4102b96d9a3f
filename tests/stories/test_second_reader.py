"""The second reader's word, seen from outside: what is posted, what is only told, what is counted."""

import re
from collections.abc import Mapping
from typing import Any

from tests.sandbox.claude import Reply
from tests.sandbox.github import Repository
from tests.stories import changes, says
from tests.stories.town import Town, asked_for

FOUR = changes.parts(4)
VERDICTS = ("confirmed", "refuted", "unsure", "unsure")
GRADES = (("high", "high"), ("critical", "high"), ("high", "medium"), ("medium", "medium"))
QUOTES = ("    return yaml.load(stream)", "    return yaml.load(source)")
FOUND = [
    says.finding(
        path, changes.LINE, QUOTES[number // 3], title=f"`load` fails {number} times", severity=grave, confidence=sure
    )
    for number, (path, (grave, sure)) in enumerate(zip(FOUR.paths, GRADES, strict=True))
]
WHY = "Line 11 @octo/team ![x](https://evil.example/x.png) guards it"


def repository(town: Town) -> Repository:
    """A pull request of four files."""
    repo = town.github.create_repo("octo/shop", files=FOUR.base)
    repo.open_pull(files=FOUR.head)
    return repo


def judged(body: dict[str, Any]) -> list[says.Row] | Mapping[str, object]:
    """The first reader finds FOUND; the second one's verdicts are VERDICTS, by the titles it is shown."""
    if "checked" not in asked_for(body):
        return FOUND
    titles = re.findall(r"^=== (\d+): .*\n\| `load` fails (\d) times$", says.chunk_of(body), re.MULTILINE)
    assert len(titles) == len(FOUND)
    return {"checked": [{"n": int(n), "why": WHY, "verdict": VERDICTS[int(title)]} for n, title in titles]}


def test_each_verdict(town: Town) -> None:
    """Refuted: counted, and told in the check run only as it is grave. Unsure: a comment where it is grave, else a line there."""
    town.claude.script(judged)
    repo = repository(town)
    check = town.open(repo, 1)
    marks = {comment["path"]: comment["body"] for comment in repo.review_comments(1)}
    assert sorted(marks) == [FOUR.paths[0], FOUR.paths[2]]
    assert " · verified" in marks[FOUR.paths[0]]
    assert " · could not be confirmed" in marks[FOUR.paths[2]]
    told = check["output"]["summary"] + check["output"]["text"]
    assert "the second reader could not confirm it" in told
    assert "Not reported: 1 × findings that a second reader refuted." in told
    assert check["conclusion"] == "neutral"
    assert (
        "Line 11 `@octo/team` x (`https://evil.example/x.png`) guards it" in told
    )  # why the grave one fell, made safe


def test_without_its_word(town: Town) -> None:
    """Where it does not answer the finding is told all the same, and marked."""
    town.claude.script(lambda body: Reply("Hm.") if "checked" in asked_for(body) else FOUND)
    repo = repository(town)
    town.open(repo, 1)
    marks = [comment["body"] for comment in repo.review_comments(1)]
    assert len(marks) == len(FOUND)
    assert all(" · not verified" in mark for mark in marks)
