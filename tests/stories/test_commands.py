"""Commands in comments: who may give which, where they count, and what comes of them."""

import pytest

from tests.sandbox.github import Repository
from tests.stories import changes
from tests.stories.town import Town

TWO = changes.parts(2)
COMMANDS = {
    "/review full": "eyes",
    "/review deep": "eyes",
    "/review shop/**": "eyes",
    "/review pause": "+1",
    "/review resume": "+1",
    "/review resolve": "+1",
}


@pytest.fixture
def repo(town: Town) -> Repository:
    """A pull request by alice, reviewed; maria writes here, carl reads."""
    repo = town.github.create_repo("octo/shop", files=TWO.base)
    repo.grant("maria", "write")
    repo.grant("carl", "read")
    repo.open_pull(title="Two parts", author="alice", files=TWO.head)
    town.open(repo, 1)
    return repo


def reactions(repo: Repository, comment: int) -> list[str]:
    """What the App reacted with."""
    return [content for _, content in repo.reactions(comment)]


@pytest.mark.parametrize(("command", "reaction"), COMMANDS.items())
def test_a_maintainer_may_give_every_command(town: Town, repo: Repository, command: str, reaction: str) -> None:
    """It is acknowledged with a reaction, and no word."""
    assert reactions(repo, town.say(repo, 1, command)) == [reaction]
    assert town.answers(repo, 1) == []


@pytest.mark.parametrize("command", [*COMMANDS, "/review cancel", "/review config"])
def test_a_stranger_may_not(town: Town, repo: Repository, command: str) -> None:
    """The refusal says why, once, however often it is tried; nothing is done."""
    runs = len(town.checks(repo, 1))
    for _ in range(3):
        assert reactions(repo, town.say(repo, 1, command, by="carl")) == []
    (refusal,) = town.answers(repo, 1)
    assert refusal.startswith("`carl`: only people with the write permission, or more,")
    assert len(town.checks(repo, 1)) == runs


def test_the_author_may_ask_for_a_plain_review(town: Town, repo: Repository) -> None:
    """Not for more: what costs more than what changed is a maintainer's."""
    assert reactions(repo, town.say(repo, 1, "/review", by="alice")) == ["eyes"]
    assert reactions(repo, town.say(repo, 1, "/review full", by="alice")) == []
    (refusal,) = town.answers(repo, 1)
    assert "as its author you may ask for a plain `/review`" in refusal


@pytest.mark.parametrize(
    "text",
    [
        "> /review full",
        "```\n/review full\n```",
        "    /review full",
        "`/review full`",
        "see /review full",
        "<!-- /review full -->",
        "/reviewers are nice",
        "Looks good to me.",
    ],
)
def test_what_is_no_command(town: Town, repo: Repository, text: str) -> None:
    """In a quote, in code, within a sentence: nothing happens, and GitHub is asked nothing."""
    town.github.clear_traffic()
    town.say(repo, 1, text)
    assert town.github.count() == 0
    assert town.answers(repo, 1) == []


def test_bots_are_never_answered(town: Town, repo: Repository) -> None:
    """Neither another bot nor the App itself."""
    town.say(repo, 1, "/review full", by="renovate[bot]")
    town.say(repo, 1, "/review full", by=f"{town.identity.slug}[bot]")
    assert len(town.checks(repo, 1)) == 1
    assert len(repo.issue_comments(1)) == 2


def test_long_comments_and_other_line_ends(town: Town, repo: Repository) -> None:
    """CRLF, and a command at the end of 65,000 characters."""
    assert reactions(repo, town.say(repo, 1, "Thanks!\r\n\r\n/review full\r\n")) == ["eyes"]
    assert reactions(repo, town.say(repo, 1, "word " * 12_990 + "\n\n/review full")) == ["eyes"]


def test_an_edit_counts_only_if_its_command_is_new(town: Town, repo: Repository) -> None:
    """A typing mistake mended beside the command does not begin another review; a command added does."""
    comment = town.say(repo, 1, "/review full\n\nplaese")
    runs = len(town.checks(repo, 1))
    repo.edit_comment(comment, "/review full\n\nplease")
    town.deliver("issue_comment", action="edited", repo=repo, number=1, comment_id=comment, sender="maria")
    assert len(town.checks(repo, 1)) == runs
    other = town.say(repo, 1, "Hello")
    repo.edit_comment(other, "Hello\n\n/review full")
    town.deliver("issue_comment", action="edited", repo=repo, number=1, comment_id=other, sender="maria")
    assert len(town.checks(repo, 1)) == runs + 1


