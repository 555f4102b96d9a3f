"""Rate limits, faults, latency, and the record of what was said."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from tests.sandbox.github import Fault, GitHubSandbox, Pull, Repository

REVIEW = {"event": "COMMENT", "body": "x"}
REVIEWS = "/repos/octo/shop/pulls/1/reviews"


def test_headers_on_every_answer(rest: requests.Session) -> None:
    """The limit counts down; asking for it costs nothing."""
    first = rest.get("/repos/octo/shop")
    second = rest.get("/repos/octo/nowhere")
    used = [int(response.headers["X-RateLimit-Used"]) for response in (first, second)]
    assert used[1] == used[0] + 1
    assert first.headers["X-RateLimit-Resource"] == "core"
    assert first.headers["X-GitHub-Request-Id"] != second.headers["X-GitHub-Request-Id"]
    assert rest.get("/rate_limit").json()["resources"]["core"]["used"] == used[1]


def test_the_primary_limit(github: GitHubSandbox, rest: requests.Session) -> None:
    """403 with nothing remaining, until the hour is over."""
    github.limits.primary = 1
    assert rest.get("/repos/octo/shop").status_code == 200
    refused = rest.get("/repos/octo/shop")
    assert (refused.status_code, refused.headers["X-RateLimit-Remaining"]) == (403, "0")
    assert "Retry-After" not in refused.headers
    github.advance(3601)
    assert rest.get("/repos/octo/shop").status_code == 401  # the hour ended the token, too
    fresh = {"Authorization": f"Bearer {github.token()}"}
    assert rest.get("/repos/octo/shop", headers=fresh).status_code == 200


@pytest.mark.parametrize("status", [403, 429])
def test_the_secondary_limit(github: GitHubSandbox, pull: Pull, rest: requests.Session, status: int) -> None:
    """Too much content in a minute: 403 or 429, and Retry-After says when."""
    assert pull.number == 1
    github.limits.content = 1
    github.limits.secondary_status = status
    assert rest.post(REVIEWS, json=REVIEW).status_code == 200
    refused = rest.post(REVIEWS, json=REVIEW)
    assert (refused.status_code, refused.headers["Retry-After"]) == (status, "60")
    assert "secondary rate limit" in refused.json()["message"]
    github.advance(61)
    assert rest.post(REVIEWS, json=REVIEW).status_code == 200


def test_points_a_minute(github: GitHubSandbox, rest: requests.Session) -> None:
    """A read costs one point."""
    github.limits.points = 2
    assert [rest.get("/repos/octo/shop").status_code for _ in range(3)] == [200, 200, 403]


def test_a_fault_before_and_after(github: GitHubSandbox, shop: Repository, pull: Pull, rest: requests.Session) -> None:
    """Dropped before: nothing was stored. Dropped after, or answered 502 after: it was."""
    github.faults.add(Fault("POST */reviews", drop="before"))
    github.faults.add(Fault("POST */reviews", drop="after"))
    github.faults.add(Fault("POST */reviews", drop="after", status=502))
    stored: list[int] = []
    for _ in range(2):
        with pytest.raises(requests.ConnectionError):
            rest.post(REVIEWS, json=REVIEW)
        stored.append(len(shop.reviews(pull.number)))

    assert rest.post(REVIEWS, json=REVIEW).status_code == 502
    stored.append(len(shop.reviews(pull.number)))
    assert stored == [0, 1, 2]
    assert rest.post(REVIEWS, json=REVIEW).status_code == 200
    assert [exchange.status for exchange in github.traffic] == [None, None, 502, 200]


def test_a_fault_instead(github: GitHubSandbox, shop: Repository, pull: Pull, rest: requests.Session) -> None:
    """A status without a drop answers instead of the handler; `skip` lets the first ones through."""
    github.faults.add(Fault("POST */reviews", status=503, headers={"Retry-After": "1"}, skip=1, times=2))
    statuses = [rest.post(REVIEWS, json=REVIEW).status_code for _ in range(4)]
    assert statuses == [200, 503, 503, 200]
    assert len(shop.reviews(pull.number)) == 2


def test_many_clients_at_once(github: GitHubSandbox, shop: Repository, pull: Pull) -> None:
    """Sixteen threads lose nothing and mix nothing up."""
    headers = {"Authorization": f"Bearer {github.token()}"}
    where = f"{github.url}/repos/octo/shop/issues/{pull.number}/comments"

    def say(number: int) -> str:
        return requests.post(where, json={"body": f"{number}"}, headers=headers, timeout=20).json()["body"]

    with ThreadPoolExecutor(16) as pool:
        said = list(pool.map(say, range(48)))
    assert said == [f"{number}" for number in range(48)]
    kept = shop.issue_comments(pull.number)
    assert sorted(int(row["body"]) for row in kept) == list(range(48))
    assert len({row["id"] for row in kept}) == 48


def test_traffic_is_written_for_the_judge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the environment names a folder, every exchange is a JSON line there, without credentials."""
    monkeypatch.setenv("KIREJI_SANDBOX_TRAFFIC", str(tmp_path))
    with GitHubSandbox() as github:
        app = github.install_app()
        github.create_repo("octo/shop")
        headers = {"Authorization": f"Bearer {github.token()}", "Accept": "application/json"}
        requests.get(f"{github.url}/repos/octo/shop?x=1", headers=headers, timeout=5)
        assert github.count("GET /repos/octo/*") == 1
        github.clear_traffic()
        assert github.count() == 0

    text = next(tmp_path.iterdir()).read_text("utf-8")
    row = json.loads(text)
    assert (row["method"], row["path"], row["status"]) == ("GET", "/repos/octo/shop?x=1", 200)
    assert row["response"]["full_name"] == "octo/shop"
    assert row["request_headers"]["authorization"] == "Bearer (not kept)"
    assert "ghs_" not in text
    assert app.private_key_pem not in text
