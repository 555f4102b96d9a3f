"""Which files a changed file imports, by its words alone."""

import pytest

from kireji.core.code.outline import outline
from kireji.core.context.guess import MAX_PATHS, imported_paths

CASES = {
    "absolute Python": ("shop/cart.py", "from shop.rates import rate_of\n", "shop/rates.py"),
    "absolute Python below src": ("src/shop/cart.py", "import shop.rates\n", "src/shop/rates.py"),
    "Python from the root": ("tools/run.py", "from shop import rates\n", "shop.py"),
    "relative Python": ("shop/api/cart.py", "from ..rates import rate_of\n", "shop/rates.py"),
    "a package": ("shop/cart.py", "from . import rates\n", "shop/__init__.py"),
    "TypeScript": ("web/cart.ts", 'import { rate } from "../lib/rates";\n', "lib/rates.ts"),
    "TypeScript written as JavaScript": ("web/cart.ts", 'import { rate } from "./rates.js";\n', "web/rates.ts"),
    "require": ("web/cart.js", "const rates = require('./rates');\n", "web/rates.js"),
    "Java": (
        "src/main/java/org/shop/Cart.java",
        "import org.shop.tax.Rates;\n",
        "src/main/java/org/shop/tax/Rates.java",
    ),
    "C": ("src/cart.c", '#include "rates.h"\n', "src/rates.h"),
    "Ruby": ("lib/cart.rb", "require_relative 'rates'\n", "lib/rates.rb"),
    "Rust": ("core/src/cart.rs", "use crate::tax::Rates;\n", "core/src/tax.rs"),
}


@pytest.mark.parametrize("case", CASES)
def test_a_likely_path(case: str) -> None:
    """It is among the candidates."""
    path, text, wanted = CASES[case]
    assert wanted in imported_paths(outline(path, text))


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("cart.py", "from .. import x\nfrom ...... import y\nimport .\n"),
        (
            "web/cart.ts",
            'import x from "react";\nimport y from "../../../../etc/passwd";\nimport z from "/etc/passwd";\n',
        ),
        ("src/main/java/org/shop/Cart.java", "import java.util.List;\n"),
        ("a.c", '#include "../../x.h"\n#include <stdio.h>\n'),
        ("a.md", 'import "./b"\n'),
    ],
)
def test_nothing_outside_the_repository(path: str, text: str) -> None:
    """Other people's packages and paths that lead out are no candidates."""
    outside = [found for found in imported_paths(outline(path, text)) if ".." in found or found.startswith("/")]
    assert not outside
    assert not [found for found in imported_paths(outline(path, text)) if "react" in found or "java/util" in found]


def test_what_added_lines_use_comes_first() -> None:
    """And no file has more than its share."""
    text = "".join(f"from shop.m{number} import name_{number}\n" for number in range(50)) + "name_40()\n"
    found = imported_paths(outline("shop/cart.py", text, {50}))
    assert found[0] == "shop/m40.py"
    assert len(found) == MAX_PATHS
