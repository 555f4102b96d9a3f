"""Whatever comes twice is posted once."""

import pytest

from tests.sandbox.github import Repository
from tests.stories import changes
from tests.stories.town import Town

TWO = changes.parts(2)
PLACES = [(path, changes.LINE) for path in TWO.paths]


@pytest.fixture
def repo(town: Town) -> Repository:
    """A repository whose first pull request has two mistakes."""
    repo = town.github.create_repo("octo/shop", files=TWO.base)
    repo.open_pull(title="Two parts", files=TWO.head)
    return repo


def test_the_same_delivery_again(town: Town, repo: Repository) -> None:
    """GitHub sends a delivery once more: it is accepted, and nothing more is asked of GitHub or Claude.

    (How the durable intake keeps its word among several processes: tests/adapters/store and tests/chaos.)
    """
    delivery = town.github.webhook("pull_request", action="opened", repo=repo, number=1)
    town.post(*delivery)
    town.check(repo, 1)
    town.github.clear_traffic()
    assert town.post(*delivery).status_code == 202
    town.settle()
    assert not town.github.count()
    assert town.placed(repo, 1) == PLACES


def test_a_body_that_somebody_has_caught(town: Town, repo: Repository) -> None:
    """Its signature is good under any id and any event's name: nothing comes of it. A true redelivery is one all the same."""
    town.open(repo, 1)
    repo.grant("maria", "write")
    comment = repo.comment(1, "/review deep", by="maria")
    about = {"action": "created", "repo": repo, "number": 1, "comment_id": comment.id, "sender": "maria"}
    headers, body = town.github.webhook("issue_comment", **about)
    assert town.post(headers, body).status_code == 202
    town.settle()
    head = repo.pull(1).head_sha

    def came() -> tuple[int, ...]:
        return (
            len(repo.check_runs(head)),
            town.claude.count(),
            len(repo.issue_comments(1)),
            len(repo.reactions(comment.id)),
        )

    done = came()
    assert done[0] == 2
    for guid, event in (("a", "issue_comment"), ("b", "issue_comment"), ("c", "pull_request_review_comment")):
        caught = {**headers, "X-GitHub-Delivery": guid, "X-GitHub-Event": event}
        assert town.post(caught, body).status_code in {202, 400}
    assert town.post(headers, body).status_code == 202
    town.settle()
    assert came() == done


def test_a_second_review_of_the_same_head(town: Town, repo: Repository) -> None:
    """Another delivery asks for the head that was reviewed: the marker is found, nothing is posted or paid again."""
    town.open(repo, 1)
    asked = town.claude.count()
    check = town.open(repo, 1, "reopened")
    assert town.placed(repo, 1) == PLACES
    assert len(repo.reviews(1)) == 1
    assert check["output"]["title"] == "2 findings in 4 hunks"
    assert town.claude.count() == asked


def test_what_a_crash_left_behind_is_removed(town: Town, repo: Repository) -> None:
    """A pending review of ours blocks every further one on GitHub: it is removed first, and the review arrives."""
    debris = repo.add_pending_review(1, body="half a review")
    town.open(repo, 1)
    assert debris.id not in [review["id"] for review in repo.reviews(1)]
    assert [review["state"] for review in repo.reviews(1)] == ["COMMENTED"]
    assert town.placed(repo, 1) == PLACES


def test_a_pending_review_of_somebody_else_stays(town: Town, repo: Repository) -> None:
    """A person who is writing a review at that time loses nothing."""
    theirs = repo.add_pending_review(1, by="bob", body="I am still writing")
    town.open(repo, 1)
    assert theirs.id in [review["id"] for review in repo.reviews(1)]
    assert town.placed(repo, 1) == PLACES
