"""Requests that GitHub's description forbids, and answers that it describes wrongly. The judge never sees them."""

import pytest
import requests
from github import GithubIntegration

from tests.sandbox.github import AppIdentity, GitHubSandbox, Pull, Repository

REVIEWS = "/repos/octo/shop/pulls/1/reviews"
NOTE = {"path": "till.py", "start_line": 1, "end_line": 1, "annotation_level": "notice", "message": "Hm."}


@pytest.fixture
def record() -> bool:
    """Keep this module's traffic from the judge."""
    return False


def _comments(**comment: object) -> dict[str, object]:
    return {"event": "COMMENT", "body": "x", "comments": [{"path": "till.py", "body": "y", **comment}]}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (_comments(line=None), "'properties/line', nil is not an integer"),
        (_comments(line="4"), "is not an integer"),
        (_comments(line=4, side="BOTH"), "'BOTH' is invalid"),
        ({"event": "COMMENTED", "body": "x"}, "'COMMENTED' is invalid"),
        ({"event": "COMMENT", "body": "x", "comments": [{"path": "till.py", "line": 4}]}, '"body" wasn\'t supplied'),
    ],
)
def test_reviews(pull: Pull, shop: Repository, rest: requests.Session, body: object, words: str) -> None:
    """A null line, a wrong type, a wrong word, a missing key: 422, and nothing is stored."""
    answer = rest.post(REVIEWS, json=body)
    assert answer.status_code == 422
    assert words in answer.json()["message"]
    assert shop.reviews(pull.number) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, "name"),
        ({"output": {"title": "t"}}, '"summary" wasn\'t supplied'),
        ({"output": {"title": "t", "summary": "s", "annotations": [NOTE] * 51}}, "No more than 50 items"),
        ({"output": {"title": "t", "summary": "s" * 65_536}}, "Validation Failed"),
        ({"output": {"title": "t", "summary": "s", "annotations": [{**NOTE, "end_line": 0}]}}, "Validation Failed"),
        ({"status": "completed"}, "Validation Failed"),
        ({"conclusion": "passed"}, "'passed' is invalid"),
        ({"actions": [{"label": "x" * 21, "description": "d", "identifier": "i"}]}, "too long (maximum is 20)"),
        ({"actions": [{"label": "l", "description": "x" * 41, "identifier": "i"}]}, "too long (maximum is 40)"),
        ({"actions": [{"label": "l", "description": "d", "identifier": "i"}] * 4}, "too long (maximum is 3)"),
        ({"head_sha": "0" * 40}, "No commit found"),
    ],
)
def test_check_runs(pull: Pull, shop: Repository, rest: requests.Session, change: object, words: str) -> None:
    """Every limit of a check run: 422, and no check run is created."""
    body = {"name": "kireji", "head_sha": pull.head_sha} | (change if isinstance(change, dict) else {})
    answer = rest.post("/repos/octo/shop/check-runs", json=body)
    assert answer.status_code == 422
    assert words in answer.json()["message"]
    assert shop.check_runs(pull.head_sha) == []


def test_a_refused_update_changes_nothing(pull: Pull, shop: Repository, rest: requests.Session) -> None:
    """An update with one annotation too many leaves the check run as it was."""
    made = rest.post("/repos/octo/shop/check-runs", json={"name": "kireji", "head_sha": pull.head_sha}).json()
    output = {"title": "t", "summary": "s", "annotations": [NOTE] * 51}
    refused = rest.patch(f"/repos/octo/shop/check-runs/{made['id']}", json={"conclusion": "success", "output": output})
    assert refused.status_code == 422
    run = shop.check_runs(pull.head_sha)[0]
    assert (run["status"], run["conclusion"], run["annotations"]) == ("queued", None, [])


def test_bodies_that_are_no_json_object(rest: requests.Session, pull: Pull) -> None:
    """Text that is no JSON, and JSON that is no object: 400."""
    assert pull.number == 1
    assert rest.post(REVIEWS, data="{").json()["message"] == "Problems parsing JSON"
    assert rest.post(REVIEWS, data="[]").json()["message"] == "Body should be a JSON object"


def test_unknown_endpoints_and_properties_are_violations(
    github: GitHubSandbox, rest: requests.Session, pull: Pull
) -> None:
    """GitHub would answer 404, or say nothing; the sandbox remembers it."""
    assert rest.post(f"/repos/octo/shop/pulls/{pull.number}/review").status_code == 404
    assert rest.post(REVIEWS, json=_comments(line=4, severity="high")).status_code == 200
    assert [what.split(": ")[-1] for what in github.violations] == [
        "unknown endpoint POST /repos/octo/shop/pulls/1/review (404)",
        "GitHub knows no property 'severity'",
    ]


def test_graphql_that_the_schema_refuses(github: GitHubSandbox, rest: requests.Session) -> None:
    """Status 200 with errors, and a violation."""
    answer = rest.post("/graphql", json={"query": "{ viewer { shoeSize } }"})
    assert (answer.status_code, "data" in answer.json()) == (200, False)
    assert "shoeSize" in answer.json()["errors"][0]["message"]
    assert github.violations


def test_without_a_user_agent(rest: requests.Session, shop: Repository) -> None:
    """GitHub's door keeper wants a name."""
    assert rest.get(f"/repos/{shop.full_name}", headers={"User-Agent": ""}).status_code == 403


def test_unknown_api_version(rest: requests.Session) -> None:
    """A version that does not exist: 400."""
    assert rest.get("/repos/octo/shop", headers={"X-GitHub-Api-Version": "2020-01-01"}).status_code == 400


def test_listing_installations(integration: GithubIntegration, app: AppIdentity) -> None:
    """Here because GitHub's own description of this answer cannot be met: an account is not an enterprise too."""
    assert [installation.id for installation in integration.get_installations()] == [app.installation_id]


def test_listing_a_folder(pull: Pull, rest: requests.Session) -> None:
    """Here because the description wants a `type` in what is a list."""
    rows = rest.get("/repos/octo/shop/contents/src", params={"ref": pull.head_sha}).json()
    assert [(row["path"], row["type"]) for row in rows] == [("src/new.py", "file")]
