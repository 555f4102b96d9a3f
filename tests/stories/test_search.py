"""The rest of the repository: what no changed file imports is found with git, at the head, and read like any context."""

import pytest

from tests.sandbox.github import Fault, Repository
from tests.stories.town import Town

CART = "def total(prices):\n    return sum(prices)\n"
CHANGED = "def total(prices, country):\n    return sum(prices) * rate_of(country)\n"
CALLER = "import shop.cart as cart\n\n\ndef show(prices):\n    return str(cart.total(prices))\n"
RATES = 'def rate_of(country: str) -> float:\n    """A fraction, not per cent."""\n    return 0.2\n'
USED = '--- total is used in "far/away/view.py", in show\n|     return str(cart.total(prices))'
DEFINED = '--- rate_of is defined in "lib/rates.py"'
FILES = {"shop/cart.py": CART, "far/away/view.py": CALLER, "lib/rates.py": RATES}

searching = pytest.mark.settings(KIREJI_SEARCH="on")


def repository(town: Town, **files: str) -> Repository:
    """A fork's pull request that changes a signature, and uses what it does not import."""
    repo = town.github.create_repo("octo/shop", files=FILES | files)
    repo.open_pull(files={"shop/cart.py": CHANGED}, fork=True)
    return repo


def asked(town: Town) -> str:
    """What Claude was asked, the last user messages in one text."""
    return "\n".join(str(call.request["messages"][-1]["content"]) for call in town.claude.calls)


@searching
def test_found(town: Town) -> None:
    """Caller and definition stand in files that are neither touched nor imported; git's requests are no API requests."""
    repo = repository(town)
    town.github.clear_traffic()
    town.open(repo, 1)
    assert USED in asked(town)
    assert DEFINED in asked(town)
    assert town.github.count("* /octo/shop.git/*") == 2
    assert town.github.requests <= 10


@searching
@pytest.mark.parametrize("status", [404, 503])
def test_refused(town: Town, caplog: pytest.LogCaptureFixture, status: int) -> None:
    """The review is done with less; the log says so, once, and without the token."""
    repo = repository(town)
    town.github.faults.add(Fault("GET /octo/shop.git/*", status=status, times=9))
    assert town.open(repo, 1)["conclusion"] in {"success", "neutral"}
    assert "def total" in asked(town)
    assert USED not in asked(town)
    (said,) = [record.getMessage() for record in caplog.records if "is not searched" in record.getMessage()]
    assert said.startswith("octo/shop#1 is not searched: git fetch: fatal: ")
    assert "ghs_" not in caplog.text


@searching
@pytest.mark.parametrize(
    ("policy", "head"),
    [
        ("context: {definitions: false, callers: false}\n", CHANGED),
        ("", CART.replace("sum", "max")),  # nothing is unknown
    ],
)
def test_not_searched(town: Town, policy: str, head: str) -> None:
    """Where the policy wants none of it, or there is nothing to search for, nothing is fetched."""
    repo = town.github.create_repo("octo/shop", files=FILES | {".github/kireji.yml": policy})
    repo.open_pull(files={"shop/cart.py": head})
    town.open(repo, 1)
    assert town.claude.calls
    assert town.github.count("* /octo/shop.git/*") == 0
