"""What is searched for, and which of the files found are read."""

import pytest

from kireji.core.code.identifiers import Hit
from kireji.core.code.outline import outline
from kireji.core.context.files import Surroundings
from kireji.core.context.outlining import outline_by_grammar, request_outline
from kireji.core.context.search import NamesToSearch, choose_files, find_names_to_search
from kireji.core.diff.unified import parse_diff
from kireji.core.policy.model import Pieces

HEAD = "def total(prices, country):\n    return sum(prices) * rate_of(country)\n"
DIFF = """\
diff --git a/shop/cart.py b/shop/cart.py
--- a/shop/cart.py
+++ b/shop/cart.py
@@ -1,2 +1,2 @@
-def total(prices):
-    return sum(prices)
+def total(prices, country):
+    return sum(prices) * rate_of(country)
"""
FILES = parse_diff(DIFF).files
KNOWN = Surroundings({"shop/cart.py": outline_by_grammar(request_outline(FILES[0], HEAD))})


@pytest.mark.parametrize(
    ("pieces", "others", "names"),
    [
        (Pieces(), {}, ("total", "rate_of")),
        (Pieces(definitions=False), {}, ("total",)),
        (Pieces(callers=False), {}, ("rate_of",)),
        (Pieces(), {"lib/rates.py": "def rate_of(c):\n    return 1\n"}, ("total",)),  # it is known already
        (Pieces(), {"lib/rates.go": "func rate_of(c int) int {\n}\n"}, ("total", "rate_of")),  # another language's
    ],
)
def test_names(pieces: Pieces, others: dict[str, str], names: tuple[str, ...]) -> None:
    """Changed signatures, and what is used and defined in no file that is known; nothing for a piece that is off."""
    known = Surroundings(KNOWN.heads, {path: outline(path, text) for path, text in others.items()})
    assert find_names_to_search(FILES, known, pieces).names == names


ASKED = NamesToSearch({"total": "shop/cart.py"}, {"rate_of": "shop/cart.py"})


@pytest.mark.parametrize(
    ("hits", "paths"),
    [
        ([Hit("web/view.py", "    total(1)")], ("web/view.py",)),
        ([Hit("web/view.py", "    # total(1)"), Hit("a.py", "total = 3"), Hit("b.md", "total(1)"), Hit("c.go", "total(1)")], ()),
        ([Hit("lib/rates.py", "def rate_of(x):"), Hit("x.py", "y = rate_of(1)")], ("lib/rates.py",)),
        ([Hit("shop/cart.py", "total(1)")], ()),  # what the pull request changes is known
        ([Hit("tests/a.py", "total(1)"), Hit("far/off/b.py", "total(1)"), Hit("shop/c.py", "total(1)")], ("shop/c.py", "far/off/b.py", "tests/a.py")),
        ([Hit(f"f{n}.py", "total(1)") for n in range(50)], tuple(f"f{n}.py" for n in (0, 1, 10, 11, 12, 13))),
        ([Hit(f"f{n}.py", "def rate_of(x):") for n in range(50)], ("f0.py", "f1.py", "f10.py")),
    ],
)  # fmt: skip
def test_chosen(hits: list[Hit], paths: tuple[str, ...]) -> None:
    """Calls of what has changed, code first and the near first; definitions of what is used; few for each name."""
    assert choose_files(hits, ASKED, KNOWN) == paths


def test_at_most_thirty_files() -> None:
    """However many names there are."""
    asked = NamesToSearch({f"name{n}": "shop/cart.py" for n in range(20)})
    hits = [Hit(f"f{n}x{m}.py", f"name{n}(1)") for n in range(20) for m in range(6)]
    found = choose_files(hits, asked, KNOWN)
    assert len(found) == 30
    assert len({path.partition("x")[0] for path in found}) == 20  # each name has its share
