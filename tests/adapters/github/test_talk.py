"""Answers and the kept comment: each there once, whatever is lost on the way."""

from typing import Any

import pytest

from kireji.adapters.github import GitHubForge
from kireji.adapters.github.http.marks import CONVERSATION
from kireji.core.pulls.people import CommentPlace, CommentRef
from kireji.core.pulls.pull import PullRef
from kireji.errors import TransientError, UserError
from tests.adapters.github.support import marks_of
from tests.sandbox.github import Fault, GitHubSandbox, Repository

LOST = [{"drop": "after"}, {"drop": "before"}, {"status": 502, "drop": "after"}, {"status": 502}]


def texts(repo: Repository) -> list[tuple[str, str]]:
    """Who said what in the conversation, without markers."""
    return [(row["user"]["login"], row["body"].split("\n\n<!--")[0]) for row in repo.issue_comments(1)]


def asked(repo: Repository, text: str = "/review") -> CommentRef:
    """Somebody's comment in the conversation."""
    return CommentRef(repo.comment(1, text, by="bob").id, CommentPlace.CONVERSATION)


def asked_in_thread(repo: Repository) -> CommentRef:
    """Somebody's answer to somebody's comment at a line."""
    repo.add_review(1, by="bob", body="x", comments=[{"path": "a.py", "line": 2, "body": "Mine."}])
    first = repo.review_comments(1)[0]["id"]
    return CommentRef(repo.reply(1, first, "/review ask why", by="carol").id, CommentPlace.THREAD, thread=first)


async def test_an_answer_in_the_conversation(live: GitHubForge, repo: Repository, pull_ref: PullRef) -> None:
    """A look and a post; the second time only the look."""
    to = asked(repo)
    sent = live.requests
    address = await live.reply(pull_ref, to, "On it.", "d1/ack")

    assert texts(repo) == [("bob", "/review"), ("kireji[bot]", "On it.")]
    assert address == repo.issue_comments(1)[1]["html_url"]
    assert live.requests - sent == 3  # one of them for the token
    assert await live.reply(pull_ref, to, "Something else.", "d1/ack") == address
    assert live.requests - sent == 4

    await live.reply(pull_ref, to, "Done.", "d1/done")
    assert [text for _, text in texts(repo)] == ["/review", "On it.", "Done."]


async def test_an_answer_in_a_thread(live: GitHubForge, repo: Repository, pull_ref: PullRef) -> None:
    """It goes below the thread's first comment: GitHub takes no replies to replies. Once, too."""
    to = asked_in_thread(repo)
    address = await live.reply(pull_ref, to, "Because.", "d2")
    assert await live.reply(pull_ref, to, "Because!", "d2") == address
    [thread] = repo.threads(1)
    assert [comment["login"] for comment in thread["comments"]] == ["bob", "carol", "kireji[bot]"]
    assert address == repo.review_comments(1)[-1]["html_url"]
    assert await live.reply(pull_ref, CommentRef(thread["id"], CommentPlace.THREAD), "Yes.", "d3") != address


async def test_a_copied_marker_silences_nobody(live: GitHubForge, repo: Repository, pull_ref: PullRef) -> None:
    """Only our own comments count."""
    repo.comment(1, "Look: " + (await marks_of(live, pull_ref)).mark_statement(CONVERSATION, "d1"), by="mallory")
    await live.reply(pull_ref, asked(repo), "On it.", "d1")
    assert texts(repo)[-1] == ("kireji[bot]", "On it.")


@pytest.mark.parametrize("fault", LOST)
@pytest.mark.parametrize("place", [CommentPlace.CONVERSATION, CommentPlace.THREAD])
async def test_a_lost_answer_is_looked_for(
    live: GitHubForge, github: GitHubSandbox, repo: Repository, *, place: CommentPlace, fault: dict[str, Any]
) -> None:
    """Stored and not told, or neither: in the end it is there once."""
    pull_ref = PullRef("octo/shop", 1, next(iter(github.world.apps.values())).installation_id)
    to = asked(repo) if place is CommentPlace.CONVERSATION else asked_in_thread(repo)
    tail = "*/comments" if place is CommentPlace.CONVERSATION else "*/replies"
    github.faults.add(Fault(match=f"POST {tail}", **fault))
    address = await live.reply(pull_ref, to, "Once.", "d1")
    assert len(github.faults.hits) == 1
    rows = [*repo.issue_comments(1), *repo.review_comments(1)]
    assert [row["html_url"] for row in rows if "Once." in row["body"]] == [address]


