"""A forge on a mocked api.github.com, its clock, and an App's key."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
import responses
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from app.adapters.github import GitHubForge, connect
from app.core.pull import OpenedPull, PullRef, PullRequest
from tests.fakes.clock import FakeClock

API = "https://api.github.com"
REPO = f"{API}/repos/octo/shop"
GRAPHQL = f"{API}/graphql"
HEAD = "a" * 40
BASE = "b" * 40


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

    def graphql(self, pull: dict[str, Any] | None) -> None:
        """Answer the next GraphQL query with this pull request."""
        self.post(GRAPHQL, json={"data": {"repository": {"pullRequest": pull}}})

    def standing(self, *reviews: dict[str, Any], head: str = HEAD, state: str = "OPEN") -> None:
        """Answer the next GraphQL query with these reviews of our own."""
        nodes = [{"viewerDidAuthor": True, "state": "COMMENTED", "fullDatabaseId": "1"} | review for review in reviews]
        self.graphql({"state": state, "headRefOid": head, "reviews": {"nodes": nodes}})

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
    return connect(token="ghp_fixed", clock=clock)


@pytest.fixture(scope="session")
def pem() -> str:
    """An App's private key."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()


@pytest.fixture
def ref() -> PullRef:
    """The pull request, without an installation."""
    return PullRef("octo/shop", 5)


@pytest.fixture
def opened(ref: PullRef) -> OpenedPull:
    """The pull request, opened; 2 files."""
    return open_pull(ref, 2)


def open_pull(ref: PullRef, changed_files: int) -> OpenedPull:
    """The pull request with so many files."""
    return OpenedPull(
        PullRequest(ref, "Title", "Body", "mona", BASE, HEAD, "main", "topic", changed_files=changed_files)
    )


@pytest.fixture
def opened_with(ref: PullRef) -> Any:
    """Makes the pull request with so many files."""
    return partial(open_pull, ref)
