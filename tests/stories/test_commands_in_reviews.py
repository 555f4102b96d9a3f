"""Commands in a review's own text, which stands above the review's comments at lines."""

import pytest

from tests.sandbox.github import Repository
from tests.stories import changes
from tests.stories.town import Town

TWO = changes.parts(2)
BEGUN = "The review has started. Its check run shows its progress."


@pytest.fixture
def repo(town: Town) -> Repository:
    """A pull request by alice, reviewed; maria writes here, carl reads."""
    repo = town.github.create_repo("octo/shop", files=TWO.base)
    repo.grant("maria", "write")
    repo.grant("carl", "read")
    repo.open_pull(title="Two parts", author="alice", files=TWO.head)
    town.open(repo, 1)
    return repo


def test_a_command_is_carried_out_and_answered_in_the_conversation(town: Town, repo: Repository) -> None:
    """A review's text has neither a thread nor reactions: what a reaction would say is said in words, once."""
    town.submit(repo, 1, "Nearly there.\n\n/review full")
    assert len(town.checks(repo, 1)) == 2
    assert town.answers(repo, 1) == [BEGUN]


def test_the_same_delivery_twice_is_one_command(town: Town, repo: Repository) -> None:
    """As with every other."""
    review = repo.add_review(1, by="maria", body="/review full")
    about = {"action": "submitted", "repo": repo, "number": 1, "review_id": review.id, "sender": "maria"}
    hook = town.github.webhook("pull_request_review", **about)
    for _ in range(2):
        assert town.post(*hook).status_code == 202
        town.settle()
    assert len(town.checks(repo, 1)) == 2
    assert town.answers(repo, 1) == [BEGUN]


def test_who_may_not_is_told_once(town: Town, repo: Repository) -> None:
    """The same permission as for a comment."""
    for _ in range(2):
        town.submit(repo, 1, "/review full", by="carl")
    (refusal,) = town.answers(repo, 1)
    assert refusal.startswith("`carl`: only people with the write permission, or more,")
    assert len(town.checks(repo, 1)) == 1


@pytest.mark.parametrize("text", ["Looks good to me.", "> /review full", "see /review full"])
def test_a_review_without_a_command(town: Town, repo: Repository, text: str) -> None:
    """Nothing happens, and GitHub is asked nothing."""
    town.github.clear_traffic()
    town.submit(repo, 1, text)
    assert (town.github.count(), town.answers(repo, 1)) == (0, [])


def test_each_of_a_review_s_texts_is_heard_once(town: Town, repo: Repository) -> None:
    """Its own by the one event, that of its comment at a line by the other: two commands, two reviews, not four."""
    line = {"path": TWO.paths[0], "line": changes.LINE, "side": "RIGHT", "body": "/review full"}
    review = town.submit(repo, 1, "/review full", comments=[line])
    assert len(town.checks(repo, 1)) == 3
    (written,) = (one for one in repo.pull(1).review_comments if one.review_id == review)
    assert repo.reactions(written.id) == [("kireji[bot]", "eyes")]
    assert town.answers(repo, 1) == [BEGUN]


def test_a_reply_in_a_thread_is_a_review_without_a_text(town: Town, repo: Repository) -> None:
    """GitHub tells of both; only the reply asks for something."""
    thread = repo.review_comments(1)[0]["id"]
    reply = town.reply(repo, 1, thread, "/review ask why?")
    told = len(repo.review_comments(1))
    around = next(one for one in repo.pull(1).review_comments if one.id == reply).review_id
    town.deliver("pull_request_review", action="submitted", repo=repo, number=1, review_id=around, sender="maria")
    town.settle()
    assert len(repo.review_comments(1)) == told
    assert town.answers(repo, 1) == []


def test_kireji_s_own_reviews_ask_for_nothing(town: Town, repo: Repository) -> None:
    """GitHub sends the App its own reviews too; and those of other bots."""
    for bot in ("kireji[bot]", "renovate[bot]"):
        town.submit(repo, 1, "/review full", by=bot)
    assert len(town.checks(repo, 1)) == 1


def test_an_edit_counts_only_if_its_command_is_new(town: Town, repo: Repository) -> None:
    """As in comments."""
    review = town.submit(repo, 1, "Nearly there.")
    for text, runs in (("Nearly there.\n\n/review full", 2), ("Nearly!\n\n/review full", 2)):
        repo.edit_review(1, review, text)
        town.deliver("pull_request_review", action="edited", repo=repo, number=1, review_id=review, sender="maria")
        assert len(town.checks(repo, 1)) == runs


def test_a_question_and_a_dismissal(town: Town, repo: Repository) -> None:
    """A question is answered in the conversation; what works in a thread only says so."""
    town.submit(repo, 1, "/review ask why is that so grave?")
    town.submit(repo, 1, "/review dismiss it is fine")
    question, dismissal = town.answers(repo, 1)
    assert question
    assert dismissal.startswith("`/review dismiss` works as a reply in one of my threads")