async def test_after_three_tries_it_is_given_up(
    live: GitHubForge, github: GitHubSandbox, repo: Repository, pull_ref: PullRef
) -> None:
    """It passes; the next run looks again."""
    github.faults.add(Fault(match="POST */comments", status=502, times=9))
    with pytest.raises(TransientError):
        await live.reply(pull_ref, asked(repo), "Once.", "d1")
    assert github.count("POST */issues/1/comments") == 3


async def test_a_comment_that_is_gone_is_told(live: GitHubForge, repo: Repository, pull_ref: PullRef) -> None:
    """Nothing to answer any more."""
    to = asked_in_thread(repo)
    repo.delete_comment(to.thread or 0)
    with pytest.raises(UserError, match="answering a comment"):
        await live.reply(pull_ref, to, "Because.", "d2")


async def test_one_comment_is_kept_in_place(live: GitHubForge, repo: Repository, pull_ref: PullRef) -> None:
    """Written once, edited where the text differs, left alone where it does not."""
    repo.comment(1, "Nice!", by="bob")
    address = await live.keep_comment(pull_ref, "1 finding.", "summary")
    assert await live.keep_comment(pull_ref, "2 findings.", "summary") == address
    assert texts(repo) == [("bob", "Nice!"), ("kireji[bot]", "2 findings.")]
    sent = live.requests
    assert await live.keep_comment(pull_ref, "2 findings.", "summary") == address
    assert live.requests - sent == 1
    assert await live.keep_comment(pull_ref, "Else.", "other") != address
    assert len(texts(repo)) == 3


async def test_the_kept_comment_is_found_on_later_pages(live: GitHubForge, repo: Repository, pull_ref: PullRef) -> None:
    """It may have been written after a hundred others."""
    for number in range(120):
        repo.comment(1, f"{number}", by="bob")
    address = await live.keep_comment(pull_ref, "1 finding.", "summary")
    for number in range(120):
        repo.comment(1, f"{number}", by="bob")
    assert await live.keep_comment(pull_ref, "2 findings.", "summary") == address
    assert [text for login, text in texts(repo) if login == "kireji[bot]"] == ["2 findings."]


@pytest.mark.parametrize("fault", LOST)
@pytest.mark.parametrize("verb", ["POST", "PATCH"])
async def test_one_kept_comment_whatever_fails(
    live: GitHubForge, github: GitHubSandbox, repo: Repository, *, verb: str, fault: dict[str, Any]
) -> None:
    """Created once; an edit may be sent again."""
    pull_ref = PullRef("octo/shop", 1, next(iter(github.world.apps.values())).installation_id)
    github.faults.add(Fault(match=f"{verb} */comments*", **fault))
    await live.keep_comment(pull_ref, "1 finding.", "summary")
    await live.keep_comment(pull_ref, "2 findings.", "summary")
    assert len(github.faults.hits) == 1
    assert texts(repo) == [("kireji[bot]", "2 findings.")]


async def test_a_long_text_is_cut_before_its_marker(live: GitHubForge, repo: Repository, pull_ref: PullRef) -> None:
    """GitHub takes 65,536 characters."""
    address = await live.keep_comment(pull_ref, "ä" * 70_000, "summary")
    assert await live.keep_comment(pull_ref, "ä" * 70_000, "summary") == address
    [row] = repo.issue_comments(1)
    assert row["body"].endswith((await marks_of(live, pull_ref)).mark_statement(CONVERSATION, "summary"))
    assert "cut here" in row["body"]
