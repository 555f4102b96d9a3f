"""Path and text -> syntax tree. The only module that loads tree-sitter and its grammars.

Each grammar is a wheel of its own, loaded when the first file of its language is parsed. Parsing never fails: where the
text is not in the language, the tree holds error nodes.
"""

from collections.abc import Mapping
from functools import cache
from importlib import import_module

from tree_sitter import Language, Node, Parser, Tree

from kireji.core.code.languages import language

__all__ = ["Node", "Tree", "parse_tree"]

# The language's name, as `languages.language` gives it -> the grammar's module and its function.
_GRAMMARS: Mapping[str, tuple[str, str]] = {
    "C": ("tree_sitter_c", "language"),
    "C#": ("tree_sitter_c_sharp", "language"),
    "C++": ("tree_sitter_cpp", "language"),
    "C/C++": ("tree_sitter_cpp", "language"),
    "Go": ("tree_sitter_go", "language"),
    "Java": ("tree_sitter_java", "language"),
    "JavaScript": ("tree_sitter_javascript", "language"),
    "Kotlin": ("tree_sitter_kotlin", "language"),
    "PHP": ("tree_sitter_php", "language_php"),
    "Python": ("tree_sitter_python", "language"),
    "Ruby": ("tree_sitter_ruby", "language"),
    "Rust": ("tree_sitter_rust", "language"),
    "TypeScript": ("tree_sitter_typescript", "language_typescript"),
    "shell": ("tree_sitter_bash", "language"),
}
_TSX = ("tree_sitter_typescript", "language_tsx")


def parse_tree(path: str, text: str) -> Tree | None:
    """The syntax tree of a file, None where there is no grammar for it. Positions are rows (from 0) and bytes of UTF-8."""
    name = language(path)
    grammar = _TSX if path.lower().endswith(".tsx") else _GRAMMARS.get(name or "")
    return None if grammar is None else _parser(*grammar).parse(text.encode("utf-8", "replace"))


@cache
def _parser(module: str, function: str) -> Parser:
    return Parser(Language(getattr(import_module(module), function)()))
