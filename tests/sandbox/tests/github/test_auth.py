"""Signing in: the App's JWT, and what an installation token reaches."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, cast

import jwt
import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import rsa
from github import Auth, GithubException, GithubIntegration

from tests.sandbox.github import AppIdentity, GitHubSandbox, Repository

SignIn = Callable[[str | None], requests.Session]
TOKENS = "/app/installations/{}/access_tokens"


def _jwt(
    app: AppIdentity, *, issuer: object = None, issued: float = -60, expires: float = 540, key: object = None
) -> str:
    now = int(datetime.now(UTC).timestamp())
    claims = {"iat": now + int(issued), "exp": now + int(expires), "iss": issuer or str(app.app_id)}
    signer = key if isinstance(key, rsa.RSAPrivateKey) else app.private_key_pem
    return jwt.encode(claims, signer, algorithm="RS256")


def test_pygithub_signs_in_as_the_app(integration: GithubIntegration, app: AppIdentity, shop: Repository) -> None:
    """PyGithub's own JWT is accepted, and finds the installation of a repository."""
    assert integration.get_app().slug == "kireji"
    assert integration.get_repo_installation("octo", "shop").id == app.installation_id
    assert shop.state.owner.login == "octo"


def test_the_client_id_signs_too(app: AppIdentity, sign_in: SignIn) -> None:
    """`iss` may be the client id."""
    assert sign_in(_jwt(app, issuer=app.client_id)).get("/app").json()["id"] == app.app_id


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"expires": 700}, "too far in the future"),
        ({"expires": -1}, "'Expiration time' claim"),
        ({"issued": 60}, "'Issued at' claim"),
        ({"issuer": "4711"}, "Integration not found"),
        ({"key": rsa.generate_private_key(65537, 2048)}, "could not be decoded"),
    ],
)
def test_a_bad_jwt_is_refused(app: AppIdentity, sign_in: SignIn, change: dict[str, object], message: str) -> None:
    """A JWT that lives too long, is over, is from the future, from a stranger or signed by one: 401."""
    answer = sign_in(_jwt(app, **cast("Any", change))).get("/app")
    assert answer.status_code == 401
    assert message in answer.json()["message"]


def test_a_symmetric_jwt_is_refused(app: AppIdentity, sign_in: SignIn) -> None:
    """Only RS256 counts: a token signed with a shared secret is nobody's."""
    claims = jwt.decode(_jwt(app), options={"verify_signature": False})
    forged = jwt.encode(claims, "x" * 32, algorithm="HS256")
    assert sign_in(forged).get("/app").status_code == 401


def test_no_or_unknown_credentials(shop: Repository, sign_in: SignIn) -> None:
    """Without a token, or with an unknown one: 401."""
    path = f"/repos/{shop.full_name}"
    assert sign_in(None).get(path).json()["message"] == "Requires authentication"
    assert sign_in("ghs_unknown").get(path).json() == {
        "message": "Bad credentials",
        "documentation_url": "https://docs.github.com/rest",
        "status": "401",
    }


def test_app_and_installation_do_not_stand_in_for_each_other(
    github: GitHubSandbox, app: AppIdentity, shop: Repository, sign_in: SignIn
) -> None:
    """A JWT reads no repository, and a token is not the App."""
    assert sign_in(_jwt(app)).get(f"/repos/{shop.full_name}").status_code == 403
    assert sign_in(github.token()).get("/app").status_code == 401


def test_a_token_reaches_its_repositories_only(
    github: GitHubSandbox, app: AppIdentity, shop: Repository, sign_in: SignIn
) -> None:
    """A token minted for one repository does not see that another exists."""
    github.create_repo("octo/secret")
    answer = sign_in(_jwt(app)).post(TOKENS.format(app.installation_id), json={"repositories": ["shop"]})
    assert answer.status_code == 201
    assert [repo["full_name"] for repo in answer.json()["repositories"]] == [shop.full_name]
    scoped = sign_in(answer.json()["token"])
    assert scoped.get("/repos/octo/shop").status_code == 200
    assert scoped.get("/repos/octo/secret").status_code == 404
    assert [repo["name"] for repo in scoped.get("/installation/repositories").json()["repositories"]] == ["shop"]


def test_a_token_holds_its_permissions_only(
    github: GitHubSandbox, app: AppIdentity, shop: Repository, sign_in: SignIn
) -> None:
    """A token minted to read pull requests may not write them, nor read contents."""
    number = shop.open_pull(files={"a.py": "1\n"}).number
    asked = {"permissions": {"pull_requests": "read"}}
    answer = sign_in(_jwt(app)).post(TOKENS.format(app.installation_id), json=asked).json()

    assert answer["permissions"] == {"metadata": "read", "pull_requests": "read"}

    reader = sign_in(answer["token"])
    assert reader.get(f"/repos/octo/shop/pulls/{number}").status_code == 200

    refused = reader.post(f"/repos/octo/shop/pulls/{number}/reviews", json={"event": "COMMENT", "body": "x"})
    assert (refused.status_code, refused.json()["message"]) == (403, "Resource not accessible by integration")
    assert reader.get("/repos/octo/shop/contents/till.py").status_code == 403
    assert not github.violations


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"repositories": ["nowhere"]}, "does not exist or is not accessible"),
        ({"permissions": {"contents": "write"}}, "not granted to this installation"),
        ({"permissions": {"actions": "read"}}, "not granted to this installation"),
    ],
)
def test_a_token_never_exceeds_the_installation(
    app: AppIdentity, sign_in: SignIn, asked: dict[str, object], message: str
) -> None:
    """Unknown repositories and rights above the installation's: 422."""
    answer = sign_in(_jwt(app)).post(TOKENS.format(app.installation_id), json=asked)
    assert answer.status_code == 422
    assert message in answer.json()["message"]


def test_a_token_lives_an_hour(github: GitHubSandbox, rest: requests.Session) -> None:
    """After an hour a token is no credential any more."""
    github.advance(3590)
    assert rest.get("/repos/octo/shop").status_code == 200
    github.advance(20)
    assert rest.get("/repos/octo/shop").json()["message"] == "Bad credentials"


def test_an_app_on_one_account_sees_that_account_only(github: GitHubSandbox, private_key: str, sign_in: SignIn) -> None:
    """An App installed on an account does not see another's repositories."""
    github.install_app(private_key_pem=private_key, account="octo")
    github.create_repo("octo/mine")
    github.create_repo("acme/theirs")
    token = sign_in(github.token())
    assert token.get("/repos/octo/mine").status_code == 200
    assert token.get("/repos/acme/theirs").status_code == 404


def test_pygithub_hears_of_missing_rights(github: GitHubSandbox, private_key: str) -> None:
    """A 403 reaches PyGithub's caller as an exception with GitHub's words."""
    app = github.install_app(private_key_pem=private_key, permissions={"metadata": "read"}, slug="poor")
    github.create_repo("octo/shop").open_pull(files={"a": "1\n"})
    auth = GithubIntegration(auth=Auth.AppAuth(app.app_id, app.private_key_pem), base_url=github.url)
    with pytest.raises(GithubException, match="not accessible by integration"):
        auth.get_github_for_installation(app.installation_id).get_repo("octo/shop").get_pull(1)
