"""Check runs: created, updated by their App only, annotations appended."""

from collections.abc import Callable

import requests
from github import Github

from tests.sandbox.github import GitHubSandbox, Pull, Repository

PATH = "/repos/octo/shop/check-runs"


def _notes(count: int) -> list[dict[str, str | int]]:
    note: dict[str, str | int] = {"path": "till.py", "annotation_level": "warning", "message": "Hm."}
    return [{**note, "start_line": line, "end_line": line} for line in range(1, count + 1)]


def test_a_check_runs_life(client: Github, shop: Repository, pull: Pull) -> None:
    """In progress, then annotations in pages of 50, then a conclusion, which completes it."""
    run = client.get_repo("octo/shop").create_check_run(
        "kireji", pull.head_sha, status="in_progress", external_id="review-1", output={"title": "t", "summary": "s"}
    )
    assert (run.status, run.conclusion) == ("in_progress", None)

    run.edit(output={"title": "t", "summary": "s", "annotations": _notes(50)})
    run.edit(conclusion="neutral", output={"title": "Done", "summary": "s2", "annotations": _notes(3)})

    assert (run.status, run.conclusion, run.output.title) == ("completed", "neutral", "Done")
    assert (run.output.annotations_count, run.external_id) == (53, "review-1")
    assert len(list(run.get_annotations())) == 53

    shown = shop.check_runs(pull.head_sha)[0]
    assert [note["start_line"] for note in shown["annotations"]] == [*range(1, 51), 1, 2, 3]
    assert [row["number"] for row in shown["pull_requests"]] == [pull.number]


def test_a_fork_pull_request_is_not_named(shop: Repository, rest: requests.Session) -> None:
    """`pull_requests` of a check run on a fork's commit is empty."""
    pull = shop.open_pull(author="mallory", fork=True, files={"a.py": "1\n"})
    made = rest.post(PATH, json={"name": "kireji", "head_sha": pull.head_sha})
    assert (made.status_code, made.json()["pull_requests"]) == (201, [])


def test_only_the_creator_updates(
    github: GitHubSandbox,
    private_key: str,
    pull: Pull,
    rest: requests.Session,
    sign_in: Callable[[str | None], requests.Session],
) -> None:
    """Another App with every right is refused."""
    other = github.install_app(private_key_pem=private_key, slug="other")
    run = rest.post(PATH, json={"name": "kireji", "head_sha": pull.head_sha}).json()
    stranger = sign_in(github.token(app_id=other.app_id))
    refused = stranger.patch(f"{PATH}/{run['id']}", json={"conclusion": "success"})
    assert refused.status_code == 403
    assert "can only be modified by the GitHub App that created it" in refused.json()["message"]


def test_finding_check_runs_of_a_commit(pull: Pull, rest: requests.Session) -> None:
    """By name, status and App; the latest of each name unless all are asked for."""
    for name in ("kireji", "kireji", "lint"):
        rest.post(PATH, json={"name": name, "head_sha": pull.head_sha})
    where = f"/repos/octo/shop/commits/{pull.branch}/check-runs"
    assert rest.get(where).json()["total_count"] == 2
    assert rest.get(where, params={"filter": "all", "check_name": "kireji"}).json()["total_count"] == 2
    assert rest.get(where, params={"status": "completed"}).json()["check_runs"] == []
    assert rest.get(where, params={"app_id": 1}).json()["total_count"] == 0


def test_reopening_forgets_the_conclusion(pull: Pull, rest: requests.Session) -> None:
    """Back in progress, a check run has no conclusion."""
    run = rest.post(PATH, json={"name": "k", "head_sha": pull.head_sha, "conclusion": "failure"}).json()
    assert run["completed_at"] is not None
    again = rest.patch(f"{PATH}/{run['id']}", json={"status": "in_progress"}).json()
    assert (again["status"], again["conclusion"], again["completed_at"]) == ("in_progress", None, None)


def test_a_rerequest_changes_nothing_by_itself(shop: Repository, pull: Pull, rest: requests.Session) -> None:
    """The App must hear the webhook and act."""
    run = rest.post(PATH, json={"name": "k", "head_sha": pull.head_sha, "conclusion": "failure"}).json()
    assert rest.post(f"{PATH}/{run['id']}/rerequest").status_code == 201
    assert shop.check_runs(pull.head_sha)[0]["conclusion"] == "failure"
