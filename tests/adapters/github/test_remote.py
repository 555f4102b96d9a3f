"""Where git finds a repository."""

import pytest

from kireji.adapters.clock import SystemClock
from kireji.adapters.github import connect
from kireji.core.pulls.pull import PullRef
from kireji.errors import UserError


@pytest.mark.parametrize(
    ("api_url", "address"),
    [
        ("https://api.github.com", "https://github.com/octo/shop.git"),
        ("https://api.octo.ghe.com", "https://octo.ghe.com/octo/shop.git"),
        ("https://api.example.org/api/v3", "https://api.example.org/octo/shop.git"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000/octo/shop.git"),
    ],
)
def test_addresses(api_url: str, address: str) -> None:
    """GitHub's, a tenant's with data residency, an Enterprise Server's, the sandbox's."""
    forge = connect(api_url=api_url, token="t", clock=SystemClock())
    assert forge.remote(PullRef("octo/shop", 1)) == (address, "t")


@pytest.mark.parametrize("repo", ["octo/../x", "-octo/shop", "octo/shop\n", "octo/a b", "octo"])
def test_no_name(repo: str) -> None:
    """What is no repository's name is no part of an address."""
    with pytest.raises(UserError):
        connect(api_url="https://api.github.com", token="t", clock=SystemClock()).remote(PullRef(repo, 1))