def test_an_unknown_command_names_the_nearest(town: Town, repo: Repository) -> None:
    """And where the list is."""
    town.say(repo, 1, "/review resove")
    assert town.answers(repo, 1) == [
        "There is no command `/review resove`. Did you mean `/review resolve`? `/review help` lists the commands."
    ]


def test_a_mention_does_the_same(town: Town, repo: Repository) -> None:
    """The App is called by its name."""
    assert reactions(repo, town.say(repo, 1, "@kireji review full")) == ["eyes"]


def test_help_and_config(town: Town, repo: Repository) -> None:
    """What there is, and what is in force."""
    town.say(repo, 1, "/review help", by="carl")
    town.say(repo, 1, "/review config")
    listed, in_force = town.answers(repo, 1)
    assert "| `/review dismiss <reason>` |" in listed
    assert "findings.min_severity" in in_force


def test_a_part_that_the_pull_request_does_not_touch(town: Town, repo: Repository) -> None:
    """There is nothing to read, and it is not the change that lacks it."""
    town.say(repo, 1, "/review nowhere/**")
    check = town.checks(repo, 1)[-1]
    assert check["conclusion"] == "skipped"
    assert "No file that was asked for has lines to review." in check["output"]["summary"]
    assert "No file of this change matches `nowhere/**`." in check["output"]["summary"]


def test_pause_and_resume(town: Town, repo: Repository) -> None:
    """A push meanwhile is told that it waits; the pause's end has it read."""
    town.say(repo, 1, "/review pause")
    check = town.push(repo, 1, {"more.txt": "more\n"})
    assert (check["conclusion"], check["output"]["title"]) == (
        "skipped",
        "Not reviewed: the reviews are paused by maria",
    )
    town.say(repo, 1, "/review resume")
    assert [run["conclusion"] for run in town.checks(repo, 1)] == ["skipped", "neutral"]


def test_a_review_asked_for_while_paused(town: Town, repo: Repository) -> None:
    """A person's wish comes before the pause, which goes on."""
    town.say(repo, 1, "/review pause")
    town.say(repo, 1, "/review full")
    assert town.checks(repo, 1)[-1]["conclusion"] == "neutral"

    check = town.push(repo, 1, {"more.txt": "more\n"})
    assert check["output"]["title"] == "Not reviewed: the reviews are paused by maria"


def test_cancel_with_nothing_under_way(town: Town, repo: Repository) -> None:
    """It is said in words."""
    town.say(repo, 1, "/review cancel")
    assert town.answers(repo, 1) == ["No review of this pull request is running, so there is nothing to cancel."]


def test_a_part_of_the_pull_request(town: Town, repo: Repository) -> None:
    """Only the files asked for are read, so the check run is not green, and says so."""
    town.say(repo, 1, f"/review {TWO.paths[0]}")
    check = town.checks(repo, 1)[-1]
    assert check["conclusion"] == "neutral"
    assert "Only the files that were asked for were read." in check["output"]["summary"]
    assert f"`{TWO.paths[1]}`: not asked for" in check["output"]["text"]


@pytest.mark.permissions(contents="read", pull_requests="write", issues="read", checks="write")
def test_the_app_may_not_react(town: Town, repo: Repository) -> None:
    """It says in words what the reaction would have said, and the review begins."""
    assert reactions(repo, town.say(repo, 1, "/review full")) == []
    assert town.answers(repo, 1) == ["The review has started. Its check run shows its progress."]
    assert len(town.checks(repo, 1)) == 2


def test_dismissed_in_a_thread(town: Town, repo: Repository) -> None:
    """The thread is closed with the reason, and the finding is not told again, not even by a full review."""
    thread = repo.threads(1)[0]
    town.reply(repo, 1, thread["comments"][0]["id"], "/review dismiss the stream is *ours* @everyone")
    said = repo.threads(1)[0]["comments"][-1]["body"]
    assert said.startswith("Dismissed. I will not report this finding again in this pull request.")
    assert "the stream is ours `@everyone`" in said
    before = len(repo.review_comments(1))
    town.say(repo, 1, "/review full")
    assert len(repo.review_comments(1)) == before


def test_dismiss_outside_a_thread(town: Town, repo: Repository) -> None:
    """It cannot be known which finding is meant."""
    town.say(repo, 1, "/review dismiss it is fine")
    assert town.answers(repo, 1)[0].startswith("`/review dismiss` works as a reply in one of my threads")


def test_a_pattern_that_is_not_taken(town: Town, repo: Repository) -> None:
    """One that could keep a worker busy for minutes is refused, with the reason, and no review begins."""
    town.say(repo, 1, "/review *a*a*a*a*b")
    (answer,) = town.answers(repo, 1)
    assert answer.startswith("The pattern `*a*a*a*a*b` ")
    assert len(town.checks(repo, 1)) == 1
