"""Repositories that were renamed or transferred: GitHub redirects from the old name until another repository takes it."""

import subprocess
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

import pytest
import requests
from github import GithubException, GithubIntegration

from tests.sandbox.github import AppIdentity, GitHubSandbox, Repository

SignIn = Callable[[str | None], requests.Session]
QUERY = 'query { repository(owner: "octo", name: "shop") { nameWithOwner databaseId } }'


@pytest.fixture
def moved(shop: Repository) -> Repository:
    """octo/shop, now octo/store."""
    shop.open_pull(files={"a.py": "a\n"})
    shop.move("octo/store")
    return shop


def test_rest_redirects_to_the_id(github: GitHubSandbox, moved: Repository, rest: requests.Session) -> None:
    """301 for GET and 307 for anything else, with the query; below the id everything is as below the name."""
    answer = rest.get("/repos/octo/shop/pulls?per_page=1", allow_redirects=False)
    place = f"{github.url}/repositories/{moved.state.id}/pulls?per_page=1"

    assert (answer.status_code, answer.headers["Location"]) == (301, place)
    assert (answer.json()["message"], answer.json()["url"]) == ("Moved Permanently", place)
    assert [pull["number"] for pull in rest.get(place).json()] == [1]
    assert rest.get(f"/repositories/{moved.state.id}").json()["full_name"] == "octo/store"

    posted = rest.post("/repos/octo/shop/issues/1/comments", json={"body": "hello"}, allow_redirects=False)
    assert posted.status_code == 307
    assert moved.issue_comments(1) == []
    assert rest.post(posted.headers["Location"], json={"body": "hello"}).status_code == 201


def test_graphql_follows(moved: Repository, rest: requests.Session) -> None:
    """The answer tells the present name."""
    answer = rest.post("/graphql", json={"query": QUERY}).json()
    assert answer["data"]["repository"] == {"nameWithOwner": "octo/store", "databaseId": moved.state.id}


def test_until_another_takes_the_name(github: GitHubSandbox, moved: Repository, rest: requests.Session) -> None:
    """Then the name is that one's."""
    other = github.create_repo("octo/shop")
    assert rest.get("/repos/octo/shop", allow_redirects=False).json()["id"] == other.state.id
    assert rest.get("/repos/octo/shop/pulls").json() == []
    assert rest.get("/repos/octo/store").json()["id"] == moved.state.id


def test_back_again(moved: Repository, rest: requests.Session) -> None:
    """The first name is its own once more, and the second redirects."""
    moved.move("octo/shop")
    assert rest.get("/repos/octo/shop", allow_redirects=False).status_code == 200
    assert rest.get("/repos/octo/store", allow_redirects=False).status_code == 301


def test_git_redirects(github: GitHubSandbox, moved: Repository, tmp_path: Path) -> None:
    """To the new name, and only whoever may read there."""
    token = b64encode(f"x-access-token:{github.token()}".encode()).decode()
    header = f"http.extraHeader=Authorization: Basic {token}"
    asked = ["git", "-c", header, "ls-remote", f"{github.url}/octo/shop.git", "refs/pull/1/head"]
    done = subprocess.run(asked, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [moved.pull(1).head_sha, "refs/pull/1/head"]
    answer = requests.get(f"{github.url}/octo/shop.git/info/refs", timeout=10)
    assert answer.status_code == 401


def test_a_transfer_takes_it_out_of_its_installation(
    github: GitHubSandbox, shop: Repository, app: AppIdentity, integration: GithubIntegration, sign_in: SignIn
) -> None:
    """The old installation's tokens see nothing any more, and none is made for it; the new owner's installation covers it."""
    elsewhere = github.install_on("acme")
    rest = sign_in(integration.get_access_token(app.installation_id).token)
    assert rest.get("/repos/octo/shop").status_code == 200
    shop.move("acme/shop")
    assert {rest.get(f"/repos/{name}").status_code for name in ("octo/shop", "acme/shop")} == {404}
    assert integration.get_repo_installation("acme", "shop").id == elsewhere
    headers, body = github.webhook("pull_request", action="opened", repo=shop, number=shop.open_pull().number)
    assert f'"installation":{{"id":{elsewhere},' in body.decode()
    assert headers["X-GitHub-Event"] == "pull_request"

    with pytest.raises(GithubException, match="There is at least one repository that does not exist"):
        integration.requester.requestJsonAndCheck(
            "POST",
            f"/app/installations/{app.installation_id}/access_tokens",
            input={"repository_ids": [shop.state.id]},
        )

    token = integration.get_access_token(elsewhere).token
    assert sign_in(token).get("/installation/repositories").json()["repositories"][0]["full_name"] == "acme/shop"
