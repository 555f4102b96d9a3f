"""A forge on a mocked api.github.com, its clock, and an App's key."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
import responses
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from kireji.adapters.github import GitHubForge, connect
from kireji.core.pulls.pull import PullRef
from tests.adapters.github.support import HastyClock
from tests.fakes.apart import processes
from tests.fakes.clock import FakeClock
from tests.sandbox.github import AppIdentity, GitHubSandbox, Repository

API = "https://api.github.com"
REPO = f"{API}/repos/octo/shop"
GRAPHQL = f"{API}/graphql"
HEAD = "a" * 40
BASE = "b" * 40


PULL: dict[str, Any] = {
    "title": "Add a shop",
    "body": "It sells.",
    "isDraft": True,
    "state": "OPEN",
    "changedFiles": 0,
    "isCrossRepository": True,
    "author": {"__typename": "User", "login": "mona"},
    "headRefOid": HEAD,
    "baseRefOid": BASE,
    "headRefName": "topic",
    "baseRefName": "main",
    "labels": {"nodes": [{"name": "bug"}, {"name": "shop"}]},
    "reviewThreads": {"pageInfo": {"hasNextPage": False, "endCursor": None}, "nodes": []},
}
ABSENT = {"type": "NOT_FOUND", "path": ["organisation"], "message": "Could not resolve to a Repository."}


class Api(responses.RequestsMock):
    """The mocked GitHub; unasked answers are fine, unanswered questions are not."""

    def __init__(self) -> None:
        super().__init__(assert_all_requests_are_fired=False)

    @property
    def log(self) -> list[str]:
        """Every request as "VERB /path", the repository's own part left out."""
        return [
            f"{call.request.method} {(call.request.path_url).replace('/repos/octo/shop', '')}" for call in self.calls
        ]

    def pull(self, changed_files: int = 0, url: str = GRAPHQL, **more: Any) -> None:
        """Answer GraphQL queries with a pull request of so many files, whose owner has no .github repository."""
        self.graphql(PULL | {"changedFiles": changed_files} | more, url, organisation=None, errors=[ABSENT])

    def graphql(
        self, pull: dict[str, Any] | None, url: str = GRAPHQL, *, errors: Sequence[Any] = (), **more: Any
    ) -> None:
        """Answer the next GraphQL query with this pull request, with `more` in the data and with `errors`."""
        answer = {"data": {"repository": {"pullRequest": pull}} | more}
        self.post(url, json=answer | ({"errors": list(errors)} if errors else {}))

    def mint(self, *, token: str = "ghs_first", expires: str = "2026-11-02T10:00:00Z", installation: int = 7) -> None:
        """Answer the next request for an installation token."""
        url = f"{API}/app/installations/{installation}/access_tokens"
        self.post(url, status=201, json={"token": token, "expires_at": expires})


@pytest.fixture
def api() -> Iterator[Api]:
    """GitHub, mocked at the HTTP level."""
    mocked = Api()
    with mocked:
        yield mocked


@pytest.fixture
def clock() -> FakeClock:
    """A clock that does not wait."""
    return FakeClock()


@pytest.fixture
def forge(clock: FakeClock) -> GitHubForge:
    """A forge with a fixed token."""
    return connect(token="ghp_fixed", clock=clock, apart=processes())


@pytest.fixture(scope="session")
def pem() -> str:
    """An App's private key."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()


@pytest.fixture
def github() -> Iterator[GitHubSandbox]:
    """A GitHub on loopback, which finds nothing to blame in the requests."""
    with GitHubSandbox() as github:
        yield github
        assert github.violations == []


@pytest.fixture
def app(github: GitHubSandbox, pem: str) -> AppIdentity:
    """The installed App."""
    return github.install_app(private_key_pem=pem)


@pytest.fixture
def live(github: GitHubSandbox, app: AppIdentity) -> GitHubForge:
    """The forge of that App, in a hurry."""
    return connect(
        api_url=github.url,
        app_id=app.app_id,
        private_key_pem=app.private_key_pem,
        clock=HastyClock(),
        apart=processes(),
    )


@pytest.fixture
def ref() -> PullRef:
    """The pull request, without an installation."""
    return PullRef("octo/shop", 5, repo_id=9)


@pytest.fixture
def repo(github: GitHubSandbox, app: AppIdentity) -> Repository:
    """A shop with a pull request."""
    assert app.slug
    repo = github.create_repo("octo/shop")
    repo.open_pull(files={"a.py": "one\ntwo\n"})
    return repo


@pytest.fixture
def pull_ref(app: AppIdentity) -> PullRef:
    """That pull request."""
    return PullRef("octo/shop", 1, app.installation_id)
