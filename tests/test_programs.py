"""Programs that tests start in processes of their own are texts, which no type checker reads."""

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
IMPORT = re.compile(r"^ *from (kireji[\w.]*) import ([\w, ]+)$", re.MULTILINE)
USE = re.compile(r"\b(\w+)\.(\w+)")


def programs() -> Iterator[tuple[str, str]]:
    """Where each one stands, and its text."""
    for path in sorted(TESTS.rglob("*.py")):
        if path == Path(__file__):
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and IMPORT.search(node.value):
                yield f"{path.relative_to(TESTS)}:{node.lineno}", node.value


def imported(program: str) -> dict[str, object]:
    """What a program imports of the product, by name. Raises where that is not there."""
    found = dict[str, object]()
    for module, names in IMPORT.findall(program):
        package = importlib.import_module(module)
        for name in re.findall(r"\w+", names):
            found[name] = getattr(package, name, None) or importlib.import_module(f"{module}.{name}")
    return found


@pytest.mark.parametrize(("place", "program"), programs(), ids=lambda value: value if "\n" not in value else "")
def test_it_names_what_is_there(place: str, program: str) -> None:
    """What it imports, and what it changes of that, exists: a name that was changed is found here, not in an hour's proof."""
    found = imported(program)
    missing = [
        f"{name}.{part}" for name, part in USE.findall(program) if name in found and not hasattr(found[name], part)
    ]
    assert missing == [], place
