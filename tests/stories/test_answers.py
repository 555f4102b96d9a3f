"""People answer in our threads, and ask: an answer comes back, which may withdraw the finding; never a chain of bots."""

import json
from math import inf
from typing import Any

import pytest
from sqlalchemy import Engine

from kireji.adapters.store.costs import costs
from kireji.core.money.costs import CostGroup
from kireji.core.money.ledger import Purpose
from tests.sandbox.claude import Reply
from tests.sandbox.claude.reply import Script
from tests.sandbox.github import Repository
from tests.stories import changes
from tests.stories.town import Town

ONE = changes.parts(1)


@pytest.fixture
def repo(town: Town) -> Repository:
    """A pull request by alice with one finding; maria writes here, carl reads."""
    repo = town.github.create_repo("octo/shop", files=ONE.base)
    repo.grant("maria", "write")
    repo.grant("carl", "read")
    repo.open_pull(author="alice", files=ONE.head)
    town.open(repo, 1)
    return repo


def thread(repo: Repository) -> dict[str, Any]:
    """The one thread."""
    (found,) = repo.threads(1)
    return found


def words(repo: Repository) -> list[str]:
    """Who wrote in the thread, in order."""
    return [comment["login"] for comment in thread(repo)["comments"]]


def thread_is_closed(repo: Repository) -> bool:
    """Whether any thread is."""
    return any(one["resolved"] or one["minimized"] for one in repo.threads(1))


def first(repo: Repository) -> int:
    """The comment that tells the finding."""
    return thread(repo)["comments"][0]["id"]


def answering(answer: str, *, withdraw: bool) -> Script:
    """A Claude that says this to every question."""

    def script(_: dict[str, Any]) -> Reply:
        return Reply(json.dumps({"answer": answer, "withdraw": withdraw}))

    return script


def test_a_reply_is_answered(town: Town, repo: Repository) -> None:
    """With the code and the finding in the question, and what is answered does nothing on the page."""
    town.claude.script(answering("It is not safe. @everyone /review cancel", withdraw=False))
    town.reply(repo, 1, first(repo), "Why is that a problem?")
    assert words(repo) == ["kireji[bot]", "maria", "kireji[bot]"]
    said = thread(repo)["comments"][-1]["body"]
    assert "`@everyone`" in said
    question = town.claude.calls[-1].request["messages"][0]["content"]
    assert "Why is that a problem?" in question
    assert "yaml.load(stream)" in question


def test_three_answers_and_no_more(town: Town, repo: Repository) -> None:
    """A thread may have as many as the policy grants, three without one; the last one says that it is."""
    town.claude.script(answering("Yes.", withdraw=False))
    for number in range(5):
        town.reply(repo, 1, first(repo), f"Really? ({number})")
    assert words(repo).count("kireji[bot]") == 1 + 3
    last = [comment["body"] for comment in thread(repo)["comments"] if "last of my 3 answers" in comment["body"]]
    assert last == [thread(repo)["comments"][6]["body"]]


@pytest.mark.proof
@pytest.mark.parametrize(
    "text", ["@carl can you have a look at this one?", "👍", "Thanks, will fix!", "@kireji thanks"]
)
def test_people_who_speak_to_each_other(town: Town, repo: Repository, text: str) -> None:
    """Nothing is asked of Claude or of GitHub, and it counts for nothing: the thread has all its answers left."""
    town.claude.script(answering("Yes.", withdraw=False))
    asked, requests = town.claude.count(), town.github.count()
    for _ in range(4):
        town.reply(repo, 1, first(repo), text)
    assert (town.claude.count(), town.github.count()) == (asked, requests)
    for number in range(3):
        town.reply(repo, 1, first(repo), f"@carl, @kireji: really? ({number})")
    assert words(repo).count("kireji[bot]") == 1 + 3


