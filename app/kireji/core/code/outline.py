"""Path and text -> Outline: what a file defines, what encloses a row, and which names its rows use.

By the syntax tree; where there is no grammar, or the tree is broken, by words and indentation. Rows count from 0.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from kireji.core.code import plain
from kireji.core.code.grammars import Node, parse_tree
from kireji.core.code.kinds import BINDINGS, BODIES, IMPORTS, KINDS, LAMBDAS, NAMES, WRAPPERS, DefinitionKind
from kireji.core.code.languages import language
from kireji.core.text.patterns import regex

__all__ = ["Definition", "DefinitionKind", "Outline", "Use", "is_prose", "outline", "plain_outline"]

MAX_DEPTH = 200  # of the tree; what is nested deeper is not looked at
MAX_CHARS = 200_000
MAX_SHALLOW_DEPTH = 2  # down to this depth one-liners are looked into
MAX_NODES = 60_000  # that are looked at; large trees are mostly expressions, which are passed over

_CALL = regex(r"\s*(?:<[^<>()]{0,80}>|!)?\s*\(")
_CONSTANT = regex(r"[A-Z][A-Z0-9_]{2,}")
_USED = regex(r"(\.?)([A-Za-z_$][\w$]*)(\s*\()?")
_NAME = regex(r"[\w$~]{1,100}")


@dataclass(frozen=True, slots=True)
class Definition:
    """A definition: its header is the rows `first` to `body`, all of it `first` to `stop`, each end exclusive."""

    name: str
    kind: DefinitionKind
    first: int
    body: int
    stop: int

    within: tuple[str, ...] = ()
    """Names of what it stands in, outermost first."""

    @property
    def full_name(self) -> str:
        """With what it stands in: "Cart.total"."""
        return ".".join((*self.within, self.name))


@dataclass(frozen=True, slots=True)
class Use:
    """A name that a row uses."""

    row: int
    name: str

    called: bool
    """An argument list follows."""

    member: bool
    """It follows a dot."""


@dataclass(frozen=True, slots=True)
class Outline:
    """One file."""

    path: str
    lines: tuple[str, ...]
    definitions: tuple[Definition, ...]

    imports: tuple[int, ...] = ()
    """Rows that import."""

    uses: tuple[Use, ...] = ()
    """Of the rows that were asked for, in the file's order."""

    def enclosing(self, row: int) -> tuple[Definition, ...]:
        """The functions and types around a row, outermost first."""
        return tuple(
            found
            for found in self.definitions
            if found.first <= row < found.stop and found.kind is not DefinitionKind.VALUE
        )

    def named(self, name: str) -> tuple[Definition, ...]:
        """What is defined under this name."""
        return tuple(found for found in self.definitions if found.name == name)


def outline(path: str, text: str, rows: Collection[int] = ()) -> Outline:
    """The outline of a file, with the names that `rows` use. Never fails; text that is not code has an empty one."""
    tree = parse_tree(path, text[:MAX_CHARS])
    if tree is None:
        return plain_outline(path, text, rows)

    lines = tuple(text[:MAX_CHARS].split("\n"))
    walk = _Walk([line.encode("utf-8", "replace") for line in lines], frozenset(rows))
    walk.through(tree.root_node)
    return _from_tree(path, lines, walk)


def is_prose(path: str) -> bool:
    """Whether a file is no code: its lines are all there is of its outline, and nothing parses them."""
    return language(path) in {None, *plain.NOT_CODE}


def plain_outline(path: str, text: str, rows: Collection[int] = ()) -> Outline:
    """The same by words and indentation alone."""
    lines = tuple(text[:MAX_CHARS].split("\n"))
    if is_prose(path):
        return Outline(path, lines, ())

    uses = list[Use]()
    for row in sorted(rows):
        if row < len(lines):
            uses += _words(row, lines[row])

    return Outline(path, lines, _plain(lines), uses=tuple(uses))


def _from_tree(path: str, lines: tuple[str, ...], walk: "_Walk") -> Outline:
    """What the tree tells, and where it is broken, what words and indentation do."""
    found = walk.definitions
    if walk.broken:
        known = {definition.first for definition in found}
        missed = walk.broken - known
        lost = [definition for definition in _plain(lines) if definition.first in missed]
        found = sorted([*found, *lost], key=lambda definition: (definition.first, -definition.stop))

    return Outline(path, lines, tuple(found), tuple(walk.imports), tuple(walk.uses))


def _plain(lines: tuple[str, ...]) -> tuple[Definition, ...]:
    found: list[Definition] = []
    around: list[Definition] = []
    for name, kind, first, stop in plain.find_blocks(lines):
        while around and around[-1].stop <= first:
            around.pop()

        within = tuple(outer.name for outer in around)
        definition = Definition(name, kind, first, min(first + 1, stop), stop, within)
        found.append(definition)
        if kind is not DefinitionKind.VALUE:
            around.append(definition)

    return tuple(found)


def _words(row: int, line: str) -> Iterator[Use]:
    for match in _USED.finditer(line[: plain.MAX_CHARS]):
        yield Use(row, match[2], called=match[3] is not None, member=bool(match[1]))


