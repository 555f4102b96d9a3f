"""A loopback GitHub with an installed App and a small shop, a PyGithub client for it, and a plain one."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from github import Auth, Github, GithubIntegration
from typing_extensions import override

from tests.sandbox.github import AppIdentity, GitHubSandbox, Pull, Repository, new_private_key


@pytest.fixture(scope="session")
def private_key() -> str:
    """One RSA key for all: making one takes a tenth of a second."""
    return new_private_key()


@pytest.fixture
def record() -> bool:
    """Whether the traffic may be recorded for the judge. Modules that send malformed requests say False."""
    return True


@pytest.fixture
def github(record: bool) -> Iterator[GitHubSandbox]:
    """A running loopback GitHub."""
    with GitHubSandbox(record=record) as running:
        yield running


@pytest.fixture
def app(github: GitHubSandbox, private_key: str) -> AppIdentity:
    """The installed App."""
    return github.install_app(private_key_pem=private_key)


@pytest.fixture
def shop(github: GitHubSandbox, app: AppIdentity) -> Repository:
    """A repository with forty numbered lines in till.py."""
    assert app.installation_id
    return github.create_repo("octo/shop", {"till.py": _numbered(), "old.txt": "bye\n", "logo.png": b"\x89PNG\0\1"})


def _numbered(**changed: str) -> str:
    return "".join(changed.get(f"l{number}", f"line {number}\n") for number in range(1, 41))


@pytest.fixture
def pull(shop: Repository) -> Pull:
    """A pull request with two hunks in till.py: line 3 became two lines, line 30 is gone; and three other files."""
    return shop.open_pull(
        title="Faster till",
        body="It was slow.",
        files={
            "till.py": _numbered(l3="LINE 3\nnew 4\n", l30=""),
            "old.txt": None,
            "logo.png": b"\x89PNG\0\2",
            "src/new.py": "print('new')\n",
        },
    )


@pytest.fixture
def integration(github: GitHubSandbox, app: AppIdentity) -> GithubIntegration:
    """PyGithub, signed in as the App."""
    auth = Auth.AppAuth(app.app_id, app.private_key_pem)
    return GithubIntegration(auth=auth, base_url=github.url, seconds_between_requests=None, seconds_between_writes=None)


@pytest.fixture
def client(integration: GithubIntegration, app: AppIdentity) -> Github:
    """PyGithub, signed in as the installation."""
    return integration.get_github_for_installation(app.installation_id)


class Rest(requests.Session):
    """Plain HTTP with a token; paths instead of addresses."""

    def __init__(self, url: str, token: str | None) -> None:
        super().__init__()
        self._url = url
        if token is not None:
            self.headers["Authorization"] = f"Bearer {token}"

    @override
    def request(self, method: str | bytes, url: str | bytes, *args: Any, **kwargs: Any) -> requests.Response:
        """Send a request to a path of the sandbox."""
        where = str(url) if str(url).startswith("http") else f"{self._url}{url!s}"
        return super().request(method, where, *args, **kwargs)


@pytest.fixture
def sign_in(github: GitHubSandbox) -> Iterator[Callable[[str | None], requests.Session]]:
    """Makes a plain client out of a token."""
    opened: list[Rest] = []

    def make(token: str | None) -> requests.Session:
        opened.append(Rest(github.url, token))
        return opened[-1]

    yield make
    for client in opened:
        client.close()


@pytest.fixture
def rest(
    github: GitHubSandbox, shop: Repository, sign_in: Callable[[str | None], requests.Session]
) -> requests.Session:
    """A plain client with a token for everything that is installed."""
    assert shop.full_name
    return sign_in(github.token())
