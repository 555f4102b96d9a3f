"""Budgets: what a review does with less, and that its check run says so."""

import json
from collections.abc import Mapping

import pytest

from tests.sandbox.claude import Reply
from tests.sandbox.github import Repository
from tests.stories import changes
from tests.stories.says import standing_in
from tests.stories.town import Town, unread

THREE = changes.parts(3)
SMALL = {"KIREJI_CHUNK_TOKENS": changes.CHUNK_TOKENS}


def named(files: Mapping[str, str]) -> dict[str, str]:
    """The files, one of them risky by its path."""
    return {path.replace("shop/part_01", "auth/part_01"): text for path, text in files.items()}


def repository(town: Town, policy: str = "") -> Repository:
    """A pull request of three chunks."""
    base, head = named(THREE.base), named(THREE.head)
    repo = town.github.create_repo("octo/shop", files=base | ({".github/kireji.yml": policy} if policy else {}))
    repo.grant("maria", "write")
    repo.open_pull(files=head)
    return repo


@pytest.mark.settings(**SMALL, KIREJI_BUDGET_REVIEW="1", KIREJI_BUDGET_REPOSITORY_DAY="0.05")
def test_enough_for_all(town: Town) -> None:
    """A budget with room changes nothing, and says nothing."""
    check = town.open(repository(town), 1)
    assert "read; " not in check["output"]["title"]
    assert "budget" not in check["output"]["summary"]
    assert town.claude.count() == 4  # three chunks, and the second reader


@pytest.mark.settings(**SMALL)
def test_risky_files_only(town: Town) -> None:
    """What there is room for is read, the riskiest first; the rest is told as unread, and the check run is not green."""
    repo = repository(town, "budget:\n  review: 0.0095\n")
    check = town.open(repo, 1)
    assert 0 < town.claude.count() <= 3  # one or two chunks, and the second reader
    assert any(path.startswith("auth/") for path, _ in town.placed(repo, 1))
    assert check["conclusion"] == "neutral"
    assert check["output"]["title"].startswith("Partly reviewed: ")
    assert "**Risky files only**: all of it would cost about $0.0" in check["output"]["summary"]
    assert all(why.endswith("the budget per review has no room for it") for why in unread(check).values())
    assert unread(check)


@pytest.mark.settings(**SMALL, KIREJI_BUDGET_REVIEW="0.001")
def test_summary_only(town: Town) -> None:
    """Too little for any file: nothing is asked, the files are listed by risk, and the operator's budget is the ceiling."""
    check = town.open(repository(town, "budget:\n  review: 5\n"), 1)
    assert town.claude.count() == 0
    assert (check["conclusion"], check["output"]["title"]) == (
        "neutral",
        "Summary only: the budget per review has no room for any file",
    )
    summary = check["output"]["summary"]
    assert summary.index("| `auth/part_01.py` | 6 | ") < summary.index("| `shop/part_00.py` | 6 | ")
    assert "`KIREJI_BUDGET_REVIEW`" in summary


@pytest.mark.settings(**SMALL, KIREJI_BUDGET_REPOSITORY_DAY="0.02")
def test_not_reviewed(town: Town) -> None:
    """Once the day's budget is spent nothing is read, and the check run says when and how it will be; the next day it is."""
    repo = repository(town)
    town.claude.script(lambda _: Reply('{"findings": []}', output_tokens=2000))
    town.open(repo, 1)
    check = town.push(repo, 1, {path: f"{text}import yaml\n" for path, text in named(THREE.head).items()})
    assert (check["conclusion"], check["output"]["title"]) == (
        "neutral",
        "Not reviewed: the repository's daily budget is spent",
    )
    assert "`/review` after midnight UTC" in check["output"]["summary"]
    town.clock.waits.append(86_400.0)
    town.say(repo, 1, "/review")
    assert town.checks(repo, 1)[-1]["output"]["title"].startswith("No findings")


@pytest.mark.settings(**SMALL, KIREJI_BUDGET_REPOSITORY_DAY="0.02")
def test_what_is_remembered_costs_nothing(town: Town) -> None:
    """Where the budget is spent, files whose answers are remembered are read all the same; only what is new is left."""
    repo = repository(town)
    town.claude.script(lambda _: Reply('{"findings": []}', output_tokens=2000))
    town.open(repo, 1)
    asked = town.claude.count()
    check = town.push(repo, 1, {"more.py": "import yaml\n"})
    assert check["output"]["title"] == "Partly reviewed: 6 of 7 hunks read; no findings"
    assert "daily budget" in check["output"]["summary"]
    assert [*unread(check)] == ["more.py"]
    assert town.claude.count() == asked


@pytest.mark.settings(KIREJI_BUDGET_INSTALLATION_MONTH="0.0001")
def test_a_month_s_budget(town: Town) -> None:
    """It holds for all repositories of an installation."""
    check = town.open(repository(town), 1)
    assert check["output"]["title"] == "Summary only: the installation's monthly budget has no room for any file"
    assert "KIREJI_BUDGET_INSTALLATION_MONTH" in check["output"]["summary"]


