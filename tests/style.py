"""What makes code hard to read for whoever did not write it: `python -m tests.style [FOLDER …]` lists it by file and line."""

import ast
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.rooms import PACKAGE, ROOT, modules

LONG = 10  # lines of a function's body; one that is longer has paragraphs
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


@dataclass(frozen=True, slots=True)
class Stumble:
    """One place where a reader stops."""

    path: Path
    line: int
    what: str

    def __str__(self) -> str:
        """As compilers write it."""
        return f"{self.path.relative_to(ROOT)}:{self.line}: {self.what}"


def product() -> list[Path]:
    """The modules that ship."""
    return [path for path in modules() if path.is_relative_to(PACKAGE)]


def stumbles(path: Path) -> Iterator[Stumble]:
    """Those of one module."""
    text = path.read_text("utf-8")
    lines = text.splitlines()
    for node in ast.walk(ast.parse(text)):
        line = getattr(node, "lineno", 0)
        if isinstance(node, _FUNCTIONS) and _is_one_block(node, lines):
            yield Stumble(path, line, f"{node.name} has no paragraphs")
        if isinstance(node, ast.Assign) and _assigns_several(node):
            yield Stumble(path, line, "several values are assigned in one line")
        if isinstance(node, _COMPREHENSIONS) and len(node.generators) > 1:
            yield Stumble(path, line, "a comprehension within a comprehension")
        if _is_called_one(node):
            yield Stumble(path, line, "`one` says nothing of what it is")
        if isinstance(node, _FUNCTIONS) and (ast.get_docstring(node) or "").startswith("See `"):
            yield Stumble(path, line, f"the docstring of {node.name} says nothing")


def repeated_classes() -> dict[str, int]:
    """Public classes that have their name in common, and in how many modules."""
    names = Counter[str]()
    for path in product():
        tree = ast.parse(path.read_text("utf-8"))
        names.update(node.name for node in tree.body if isinstance(node, ast.ClassDef) and node.name[0] != "_")
    return {name: times for name, times in names.items() if times > 1}


def _is_one_block(function: ast.FunctionDef | ast.AsyncFunctionDef, lines: list[str]) -> bool:
    """Whether its body, but for the docstring, is long and without a blank line."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    if len(body) < 2:  # one statement is one thought, however many lines it takes
        return False
    own = lines[body[0].lineno - 1 : function.end_lineno]
    return len(own) >= LONG and all(line.strip() for line in own)


def _assigns_several(node: ast.Assign) -> bool:
    return isinstance(node.targets[0], ast.Tuple) and isinstance(node.value, ast.Tuple)


def _is_called_one(node: ast.AST) -> bool:
    if isinstance(node, ast.arg):
        return node.arg == "one"
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id == "one"


if __name__ == "__main__":
    folders = [Path(folder).resolve() for folder in sys.argv[1:]] or [PACKAGE]
    for path in product():
        if any(path.is_relative_to(folder) for folder in folders):
            for stumble in stumbles(path):
                print(stumble)
    print("classes of one name:", repeated_classes())
