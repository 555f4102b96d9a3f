"""Two texts of a file, before and after an edit -> whether it still parses: tree-sitter, and the stricter parsers there are.

Parsers are compared with themselves: code that a grammar does not fully know has faults before the edit too, and then
only new ones count. Nothing here raises, whatever the text.
"""

import ast
import json
import threading
import tomllib
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import PurePosixPath

import yaml

from kireji.core.code import grammars
from kireji.core.code.grammars import Tree
from kireji.core.policy.yaml import LOADER

_WARNINGS = threading.Lock()  # their filters are the whole process's
MAX_DEPTH = 200  # of YAML; deeper, its C parser is not to be trusted


class Soundness(Enum):
    """What the parsers say of an edit."""

    SOUND = auto()
    """One of them reads the file before and after, and none finds anything new."""
    BROKEN = auto()
    """It has faults that it did not have before."""
    UNKNOWN = auto()
    """No parser reads this file, not even before the edit."""


@dataclass(frozen=True, slots=True)
class _Faults:
    """How many there are, and how many bytes they span where that is known."""

    count: int = 0
    size: int = 0


_Parser = Callable[[str], _Faults | None]


@dataclass(frozen=True, slots=True)
class Original:
    """A file before the edit, with what each of its parsers finds: read once for all its edits."""

    path: str
    text: str
    parsers: tuple[tuple[_Parser, _Faults], ...]

    def judge(self, edited: str) -> Soundness:
        """What the parsers say of the text after the edit."""
        verdict = Soundness.UNKNOWN
        for parser, before in self.parsers:
            after = parser(edited) or _Faults()
            if after.count > before.count or after.size > before.size + max(0, len(edited) - len(self.text)):
                return Soundness.BROKEN
            if not before.count:
                verdict = Soundness.SOUND
        return verdict


def original(path: str, text: str) -> Original:
    """The file as it is before any edit."""
    found = ((parser, parser(text)) for parser in _parsers(path))
    return Original(path, text, tuple((parser, faults) for parser, faults in found if faults is not None))


def _parsers(path: str) -> tuple[_Parser, ...]:
    def tree(text: str) -> _Faults | None:
        parsed = grammars.parse_tree(path, text)
        return None if parsed is None else _in_tree(parsed)

    match PurePosixPath(path.lower()).suffix:
        case ".json" | ".geojson" | ".ipynb":
            return (_json, _json_with_comments)
        case ".jsonc" | ".json5":
            return (_json_with_comments,)
        case ".jsonl":
            return (_json_lines,)
        case ".yaml" | ".yml":
            return (_yaml,)
        case ".toml":
            return (_toml,)
        case ".py" | ".pyi" | ".pyw":
            return (tree, _python)
        case _:
            return (tree,)


def _in_tree(tree: Tree) -> _Faults:
    """The tree's error nodes, as wholes, and what the parser had to think up."""
    count = size = 0
    nodes = [tree.root_node]
    while nodes:
        node = nodes.pop()
        if node.is_error or node.is_missing:
            count += 1
            size += node.end_byte - node.start_byte
        elif node.has_error:
            nodes += node.children
    return _Faults(count, size)


def _python(text: str) -> _Faults:
    try:
        with _WARNINGS, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return _Faults(1)
    return _Faults()


def _toml(text: str) -> _Faults:
    try:
        tomllib.loads(text.replace("\r\n", "\n"))
    except (ValueError, RecursionError):
        return _Faults(1)
    return _Faults()


def _json(text: str) -> _Faults:
    twice = 0

    def pairs(found: list[tuple[str, object]]) -> dict[str, object]:
        nonlocal twice
        twice += len(found) - len(dict(found))
        return dict(found)

    try:
        json.loads(text, object_pairs_hook=pairs)
    except (ValueError, RecursionError):
        return _Faults(1 + twice)
    return _Faults(twice)


def _json_lines(text: str) -> _Faults:
    return _Faults(sum(_json(line).count for line in text.split("\n") if line.strip()))


def _json_with_comments(text: str) -> _Faults:
    """JSON with comments and trailing commas is an expression of JavaScript."""
    parsed = grammars.parse_tree("a.js", f"({text}\n)")
    return _in_tree(parsed) if parsed else _Faults(1)


def _yaml(text: str) -> _Faults:
    """Read as events, so that aliases and tags cost nothing; a key that is there twice is a fault."""
    try:
        return _Faults(_keys_twice(text))
    except (yaml.YAMLError, ValueError):
        return _Faults(len(text))


def _keys_twice(text: str) -> int:
    twice = 0
    # One entry for each open collection: the keys seen in a mapping, and whether the next node is a key.
    stack: list[tuple[set[str] | None, bool]] = []
    for event in yaml.parse(text, Loader=LOADER):
        if isinstance(event, yaml.CollectionEndEvent):
            stack.pop()
        if not isinstance(event, yaml.NodeEvent):
            continue
        if stack:
            keys, is_key = stack[-1]
            if keys is not None and is_key and isinstance(event, yaml.ScalarEvent):
                twice += event.value in keys and event.value != "<<"
                keys.add(event.value)
            stack[-1] = keys, not is_key
        if isinstance(event, yaml.CollectionStartEvent):
            stack.append((set() if isinstance(event, yaml.MappingStartEvent) else None, True))
            if len(stack) > MAX_DEPTH:
                raise ValueError("nested too deeply")
    return twice