@pytest.mark.settings(KIREJI_BUDGET_REPOSITORY_DAY="0.025")
def test_an_answer_beyond_the_budget(town: Town) -> None:
    """Replies in a thread and `/review ask` are told once that the day's budget is spent; the next day they are answered."""
    repo = repository(town)
    town.claude.script(lambda request: Reply(json.dumps({"findings": standing_in(request)}), output_tokens=4_000))
    town.open(repo, 1)
    town.claude.script(lambda _: Reply('{"answer": "It is not safe.", "withdraw": false}'))
    asked, thread = town.claude.count(), repo.threads(1)[0]["comments"][0]["id"]
    for question in ("Why?", "Really?"):
        town.reply(repo, 1, thread, question)
        town.say(repo, 1, f"/review ask {question}")
    assert town.claude.count() == asked
    (_, spoken) = (one["body"] for one in repo.threads(1)[0]["comments"] if one["login"] == "kireji[bot]")
    assert spoken.startswith(
        "I have not asked Claude: the repository's daily budget is spent. Ask again after midnight"
    )
    (answered,) = town.answers(repo, 1)
    assert spoken.startswith(answered)
    town.clock.waits.append(86_400.0)
    town.reply(repo, 1, thread, "And now?")
    assert repo.threads(1)[0]["comments"][-1]["body"].startswith("**Kireji:** It is not safe.")


@pytest.mark.settings(**SMALL, KIREJI_BUDGET_AUTHOR_DAY="0.02")
def test_an_author_who_may_not_write(town: Town) -> None:
    """His pull requests have a budget of their own; the check run says so, and who can have the rest read; that is done."""
    repo = repository(town)
    head = named(THREE.head)
    repo.open_pull(files=head | {"more.py": "import yaml\n"}, author="mallory", fork=True)
    town.claude.script(lambda _: Reply('{"findings": []}', output_tokens=2000))
    town.open(repo, 2)
    check = town.push(repo, 2, {path: f"{text}import yaml\n" for path, text in head.items()})
    assert (check["conclusion"], check["output"]["title"]) == (
        "neutral",
        "Not reviewed: the author's daily budget is spent",
    )
    assert "`KIREJI_BUDGET_AUTHOR_DAY`" in check["output"]["summary"]
    town.say(repo, 2, "/review", by="mallory")
    assert town.checks(repo, 2)[-1]["output"]["title"] == check["output"]["title"]
    town.say(repo, 2, "/review", by="maria")
    assert town.checks(repo, 2)[-1]["output"]["title"].startswith("No findings")


@pytest.mark.settings(**SMALL, KIREJI_BUDGET_AUTHOR_DAY="0.001")
def test_an_author_who_may_write(town: Town) -> None:
    """His reviews have no such budget, though GitHub is asked whether he may only where it would hold something back."""
    repo = repository(town)
    repo.open_pull(files=named(THREE.head), author="maria")
    assert "budget" not in town.open(repo, 2)["output"]["summary"]
    assert town.claude.count() == 4


@pytest.mark.settings(KIREJI_ANSWERS_PER_HOUR="2")
@pytest.mark.parametrize(
    "asked", ["/review ask why?", "/review help", "/review pause", "/review nonsense", "@kireji why?"]
)
def test_answers_of_an_hour(town: Town, asked: str) -> None:
    """Whatever a person asks for, after so many within an hour he is told once, and no model is asked; then again he is."""
    repo = town.github.create_repo("octo/shop", files={"a.py": "x = 1\n"})
    repo.open_pull(files={"a.py": "x = 2\n"}, author="mallory", fork=True)
    town.claude.script(lambda _: Reply('{"answer": "So it is.", "withdraw": false}'))
    for _ in range(6):
        town.say(repo, 1, asked, by="mallory")
    answers = town.answers(repo, 1)
    most = 1 if "pause" in asked else 2  # a refusal is told once anyway
    assert len(answers) == most + 1
    assert answers[-1].startswith("`mallory`: I have given you 2 answers here within an hour")
    assert town.claude.count() <= 2
    town.clock.waits.append(3_600.0)
    town.say(repo, 1, "/review help", by="mallory")
    assert "| command |" in town.answers(repo, 1)[-1]


@pytest.mark.settings(KIREJI_ANSWERS_PER_HOUR="1")
def test_answers_to_others(town: Town) -> None:
    """What one person has had takes nothing from another; commands that are done are no answers."""
    repo = town.github.create_repo("octo/shop", files={"a.py": "x = 1\n"})
    repo.grant("maria", "write")
    repo.open_pull(files={"a.py": "x = 2\n"}, author="mallory", fork=True)
    for _ in range(3):
        town.say(repo, 1, "/review help", by="mallory")
        town.say(repo, 1, "/review pause", by="maria")
    town.say(repo, 1, "/review help", by="maria")
    assert sum("| command |" in answer for answer in town.answers(repo, 1)) == 2
