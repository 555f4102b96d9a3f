"""GitHub and Claude fail in every way the stand-ins know: what was asked for arrives, or the check run says why not."""

import random
from typing import TYPE_CHECKING, Any

import pytest

from tests.chaos.crowd import FILES
from tests.chaos.town import Town
from tests.sandbox.claude import api_fault
from tests.sandbox.github import Fault, Repository

if TYPE_CHECKING:
    from tests.sandbox.claude.stream_faults import Kind

SOON = {"retry-after": "1"}
LIMIT = {"message": "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."}
WAYS: dict[str, dict[str, Any]] = {
    "500": {"status": 500},
    "502": {"status": 502},
    "503": {"status": 503},
    "403 secondary": {"status": 403, "headers": SOON, "body": LIMIT},
    "429": {"status": 429, "headers": SOON, "body": LIMIT},
    "dropped before": {"drop": "before"},
    "dropped after": {"drop": "after"},
    "502 and done": {"status": 502, "drop": "after"},
}
REQUESTS = (
    "GET {}/pulls/1",
    "GET {}/commits/*/check-runs",
    "POST {}/check-runs",
    "POST {}/pulls/1/reviews",
    "PATCH {}/check-runs/*",
)
CLAUDES = 0.3  # of Claude's answers, the share that fails


@pytest.mark.timeout(180)
def test_github_fails_each_request_once_in_every_way(sqlite_place: Town) -> None:
    """A repository for each way, in which each request of the review fails so once: every review arrives, once."""
    place = sqlite_place
    planned, repos = 0, list[Repository]()
    for way, failure in WAYS.items():
        repo = place.crowd.add_repository(f"octo/way-{way.replace(' ', '-')}")
        matches = [request.format(f"/repos/{repo.full_name}") for request in REQUESTS]
        for match in matches:
            place.github.faults.add(Fault(match, **failure))
        place.github.faults.add(Fault("POST /graphql", holding=f'"{repo.full_name.partition("/")[2]}"', **failure))
        planned += len(matches) + 1
        place.crowd.open(repo)
        repos.append(repo)
    place.await_quiet(150)
    assert len(place.github.faults.hits) == planned
    assert place.judge().wrong == {}
    for repo in repos:
        assert [conclusion for _, conclusion in place.checks(repo)] == ["neutral"]
        assert len(repo.reviews(1)) == 1
        assert len(repo.review_comments(1)) == FILES


@pytest.mark.timeout(180)
def test_claude_fails_three_times_in_ten(sqlite_place: Town) -> None:
    """In all ways at once: every pull request has its review, and what was not read is named in its check run."""
    place = sqlite_place
    chance = random.Random(5)
    for number in range(60):
        if chance.random() < CLAUDES:
            _fail(place, number, chance)
    pulls = [(repo, place.crowd.open(repo)) for repo in place.crowd.repositories()[:3] for _ in range(4)]
    place.await_quiet(150)
    verdict = place.judge()
    assert verdict.lost == verdict.open_checks == verdict.posted_twice == verdict.failed == []
    assert len(place.claude.faults.hits) + len(place.claude.stream_faults.hits) >= 10
    for repo, number in pulls:
        (check,) = repo.check_runs(repo.pull(number).head_sha)
        unread = check["output"]["summary"].count("not read:")
        assert len(repo.review_comments(number)) + unread == FILES


def _fail(place: Town, number: int, chance: random.Random) -> None:
    """Let the request of about this number fail in some way."""
    streams: tuple[Kind, ...] = ("error", "cut", "drop")
    way = chance.randrange(8)
    if way < len(streams):
        place.claude.stream_faults.add(streams[way], skip=number)
    elif way == 3:
        place.claude.faults.add(Fault("POST /v1/messages", drop="before", skip=number))
    elif way == 4:
        place.claude.faults.add(Fault("POST /v1/messages", drop="after", skip=number))
    else:
        status = {5: 500, 6: 529, 7: 429}[way]
        place.claude.faults.add(api_fault(status, retry_after="1" if status == 429 else None, skip=number))
