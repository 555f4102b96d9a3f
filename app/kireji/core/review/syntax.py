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
from dataclasses import dataclass, field
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
    """What a parser finds wrong with a text."""

    count: int = 0
    size: int = 0
    """How many bytes they span, where that is known."""


_Parser = Callable[[str], _Faults | None]


@dataclass(frozen=True, slots=True)
class Original:
    """A file before the edit: read once for all its edits."""

    path: str
    text: str
    parsers: tuple[tuple[_Parser, _Faults], ...]
    """Those that can read it, each with what it finds."""

    def judge(self, edited: str) -> Soundness:
        """What the parsers say of the text after the edit."""
        soundness = Soundness.UNKNOWN
        for parser, before in self.parsers:
            after = parser(edited) or _Faults()
            grown = max(0, len(edited) - len(self.text))
            if after.count > before.count or after.size > before.size + grown:
                return Soundness.BROKEN
            if not before.count:
                soundness = Soundness.SOUND
        return soundness


def original(path: str, text: str) -> Original:
    """The file as it is before any edit."""
    found = ((parser, parser(text)) for parser in _parsers(path))
    return Original(path, text, tuple((parser, faults) for parser, faults in found if faults is not None))


def _parsers(path: str) -> tuple[_Parser, ...]:
    def tree(text: str) -> _Faults | None:
        parsed = grammars.parse(path, text)
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
    count = 0
    size = 0
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

    def count_repeated(pairs: list[tuple[str, object]]) -> dict[str, object]:
        nonlocal twice
        twice += len(pairs) - len(dict(pairs))
        return dict(pairs)

    try:
        json.loads(text, object_pairs_hook=count_repeated)
    except (ValueError, RecursionError):
        return _Faults(1 + twice)
    return _Faults(twice)


def _json_lines(text: str) -> _Faults:
    return _Faults(sum(_json(line).count for line in text.split("\n") if line.strip()))


def _json_with_comments(text: str) -> _Faults:
    """JSON with comments and trailing commas is an expression of JavaScript."""
    parsed = grammars.parse("a.js", f"({text}\n)")
    return _in_tree(parsed) if parsed else _Faults(1)


def _yaml(text: str) -> _Faults:
    """Read as events, so that aliases and tags cost nothing; a key that is there twice is a fault."""
    try:
        return _Faults(_keys_twice(text))
    except (yaml.YAMLError, ValueError):
        return _Faults(len(text))


def _keys_twice(text: str) -> int:
    """How many keys are there twice. Raises ValueError for what is nested too deeply."""
    twice = 0
    open_ones = list[_Collection]()
    for event in yaml.parse(text, Loader=LOADER):
        if isinstance(event, yaml.CollectionEndEvent):
            open_ones.pop()
        if not isinstance(event, yaml.NodeEvent):
            continue

        if open_ones:
            key = event.value if isinstance(event, yaml.ScalarEvent) else None
            twice += open_ones[-1].take(key)

        if isinstance(event, yaml.CollectionStartEvent):
            open_ones.append(_Collection(is_mapping=isinstance(event, yaml.MappingStartEvent)))
            if len(open_ones) > MAX_DEPTH:
                raise ValueError("nested too deeply")
    return twice


@dataclass
class _Collection:
    """A mapping or a sequence of YAML, as far as it was read."""

    is_mapping: bool
    _keys: set[str] = field(default_factory=set)
    _key_is_next: bool = True
    """In a mapping keys and values take turns."""

    def take(self, scalar: str | None) -> bool:
        """The next node within it, its text if it is a scalar; whether that is a key that was there before."""
        is_key = self.is_mapping and self._key_is_next and scalar is not None
        self._key_is_next = not self._key_is_next
        if not is_key or scalar is None:
            return False

        repeated = scalar in self._keys and scalar != "<<"
        self._keys.add(scalar)
        return repeated
