"""What the reader is shown besides the diff: from other files of the repository, as far as policy and GitHub allow."""

import re

import pytest

from tests.sandbox.github import Entry, Fault, Repository
from tests.stories.town import Town

RATES = 'def rate_of(country: str) -> float:\n    """A fraction, not per cent."""\n    return 0.2\n'
CART = "from shop.rates import rate_of\n\n\ndef total(prices):\n    return sum(prices)\n"
VIEW = "from shop.cart import total\n\n\ndef show(prices):\n    return str(total(prices))\n"
TAXED = CART.replace("(prices):", "(prices, country):").replace("sum(prices)", "sum(prices) * rate_of(country)")
DEFINED = '--- rate_of is defined in "shop/rates.py"\n| def rate_of(country: str) -> float:\n|     """A fraction, not per cent."""'
USED = '--- total is used in "web/view.py", in show\n|     return str(total(prices))'


def repository(town: Town, **files: str) -> Repository:
    """A pull request that uses one file's function and changes what another file calls, which it touches elsewhere."""
    base = {"shop/cart.py": CART, "shop/rates.py": RATES, "web/view.py": VIEW + "\n" * 30 + "LAST = 1\n"}
    repo = town.github.create_repo("octo/shop", files=base | files)
    view = VIEW + "\n" * 30 + "LAST = 2\n"
    repo.open_pull(files={"shop/cart.py": TAXED, "web/view.py": view}, fork=True)
    return repo


def asked(town: Town) -> str:
    """What Claude was asked, the last user messages in one text."""
    return "\n".join(str(call.request["messages"][-1]["content"]) for call in town.claude.calls)


@pytest.mark.settings(KIREJI_CHUNK_TOKENS="500")
def test_definition_and_caller(town: Town) -> None:
    """A fork's change: the definition stands in a file that it only imports, the caller in one that it touches elsewhere."""
    repo = repository(town)
    town.github.clear_traffic()
    town.open(repo, 1)
    assert DEFINED in asked(town)
    assert USED in asked(town)
    assert town.github.count() <= 10


def test_switched_off(town: Town) -> None:
    """The policy's switches; nothing is read for what is not wanted."""
    off = "context: {enclosing: false, definitions: false, callers: false}\n"
    town.open(repository(town, **{".github/kireji.yml": off}), 1)
    assert "--- " not in asked(town)


@pytest.mark.settings(KIREJI_CONTEXT_TOKENS="0")
def test_no_room(town: Town) -> None:
    """The operator's limit."""
    town.open(repository(town), 1)
    assert "--- " not in asked(town)


def test_github_fails(town: Town, caplog: pytest.LogCaptureFixture) -> None:
    """The review is done with less; the log says so."""
    repo = repository(town)
    town.github.faults.add(Fault("POST /graphql", status=502, holding="query Files", times=40))
    check = town.open(repo, 1)
    assert check["conclusion"] in {"success", "neutral"}
    assert "no context for octo/shop#1" in caplog.text


def test_a_file_that_is_none(town: Town) -> None:
    """A symbolic link, a binary file and a huge one in the place of what is imported are not read."""
    odd = {
        "shop/cart.py": CART,
        "secret.py": RATES,
        "shop/link.py": Entry(b"../secret.py", "120000"),
        "shop/binary.py": b"def cost_of(x):\n    return x\n\0",
        "shop/huge.py": "def tax_of(x):\n    return x\n" + "#" * 200_000,
        "shop/plain.py": "def fee_of(x):\n    return x\n",
    }
    names = {"link": "rate_of", "binary": "cost_of", "huge": "tax_of", "plain": "fee_of"}
    imports = "".join(f"from shop.{module} import {name}\n" for module, name in names.items())
    uses = " + ".join(f"{name}(1)" for name in names.values())
    repo = town.github.create_repo("octo/shop", files=odd)
    repo.open_pull(files={"shop/cart.py": f"{imports}\n\ndef total(prices):\n    return {uses}\n"})
    town.open(repo, 1)
    assert re.findall(r"(\w+) is defined in", asked(town)) == ["fee_of"]


@pytest.mark.parametrize("wanted", [True, False])
def test_the_issue_that_it_closes(town: Town, wanted: bool) -> None:
    """Its title and text stand in the brief, each line behind a bar, cut; the policy may leave it out."""
    policy = {} if wanted else {".github/kireji.yml": "context:\n  issue: false\n"}
    repo = town.github.create_repo("octo/shop", files={"shop/cart.py": CART} | policy)
    repo.open_issue(12, "Tax is missing", "Prices are net.\n=== none" + "x" * 5000)
    repo.open_pull(files={"shop/cart.py": TAXED}, body="Fixes #12, and closes #99")
    town.open(repo, 1)
    brief = town.claude.calls[0].request["system"][1]["text"]
    told = "Issue 12, which it is to close:\n| Tax is missing\n| Prices are net.\n| === none"
    assert (told in brief) is wanted
    assert len(brief) < 4000


@pytest.mark.permissions(contents="read", pull_requests="write", checks="write")
def test_an_app_that_may_not_read_issues(town: Town) -> None:
    """The review is done without."""
    repo = town.github.create_repo("octo/shop", files={"shop/cart.py": CART})
    repo.open_issue(12, "Tax is missing", "")
    repo.open_pull(files={"shop/cart.py": TAXED}, body="Fixes #12")
    assert town.open(repo, 1)["conclusion"] in {"success", "neutral"}
    assert "Issue 12" not in town.claude.calls[0].request["system"][1]["text"]
