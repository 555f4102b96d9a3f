"""Whatever comes twice is posted once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from app.sandbox.child import environment, serve
from app.sandbox.claude import ClaudeSandbox
from app.sandbox.github import GitHubSandbox, Repository
from tests.stories import changes
from tests.stories.town import Town, eventually, private_key

TWO = changes.parts(2)
PLACES = [(path, changes.LINE) for path in TWO.paths]


@pytest.fixture
def repo(town: Town) -> Repository:
    """A repository whose first pull request has two mistakes."""
    repo = town.github.create_repo("octo/shop", files=TWO.base)
    repo.open_pull(title="Two parts", files=TWO.head)
    return repo


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


def test_the_app_as_it_runs_in_earnest() -> None:
    """`kireji serve`: a delivery five times at once, and others about the same head, make one review and one check run."""
    with GitHubSandbox() as github, ClaudeSandbox() as claude:
        identity = github.install_app(app_id=4711, private_key_pem=private_key())
        repo = github.create_repo("octo/shop", files=TWO.base)
        pull = repo.open_pull(title="Two parts", files=TWO.head)
        same = github.webhook("pull_request", action="opened", repo=repo, number=1)
        others = [github.webhook("pull_request", action="reopened", repo=repo, number=1) for _ in range(3)]
        with serve(environment(github.url, identity, claude.url)) as child, ThreadPoolExecutor(8) as senders:

            def send(signed: tuple[dict[str, str], bytes]) -> int:
                return requests.post(f"{child.url}/webhook", data=signed[1], headers=signed[0], timeout=10).status_code

            assert set(senders.map(send, [same] * 5 + others)) == {202}
            eventually(lambda: any(run["status"] == "completed" for run in repo.check_runs(pull.head_sha)))
            assert send(same) == 202
        assert [run["status"] for run in repo.check_runs(pull.head_sha)] == ["completed"]
        assert len(repo.reviews(1)) == 1
        assert sorted((comment["path"], comment["line"]) for comment in repo.review_comments(1)) == PLACES
        assert claude.count() == 1
