"""A repository is renamed, transferred, or both: names change, and nothing that was said, paid or decided is lost."""

import threading
from typing import Any

import pytest

from tests.sandbox.claude import Reply
from tests.sandbox.github import Repository
from tests.stories import changes
from tests.stories.town import PATIENCE, Town

TWO = changes.parts(2)
SMALL = {"KIREJI_CHUNK_TOKENS": changes.CHUNK_TOKENS}
MOVES = ["octo/store", "acme/shop", "acme/store"]
MORE = {TWO.paths[0]: f"{TWO.head[TWO.paths[0]]}import yaml\n"}


@pytest.fixture
def repo(town: Town) -> Repository:
    """A repository whose first pull request has two mistakes; the App is on two accounts."""
    repo = repository(town)
    town.github.install_on("acme")
    return repo


def repository(town: Town, *, private: bool = True) -> Repository:
    """octo/shop, with the same pull request whoever makes it."""
    repo = town.github.create_repo("octo/shop", files=TWO.base, private=private)
    repo.grant("maria", "write")
    repo.open_pull(title="Two parts", files=TWO.head)
    return repo


def open_while(town: Town, repo: Repository, meanwhile: Any) -> dict[str, Any]:
    """As `town.open`; while Claude reads, something else happens."""
    reading, over = threading.Event(), threading.Event()

    def wait(_: dict[str, Any]) -> None:
        reading.set()
        assert over.wait(PATIENCE)

    town.claude.script(wait)
    town.deliver(action="opened", repo=repo, number=1)
    assert reading.wait(PATIENCE)
    meanwhile()
    over.set()
    return town.check(repo, 1)


@pytest.mark.settings(**SMALL)
@pytest.mark.parametrize("taken", [None, "private", "public"])
@pytest.mark.parametrize("name", MOVES)
def test_in_mid_review(town: Town, repo: Repository, name: str, taken: str | None) -> None:
    """The review goes on under the new name, even where another repository has the old one by now: posted once, paid once.

    Its buttons work, and what was answered is remembered.
    """
    others = list[Repository]()

    def move() -> None:
        repo.move(name)
        if taken:
            others.append(repository(town, private=taken == "private"))

    check = open_while(town, repo, move)
    assert check["conclusion"] == "neutral"
    found = [(path, changes.LINE) for path in TWO.paths]
    assert town.placed(repo, 1) == found
    assert len(repo.reviews(1)) == 1
    assert check["external_id"].startswith("octo/shop#1@")
    assert [town.placed(other, 1) for other in others] == [[]] * len(others)
    assert [other.check_runs(other.pull(1).head_sha) for other in others] == [[]] * len(others)

    paid = len(town.readings())
    town.press(repo, 1, None)
    assert [run["conclusion"] for run in town.checks(repo, 1)] == ["neutral", "neutral"]
    assert (town.placed(repo, 1), len(town.readings())) == (found, paid)
    town.press(repo, 1, "pause")
    assert "paused" in town.push(repo, 1, MORE)["output"]["title"]
    assert "octo/shop" not in town.answers(repo, 1)[-1]


@pytest.mark.proof
@pytest.mark.parametrize("button", [None, "review", "deep"])
@pytest.mark.parametrize("name", MOVES)
def test_the_buttons_of_an_earlier_check_run(town: Town, repo: Repository, name: str, button: str | None) -> None:
    """The check run names the repository as it was called then; what is pressed is done."""
    town.open(repo, 1)
    repo.move(name)
    town.press(repo, 1, button)
    assert len(town.checks(repo, 1)) == 2


@pytest.mark.parametrize("name", MOVES)
def test_what_was_decided_holds(town: Town, repo: Repository, name: str) -> None:
    """A dismissed finding stays dismissed and an answered thread is not opened again; a pause holds, and can be ended."""
    town.open(repo, 1)
    threads = [thread["id"] for thread in repo.threads(1)]
    town.reply(repo, 1, threads[0], "/review dismiss it is meant")
    town.say(repo, 1, "/review pause")
    repo.move(name)
    assert town.push(repo, 1, MORE)["output"]["title"] == "Not reviewed: the reviews are paused by maria"
    town.say(repo, 1, "/review resume")
    check = town.checks(repo, 1)[-1]
    assert "dismissed before" in check["output"]["text"]
    assert [thread["id"] for thread in repo.threads(1)] == threads


@pytest.mark.settings(**SMALL, KIREJI_BUDGET_REPOSITORY_DAY="0.02")
@pytest.mark.parametrize("name", MOVES)
def test_the_budget_of_the_day_holds(town: Town, repo: Repository, name: str) -> None:
    """What was spent under the old name, and under another installation, is spent."""
    town.claude.script(lambda _: Reply('{"findings": []}', output_tokens=3000))
    town.open(repo, 1)
    repo.move(name)
    check = town.push(repo, 1, {path: f"{text}import yaml\n" for path, text in TWO.head.items()})
    assert check["output"]["title"] == "Not reviewed: the repository's daily budget is spent"


@pytest.mark.settings(**SMALL)
def test_another_repository_under_the_old_name(town: Town, repo: Repository) -> None:
    """It inherits nothing: no pause, no dismissal, no answer; and the first goes on as it was, under its new name."""
    town.open(repo, 1)
    town.reply(repo, 1, repo.threads(1)[0]["id"], "/review dismiss it is meant")
    town.say(repo, 1, "/review pause")
    repo.move("octo/store")
    paid = len(town.readings())
    other = repository(town)
    assert town.open(other, 1)["conclusion"] == "neutral"
    assert town.placed(other, 1) == [(path, changes.LINE) for path in TWO.paths]
    assert len(town.readings()) == 2 * paid
    assert "paused" in town.push(repo, 1, MORE)["output"]["title"]


def test_a_command_delivered_under_the_old_name(town: Town, repo: Repository) -> None:
    """A delivery that was sent before the repository moved, and comes after, is about the same pull request."""
    town.open(repo, 1)
    comment = repo.comment(1, "/review pause", by="maria")
    late = town.github.webhook(
        "issue_comment", action="created", repo=repo, number=1, comment_id=comment.id, sender="maria"
    )
    repo.move("acme/store")
    assert town.post(*late).status_code == 202
    town.settle()
    assert repo.reactions(comment.id) == [("kireji[bot]", "+1")]
    assert "paused" in town.push(repo, 1, MORE)["output"]["title"]
