"""All patterns of the product: its modules are imported, each of which compiles its own."""

import ast
import importlib
import pkgutil
import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import kireji
from kireji.core.findings import addressed, nits
from kireji.core.text import patterns
from kireji.core.text.patterns import COMPILED
from tests.make import finding

_LEFT_OUT = (
    "kireji.adapters.store.migrations",
    "kireji.entry.service.wsgi",
)  # what is not the product, or runs at once
_AT_ONE_PLACE = {"match", "fullmatch"}
_MAKES_ONE = {"compile", "match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer"}


@dataclass(frozen=True, slots=True)
class Known:
    """One pattern; `name` is its module's and its own. One that is not `searched` for is only tried where a text begins."""

    name: str
    pattern: re.Pattern[str]
    searched: bool


def known() -> list[Known]:
    """All of them, by name where they have one."""
    modules = [*_modules()]
    addressed.speaks_to_reviewer("what is compiled when it is first asked for")
    nits.find_nit(finding())
    named = {one.pattern: one for module in modules for one in _of_module(module)}
    return [named.get(pattern) or Known("one of a table", pattern, searched=True) for pattern in COMPILED.values()]


def matching(one: Known) -> Callable[[str], object]:
    """What the product does with a text by this pattern."""
    if one.searched:
        return lambda text: deque(one.pattern.finditer(text), maxlen=0)
    return lambda text: (one.pattern.match(text), one.pattern.fullmatch(text))


def elsewhere() -> list[str]:
    """Where the product compiles a pattern by itself, as FILE:LINE."""
    found = list[str]()
    for module in _modules():
        path = Path(str(module.__file__))
        if module is not patterns:
            uses = (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute))
            found += (f"{path.name}:{node.lineno}" for node in uses if _compiles(node))
    return found


def _compiles(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id == "re" and node.attr in _MAKES_ONE


def _modules() -> Iterator[ModuleType]:
    for module in pkgutil.walk_packages(kireji.__path__, "kireji."):
        if not module.name.startswith(_LEFT_OUT) and not module.name.endswith("__main__"):
            yield importlib.import_module(module.name)


def _of_module(module: ModuleType) -> Iterator[Known]:
    """Those that stand in a module under a name, and how they are used there; who has none is taken to be searched for."""
    tree = ast.parse(Path(str(module.__file__)).read_text())
    uses = dict[str, set[str]]()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            uses.setdefault(node.value.id, set()).add(node.attr)
    for name, value in vars(module).items():
        if isinstance(value, re.Pattern):
            used = uses.get(name, set())
            yield Known(f"{module.__name__}.{name}", value, searched=not used or not used <= _AT_ONE_PLACE)