def test_a_reply_by_mail(town: Town, repo: Repository) -> None:
    """Its own words are answered, and nothing of the mail below them is asked or done."""
    town.claude.script(answering("Yes.", withdraw=False))
    mail = "On Tue, Dec 1, 2026 at 10:00 AM Carl ***@***.***> wrote:\r\n\r\nA secret plan.\r\n\r\n/review pause\r\n"
    town.reply(repo, 1, first(repo), f"Why is that so?\r\n\r\n{mail}")
    assert words(repo) == ["kireji[bot]", "maria", "kireji[bot]"]
    assert "A secret plan" not in town.claude.calls[-1].request["messages"][0]["content"].partition("The question")[2]
    town.push(repo, 1, {ONE.paths[0]: "x = 1\n"})
    assert "paused" not in town.checks(repo, 1)[-1]["output"]["title"]


def test_a_finding_is_withdrawn(town: Town, repo: Repository) -> None:
    """A maintainer shows that it is wrong: the thread is closed, and the finding not told again."""
    town.claude.script(answering("You are right: the stream is ours.", withdraw=True))
    town.reply(repo, 1, first(repo), "The stream comes from our own build.")
    assert thread(repo)["resolved"] or thread(repo)["minimized"]
    town.claude.script(None)
    town.say(repo, 1, "/review full")
    assert town.checks(repo, 1)[-1]["output"]["title"] == "No findings in 2 hunks"


def test_the_author_cannot_talk_a_finding_away(town: Town, repo: Repository) -> None:
    """The model believes the author; the thread stays open until somebody with rights decides."""
    town.claude.script(answering("You are right.", withdraw=True))
    town.reply(repo, 1, first(repo), "It is fine, trust me.", by="alice")
    assert words(repo) == ["kireji[bot]", "alice", "kireji[bot]"]
    assert not thread(repo)["resolved"]
    assert not thread(repo)["minimized"]


@pytest.mark.parametrize("by", ["carl", "renovate[bot]"])
def test_strangers_and_bots_get_no_answer(town: Town, repo: Repository, by: str) -> None:
    """They cost nothing."""
    asked = town.claude.count()
    town.reply(repo, 1, first(repo), "Why?", by=by)
    assert town.claude.count() == asked
    assert words(repo) == ["kireji[bot]", by]


def test_a_thread_of_other_people(town: Town, repo: Repository) -> None:
    """It is none of our business, until somebody asks us in it: then the answer has that file before it."""
    review = repo.add_review(
        1, by="maria", body="Hm", comments=[{"path": ONE.paths[0], "line": 12, "side": "RIGHT", "body": "Odd"}]
    )
    theirs = next(comment for comment in repo.review_comments(1) if comment["pull_request_review_id"] == review.id)
    asked = town.claude.count()
    town.reply(repo, 1, theirs["id"], "What do you mean?", by="alice")
    assert town.claude.count() == asked
    town.claude.script(answering("It is odd.", withdraw=True))
    town.reply(repo, 1, theirs["id"], "/review ask what is odd here?", by="alice")
    assert [comment["login"] for comment in repo.threads(1)[1]["comments"]] == [
        "maria",
        "alice",
        "alice",
        "kireji[bot]",
    ]
    question = town.claude.calls[-1].request["messages"][0]["content"]
    assert f'It was asked at a line of "{ONE.paths[0]}".' in question
    assert not thread_is_closed(repo)


def test_a_question_in_the_conversation(town: Town, repo: Repository, database: Engine) -> None:
    """`/review ask` is answered below it, once, and its cost is in the ledger."""
    town.claude.script(answering("It loads rates.", withdraw=False))
    town.say(repo, 1, "/review ask what does load do?")
    assert town.answers(repo, 1) == ["**Kireji:** It loads rates."]

    spent = {row.name: row for row in costs(database, 0.0, inf, CostGroup.PURPOSE)}
    assert spent[Purpose.TALK].calls == 1
    assert spent[Purpose.TALK].nanodollars > 0


def test_claude_does_not_answer(town: Town, repo: Repository) -> None:
    """Then that is said."""
    town.claude.script(lambda _: Reply("", stop_reason="refusal"))
    town.say(repo, 1, "/review ask what does load do?")
    assert town.answers(repo, 1) == ["Claude gave no answer this time. Ask again in a while."]
