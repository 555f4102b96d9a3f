"""What a policy's key may hold: each kind reads a value and says what is wrong with it, writes one, and gives its JSON Schema.

Types are strict: what YAML takes for something else is named, not converted.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum, auto
from typing import Any, Protocol

from kireji.core.policy.yaml import MappingNode, Node, ScalarNode, ScalarType, SequenceNode
from kireji.core.text.lists import one_of
from kireji.core.text.named import named
from kireji.core.text.patterns import regex

Say = Callable[[int, str], None]  # a line, and what is wrong there
Schema = dict[str, object]

_WHOLE = regex(r"-?[0-9]{1,12}", re.ASCII)
_AMOUNT = regex(r"[0-9]{1,6}(\.[0-9]{1,6})?", re.ASCII)
_TRUTHS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


class Unusable(Enum):
    """In the place of a value that is not used; why, was said."""

    UNUSABLE = auto()


UNUSABLE = Unusable.UNUSABLE


class ValueKind(Protocol):
    """A kind of value. `wanted` goes on from "must be"."""

    @property
    def wanted(self) -> str:
        """What a value must be, in words."""
        ...

    def read(self, node: Node, where: str, say: Say) -> object:
        """The value for the policy, or UNUSABLE. `where` names the key in messages."""
        ...

    def plain(self, value: Any) -> object:
        """The value as JSON and YAML have it; what `read` takes."""
        ...

    def schema(self) -> Schema:
        """JSON Schema of what is taken."""
        ...


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""

    wanted: str = "true or false"

    def read(self, node: Node, where: str, say: Say) -> object:
        """Also YAML's yes, no, on and off."""
        if isinstance(node, ScalarNode) and node.type is ScalarType.FLAG and node.text.lower() in _TRUTHS:
            return _TRUTHS[node.text.lower()]
        return unfit(self, node, where, say)

    def plain(self, value: object) -> object:
        """As it is."""
        return value

    def schema(self) -> Schema:
        """A boolean."""
        return {"type": "boolean"}


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number from `least` to `most`, or nothing (`null`) where that has a meaning."""

    least: int
    most: int
    nullable: bool = False

    @property
    def wanted(self) -> str:
        """With its bounds."""
        return f"a whole number from {self.least} to {self.most}" + (" or null" if self.nullable else "")

    def read(self, node: Node, where: str, say: Say) -> object:
        """Digits only: neither 1_000 nor 0x10."""
        if isinstance(node, ScalarNode):
            if self.nullable and node.type is ScalarType.NOTHING:
                return None
            digits = node.type is ScalarType.NUMBER and _WHOLE.fullmatch(node.text)
            if digits and self.least <= int(node.text) <= self.most:
                return int(node.text)
        return unfit(self, node, where, say)

    def plain(self, value: object) -> object:
        """As it is."""
        return value

    def schema(self) -> Schema:
        """An integer with its bounds."""
        whole = ["integer", "null"] if self.nullable else "integer"
        return {"type": whole, "minimum": self.least, "maximum": self.most}


@dataclass(frozen=True, slots=True)
class Dollars:
    """An amount of dollars, or nothing (`null`)."""

    least: str = "0.0001"
    most: str = "10000"

    @property
    def wanted(self) -> str:
        """With its bounds."""
        return f"an amount of dollars from {self.least} to {self.most}, as 0.05, or null"

    def read(self, node: Node, where: str, say: Say) -> object:
        """Plain decimals only: neither 1e-3 nor $1."""
        if isinstance(node, ScalarNode):
            if node.type is ScalarType.NOTHING:
                return None
            plain = node.type is ScalarType.NUMBER and _AMOUNT.fullmatch(node.text)
            if plain and Decimal(self.least) <= Decimal(node.text) <= Decimal(self.most):
                return Decimal(node.text)
        return unfit(self, node, where, say)

    def plain(self, value: Decimal | None) -> object:
        """A number."""
        return None if value is None else float(value)

    def schema(self) -> Schema:
        """A number with its bounds."""
        return {"type": ["number", "null"], "minimum": float(self.least), "maximum": float(self.most)}


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few words, each of which stands for a value; or nothing (`null`) where that has a meaning."""

    options: Mapping[str, object]
    nullable: bool = False

    @property
    def wanted(self) -> str:
        """All of them."""
        return one_of([*map(named, self.options), *(["null"] if self.nullable else [])])

    def read(self, node: Node, where: str, say: Say) -> object:
        """Only as they are written here."""
        if isinstance(node, ScalarNode):
            if self.nullable and node.type is ScalarType.NOTHING:
                return None
            if node.type is ScalarType.TEXT and node.text in self.options:
                return self.options[node.text]
        return unfit(self, node, where, say)

    def plain(self, value: object) -> object:
        """The word."""
        return next((word for word, meant in self.options.items() if meant == value), None)

    def schema(self) -> Schema:
        """An enumeration."""
        return {"enum": [*self.options, *([None] if self.nullable else [])]}