class _Walk:
    """Collects from a tree, without recursion: what a pull request holds may be nested as deep as it likes."""

    def __init__(self, lines: Sequence[bytes], rows: frozenset[int]) -> None:
        self.definitions: list[Definition] = []
        self.imports: list[int] = []
        self.uses: list[Use] = []
        self.broken: set[int] = set()
        self._lines = lines
        self._rows = rows

    def through(self, root: Node) -> None:
        """Look at every node, parents first. The parent's type comes along: to ask a node for it goes from the root down."""
        todo: list[tuple[Node, str, int, int, tuple[str, ...]]] = [(root, "", root.start_point.row, 0, ())]
        for _ in range(MAX_NODES):
            if not todo:
                return

            node, parent, first, depth, within = todo.pop()
            if node.is_error or node.is_missing:
                self.broken.update(range(node.start_point.row, node.end_point.row + 1))
            if node.type in IMPORTS and node.is_named:
                self.imports += range(node.start_point.row, min(node.end_point.row + 1, node.start_point.row + 6))

            inner = self._define(node, first, within)
            if node.child_count == 0:
                self._use(node, parent)
            elif depth < MAX_DEPTH and self._tells(node, depth):
                start = first if node.type in WRAPPERS else None
                todo += [
                    (child, node.type, child.start_point.row if start is None else start, depth + 1, inner)
                    for child in reversed(node.children)
                ]

    def _tells(self, node: Node, depth: int) -> bool:
        """Whether to look into a node: one within a line defines little, and is of use only for the names on its row."""
        row = node.start_point.row
        return row != node.end_point.row or depth <= MAX_SHALLOW_DEPTH or row in self._rows or node.type in WRAPPERS

    def _define(self, node: Node, first: int, within: tuple[str, ...]) -> tuple[str, ...]:
        """Note what the node defines; what its children stand in."""
        if not node.is_named:
            return within

        kind, name, body = _defined(node, within)
        if kind is None or not name:
            return within

        stop = node.end_point.row + (node.end_point.column > 0)
        body_row = self._body(node, body, stop)
        self.definitions.append(Definition(name, kind, first, body_row, max(stop, first + 1), within))
        return within if kind is DefinitionKind.VALUE else (*within, name)

    def _body(self, node: Node, body: Node | None, stop: int) -> int:
        """The row after the header: where the body begins, or after its opening brace."""
        if body is None:
            return max(stop, node.start_point.row + 1)
        row, column = body.start_point
        alone = row >= len(self._lines) or not self._lines[row][:column].strip()
        return max(row if alone else row + 1, node.start_point.row + 1)

    def _use(self, node: Node, parent: str) -> None:
        row = node.start_point.row
        if row not in self._rows or not (node.type.endswith("identifier") or node.type in NAMES) or node.text is None:
            return

        start = node.start_point.column
        stop = node.end_point.column
        after = self._lines[row][stop : stop + 200].decode("utf-8", "replace")
        before = self._lines[row][max(start - 80, 0) : start].rstrip()

        called = bool(_CALL.match(after)) or before.endswith((b"new", b"@"))
        word = node.type == "word" or (node.type == "identifier" and parent == "call")
        name = node.text.decode("utf-8", "replace")
        self.uses.append(Use(row, name, called=called or word, member=before.endswith((b".", b"->", b"::"))))


def _defined(node: Node, within: tuple[str, ...]) -> tuple[DefinitionKind | None, str, Node | None]:
    """What a node defines, under which name, and its body."""
    if node.type in BINDINGS:
        left, right = (node.child_by_field_name(field) for field in BINDINGS[node.type])
        if right is not None and right.type in LAMBDAS:
            return DefinitionKind.FUNCTION, _name(left), right.child_by_field_name("body")
        name = _name(left)
        return (DefinitionKind.VALUE if not within and _CONSTANT.fullmatch(name) else None), name, None

    kind = KINDS.get(node.type) or (DefinitionKind.FUNCTION if _declares_function(node) else None)
    if kind is None:
        return None, "", None

    body = node.child_by_field_name("body") or next((child for child in node.children if child.type in BODIES), None)
    if body is None and node.type in {"struct_specifier", "class_specifier", "enum_specifier", "union_specifier"}:
        return None, "", None  # `struct point p;` uses it

    named = node.child_by_field_name("type") if node.type == "impl_item" else node
    return kind, _name(named), body


def _declares_function(node: Node) -> bool:
    """Whether it is a function's declaration without a body, as in C's headers."""
    inner = node.child_by_field_name("declarator") if node.type in {"declaration", "field_declaration"} else None
    while inner is not None and inner.type in {"pointer_declarator", "reference_declarator"}:
        inner = inner.child_by_field_name("declarator") or next(iter(inner.named_children), None)
    return inner is not None and inner.type == "function_declarator"


def _name(node: Node | None) -> str:
    """The last word of what a definition's name is made of: `A::f` is f, `exports.f` too; "" if there is none."""
    for _ in range(8):
        if node is None:
            return ""
        if node.child_count == 0:
            text = "" if node.text is None else node.text.decode("utf-8", "replace")
            return text if _NAME.fullmatch(text) else ""

        named = (node.child_by_field_name(field) for field in ("declarator", "name", "property"))
        inner = next(filter(None, named), None)
        node = inner or next((child for child in node.children if child.type.endswith("identifier")), None)

    return ""
