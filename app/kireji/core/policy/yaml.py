"""YAML text -> values with their lines, or why it is not read: only what a policy needs, and nothing that can explode.

The parser's events are read as they come, so that what is refused (aliases, tags, depth) costs nothing. Lines are 1-based.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from kireji.core.text.invisible import encodable
from kireji.core.text.named import named
from kireji.core.text.patterns import regex

MAX_BYTES = 64 * 1024
MAX_DEPTH = 16
# Pure Python takes a second for 64 KB, in which nothing else happens in a worker.
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_RESOLVER = yaml.SafeLoader("")
_CORE = "tag:yaml.org,2002:"
# Of YAML 1.1's printable characters, a reader refuses all others (source: YAML 1.1, section 5.1).
_UNPRINTABLE = regex("[^\t\n\r -~\x85\xa0-\ufffd\U00010000-\U0010ffff]")


class ScalarType(StrEnum):
    """What YAML takes a scalar for, in words."""

    TEXT = "text"
    FLAG = "true or false"
    NUMBER = "a number"
    NOTHING = "nothing"
    OTHER = "a date or another special value"


_TYPES = {
    "str": ScalarType.TEXT,
    "bool": ScalarType.FLAG,
    "int": ScalarType.NUMBER,
    "float": ScalarType.NUMBER,
    "null": ScalarType.NOTHING,
}


@dataclass(frozen=True, slots=True)
class ScalarNode:
    """A scalar."""

    line: int

    text: str
    """As it was written, without its quotes."""

    type: ScalarType


@dataclass(frozen=True, slots=True)
class SequenceNode:
    """A list."""

    line: int
    items: "tuple[Node, ...]"


@dataclass(frozen=True, slots=True)
class MappingNode:
    """Keys and values in their order; a key may be there twice, and need not be a scalar."""

    line: int
    entries: "tuple[tuple[Node, Node], ...]"


Node = ScalarNode | SequenceNode | MappingNode


@dataclass(frozen=True, slots=True)
class Broken:
    """Why nothing of a text is used; `message` is one line that is safe in Markdown."""

    line: int
    message: str


class _BrokenError(Exception):
    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.broken = Broken(line, message)


def compose(text: str, loader: Any = LOADER) -> Node | Broken | None:
    """The text's one document, None if there is nothing in it. Never raises. `loader` is PyYAML's, in C or in Python."""
    text = encodable(text)
    if (size := len(text.encode())) > MAX_BYTES:
        return Broken(1, f"it is too large: {size:,} bytes; at most {MAX_BYTES:,} are read")
    if odd := _UNPRINTABLE.search(text):
        return Broken(text.count("\n", 0, odd.start()) + 1, f"YAML allows no character U+{ord(odd[0]):04X}")

    try:
        return _document(_events(text, loader))
    except _BrokenError as error:
        return error.broken
    except yaml.MarkedYAMLError as error:
        return _not_yaml(error, text)
    except (yaml.YAMLError, ValueError, OverflowError):  # in Python's parser a character's number may be too large
        return Broken(1, "it is not valid YAML")


def _events(text: str, loader: Any) -> Iterator[Event]:
    """The parser's events, without those that a policy has no use for and that make YAML dangerous."""
    documents = depth = 0
    for event in yaml.parse(text, Loader=loader):
        match event:
            case DocumentStartEvent():
                documents += 1
                if documents > 1:
                    raise _broken(event, "a second document begins here; a policy is one")
            case AliasEvent():
                raise _broken(event, "aliases (`*`) are not supported; write the value out")
            case NodeEvent():
                if event.anchor is not None:
                    raise _broken(event, "anchors (`&`) are not supported; write the value out where it is used")
                depth += isinstance(event, MappingStartEvent | SequenceStartEvent)
                if depth > MAX_DEPTH:
                    raise _broken(event, f"it is nested deeper than {MAX_DEPTH} levels")
            case MappingEndEvent() | SequenceEndEvent():
                depth -= 1
            case _:
                continue

        yield event


def _document(events: Iterator[Event]) -> Node | None:
    for event in events:
        if isinstance(event, NodeEvent):
            found = _node(event, events)
            for _ in events:  # to its end, where more may be wrong
                pass
            nothing = isinstance(found, ScalarNode) and found.type is ScalarType.NOTHING
            return None if nothing else found
    return None


def _node(event: Event, events: Iterator[Event]) -> Node:
    line = event.start_mark.line + 1

    match event:
        case MappingStartEvent():
            _check_tag(event, "map")
            return MappingNode(line, tuple(_entries(events)))
        case SequenceStartEvent():
            _check_tag(event, "seq")
            return SequenceNode(line, tuple(_items(events)))
        case ScalarEvent():
            return ScalarNode(line, encodable(event.value), _type(event))
        case _:
            raise _broken(event, "it is not valid YAML")


def _items(events: Iterator[Event]) -> Iterator[Node]:
    for event in events:
        if isinstance(event, SequenceEndEvent):
            return
        yield _node(event, events)


def _entries(events: Iterator[Event]) -> Iterator[tuple[Node, Node]]:
    for event in events:
        if isinstance(event, MappingEndEvent):
            return
        key = _node(event, events)
        if isinstance(event, ScalarEvent) and event.implicit[0] and event.value == "<<":
            raise _broken(event, "merge keys (`<<`) are not supported; write the values out")
        yield key, _node(next(events), events)


def _type(event: ScalarEvent) -> ScalarType:
    """By its tag; without one by YAML 1.1's rules, to which an unquoted `no` is a truth value."""
    if event.tag is not None and event.tag != "!":
        _check_tag(event, *_TYPES)
        return _TYPES[event.tag.removeprefix(_CORE)]
    if event.tag == "!":
        return ScalarType.TEXT
    tag = str(_RESOLVER.resolve(yaml.ScalarNode, event.value, event.implicit))
    return _TYPES.get(tag.removeprefix(_CORE), ScalarType.OTHER)


def _check_tag(event: ScalarEvent | MappingStartEvent | SequenceStartEvent, *allowed: str) -> None:
    if event.tag not in {None, "!", *(_CORE + name for name in allowed)}:
        raise _broken(event, f"the tag {named(str(event.tag).removeprefix(_CORE))} is not supported here; leave it out")


def _broken(event: Event, message: str) -> _BrokenError:
    return _BrokenError(event.start_mark.line + 1, message)


def _not_yaml(error: yaml.MarkedYAMLError, text: str) -> Broken:
    mark = error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else 1
    here = "".join(text.splitlines()[line - 1 : line])
    indent = here[: len(here) - len(here.lstrip())]
    begun = error.context_mark.line + 1 if error.context_mark else line

    message = f"it is not valid YAML: {named(error.problem or 'it cannot be read', 120)}"
    if begun < line:
        message += f"; what is wrong may begin at line {begun}"
    if "\t" in indent:
        message += "; a line is indented with spaces, and this one with a tab"
    return Broken(line, message)