@dataclass(frozen=True, slots=True)
class Text:
    """Text of 1 to `most` characters."""

    most: int

    what: str = "text"
    """How messages call it."""

    flaw: Callable[[str], str] = lambda _text: ""
    """Says of a text what is wrong with it, "" for nothing."""

    pattern: str = ""
    """For the schema (ECMA's, with its flag "u"); it may let through what `flaw` does not."""

    @property
    def wanted(self) -> str:
        """With its length."""
        return f"{self.what} of 1 to {self.most:,} characters"

    def read(self, node: Node, where: str, say: Say) -> object:
        """What YAML takes for text, after white space around it is gone."""
        if not isinstance(node, ScalarNode) or node.type is not ScalarType.TEXT:
            return unfit(self, node, where, say)
        text = node.text.strip()
        if not 0 < len(text) <= self.most:
            return unfit(self, node, where, say)
        if flaw := self.flaw(text):
            say(node.line, f"{named(where)} {flaw}: {named(text)}")
            return UNUSABLE
        return text

    def plain(self, value: object) -> object:
        """As it is."""
        return value

    def schema(self) -> Schema:
        """A string with its bounds."""
        schema: Schema = {"type": "string", "minLength": 1, "maxLength": self.most}
        return schema | {"pattern": self.pattern} if self.pattern else schema


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list of at least `least` and at most `most` values of a kind."""

    item: ValueKind
    items: str
    most: int
    least: int = 0

    @property
    def wanted(self) -> str:
        """With its length."""
        return f"a list of {self.least or 'up'} to {self.most} {self.items}"

    def read(self, node: Node, where: str, say: Say) -> object:
        """Items that are wrong are left out; a list of which nothing would be left is not used at all."""
        if not isinstance(node, SequenceNode) or not self.least <= len(node.items) <= self.most:
            return unfit(self, node, where, say)
        found = [self.item.read(item, f"{where}[{number}]", say) for number, item in enumerate(node.items)]
        usable = tuple(value for value in found if value is not UNUSABLE)
        return UNUSABLE if found and not usable else usable

    def plain(self, value: Sequence[object]) -> object:
        """A list."""
        return [self.item.plain(item) for item in value]

    def schema(self) -> Schema:
        """An array."""
        schema: Schema = {"type": "array", "items": self.item.schema(), "maxItems": self.most}
        return schema | {"minItems": self.least} if self.least else schema


def unfit(kind: ValueKind, node: Node, where: str, say: Say) -> Unusable:
    """Say what was wanted and what is there instead; where YAML's reading is a surprise, that too."""
    say(node.line, f"{named(where)} must be {kind.wanted}; {_found(kind, node)}")
    return UNUSABLE


def _found(kind: ValueKind, node: Node) -> str:
    match node:
        case MappingNode():
            return "it has keys of its own"
        case SequenceNode():
            return f"it is a list of {len(node.items)}"
        case ScalarNode(type=ScalarType.NOTHING):
            return "it has no value"
        case ScalarNode(type=ScalarType.TEXT) if isinstance(kind, Flag | Whole | Dollars):
            return f"it is the text {named(node.text)}"
        case ScalarNode(type=ScalarType.TEXT) if isinstance(kind, Text):
            return f"it has {len(node.text.strip()):,}"
        case ScalarNode(type=ScalarType.TEXT):
            return f"it is {named(node.text)}"
        case ScalarNode() if isinstance(kind, Text | Choice):
            return f"YAML takes {named(node.text)} without quotes for {node.type}; put it in quotes if it is text"
        case _:
            return f"it is {named(node.text)}"
