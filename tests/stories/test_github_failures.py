"""GitHub fails once: the review arrives exactly once, under one check run, which is completed."""

from typing import Any

import pytest

from tests.sandbox.github import Fault, Repository
from tests.stories import changes
from tests.stories.town import Town

TWO = changes.parts(2)
PLACES = [(path, changes.LINE) for path in TWO.paths]

WRITES = {
    "review": "POST */reviews",
    "check run opens": "POST */check-runs",
    "check run closes": "PATCH */check-runs/*",
}
READS = {
    "pull request": "POST /graphql",
    "diff": "GET */pulls/1",
    "check runs": "GET */commits/*/check-runs",
    "token": "POST */access_tokens",
}
LOSSES: dict[str, dict[str, Any]] = {
    "dropped before": {"drop": "before"},
    "dropped after": {"drop": "after"},
    "502": {"status": 502},
    "502 and done": {"status": 502, "drop": "after"},
}
REFUSED = {"type": "error", "error": {"type": "invalid_request_error", "message": "x"}}
READ_LOSSES: dict[str, dict[str, Any]] = {"dropped": {"drop": "before"}, "500": {"status": 500}, "503": {"status": 503}}


@pytest.fixture
def repo(town: Town) -> Repository:
    """A repository whose first pull request has two mistakes."""
    repo = town.github.create_repo("octo/shop", files=TWO.base)
    repo.open_pull(title="Two parts", files=TWO.head)
    return repo


def assert_reviewed_once(town: Town, repo: Repository, check: dict[str, Any]) -> None:
    """One review with a comment for each mistake, and a check run that says so."""
    assert town.placed(repo, 1) == PLACES
    assert len(repo.reviews(1)) == 1
    assert (check["output"]["title"], check["conclusion"]) == ("2 findings in 4 hunks", "neutral")


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
@pytest.mark.parametrize("match", WRITES.values(), ids=WRITES)
def test_a_write_whose_answer_is_lost_is_done_once(
    town: Town, repo: Repository, match: str, loss: dict[str, Any]
) -> None:
    """Whether GitHub did it before the connection broke is looked up: nothing is done twice and nothing is left out."""
    town.github.faults.add(Fault(match, **loss))
    check = town.open(repo, 1)
    assert len(town.github.faults.hits) == 1
    assert_reviewed_once(town, repo, check)


@pytest.mark.proof
@pytest.mark.parametrize("loss", READ_LOSSES.values(), ids=READ_LOSSES)
@pytest.mark.parametrize("match", READS.values(), ids=READS)
def test_a_read_that_fails_is_asked_again(town: Town, repo: Repository, match: str, loss: dict[str, Any]) -> None:
    """A request that breaks off or gets a 5xx on the way to the review changes nothing in it."""
    town.github.faults.add(Fault(match, **loss))
    check = town.open(repo, 1)
    assert len(town.github.faults.hits) == 1
    assert_reviewed_once(town, repo, check)


@pytest.mark.settings(KIREJI_CHUNK_TOKENS=changes.CHUNK_TOKENS)
def test_what_only_the_second_try_could_read_is_posted(town: Town, repo: Repository) -> None:
    """One part is unread when the review is posted, the check run cannot be closed, and then that part is read, too."""
    town.claude.faults.add(Fault("POST */messages", status=400, body=REFUSED, holding="part 01, line 12", times=1))
    town.github.faults.add(Fault("PATCH */check-runs/*", status=502, times=3))
    check = town.open(repo, 1)
    assert town.placed(repo, 1) == PLACES
    assert check["output"]["title"] == "2 findings in 4 hunks"


def test_an_outage_of_minutes(town: Town, repo: Repository) -> None:
    """GitHub answers 503 again and again: the review waits and arrives, and no answer of Claude's is paid for twice."""
    town.github.faults.add(Fault("POST */reviews", status=503, times=9))
    check = town.open(repo, 1)
    assert_reviewed_once(town, repo, check)
    assert len(town.readings()) == 1
    assert sum(town.clock.waits) > 60


def test_a_github_that_never_takes_the_review(town: Town, repo: Repository, caplog: pytest.LogCaptureFixture) -> None:
    """In the end the check run says that there is no review, and why; the log too."""
    town.github.faults.add(Fault("POST */reviews", status=502, times=999))
    check = town.open(repo, 1)
    assert (check["output"]["title"], check["conclusion"]) == ("Not reviewed: a service did not answer", "neutral")
    assert "GitHub answered 502 while posting the review on octo/shop#1" in check["output"]["summary"]
    assert "GitHub answered 502 while posting the review on octo/shop#1" in caplog.text
    assert not repo.reviews(1)


def test_the_hours_requests_are_used_up(town: Town, repo: Repository) -> None:
    """GitHub's primary limit is reached before the review can be posted: it waits until the hour is over, then arrives.

    Meanwhile the check run cannot say so, as telling it would be one more request.
    """
    town.github.limits.primary = 3

    def until_the_reset(seconds: float) -> None:
        assert 3000 < seconds <= 3600
        town.github.limits.primary = 5000

    town.clock.meanwhile = until_the_reset
    assert_reviewed_once(town, repo, town.open(repo, 1))
    assert len(town.clock.waits) == 1


def test_the_secondary_limit(town: Town, repo: Repository) -> None:
    """GitHub asks for two minutes: they are waited, the review arrives once, and meanwhile the check run says why."""
    town.github.faults.add(
        Fault("POST */reviews", status=403, headers={"Retry-After": "120"}, body={"message": "secondary rate limit"})
    )
    check = town.open(repo, 1)
    assert_reviewed_once(town, repo, check)
    assert 120 in town.clock.waits
    waiting = [
        one.request["output"]["title"]
        for one in town.github.traffic
        if one.method == "PATCH" and isinstance(one.request, dict) and one.request["status"] == "in_progress"
    ]
    assert [title[:14] for title in waiting] == ["Waiting until "]
