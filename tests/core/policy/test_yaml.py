"""YAML is read without what makes it dangerous, by PyYAML's parser in C as by the one in Python."""

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kireji.core.policy.yaml import Broken, MappingNode, Node, ScalarNode, ScalarType, SequenceNode, compose

LOADERS = [yaml.CSafeLoader, yaml.SafeLoader]
BOMB = "a: &a [x, x]\n" + "".join(
    f"{new}: &{new} [*{old}, *{old}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)

parsers = pytest.mark.parametrize("loader", LOADERS, ids=["c", "python"])


def types(node: Node | Broken | None) -> list[ScalarType]:
    """What the values of a flat mapping are taken for."""
    assert isinstance(node, MappingNode)
    return [value.type for _, value in node.entries if isinstance(value, ScalarNode)]


@parsers
@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (BOMB, 1, "anchors (`&`) are not supported"),
        ("a: 1\nb: *a\n", 2, "aliases (`*`) are not supported"),
        ("a:\n  <<: {b: 1}\n", 2, "merge keys (`<<`) are not supported"),
        ("a: !!python/object/apply:os.system [x]\n", 1, "the tag `python/object/apply:os.system` is not supported"),
        ("a: !!binary eA==\n", 1, "the tag `binary` is not supported"),
        ("a: !!seq x\n", 1, "the tag `seq` is not supported"),
        ("a: 1\n---\nb: 1\n", 2, "a second document begins here"),
        ("[" * 17, 1, "nested deeper than 16 levels"),
        ("- " * 17, 1, "nested deeper than 16 levels"),
        ("[" * 60_000, 1, "nested deeper than 16 levels"),
        ("a: b\n" * 220_000, 1, "it is too large: 1,100,000 bytes; at most 65,536 are read"),
        ("é" * 40_000, 1, "it is too large: 80,000 bytes"),
        ("a: 1\nb: \x1b[31m\n", 2, "YAML allows no character U+001B"),
        ("a: 1\n\tb: 2\n", 2, "a line is indented with spaces, and this one with a tab"),
        ("a: [1\nb: 2\n", 2, "what is wrong may begin at line 1"),
        ('a: "x\n', 2, "it is not valid YAML"),
        ("%YAML 3.0\n---\na: 1\n", 1, "it is not valid YAML"),
        ('a: "\\UFFFFFFFF"\n', 1, "it is not valid YAML"),
    ],
)
def test_what_is_refused(text: str, line: int, words: str, loader: Any) -> None:
    """With the line, in one line; nothing of the file is used."""
    found = compose(text, loader)
    assert isinstance(found, Broken)
    assert words in found.message
    assert found.line == line
    assert len(found.message) < 300


@parsers
def test_what_yaml_takes_a_scalar_for(loader: Any) -> None:
    """YAML 1.1's types, by which an unquoted `no` is no text; quotes and the tag `!!str` make it one."""
    text = "a: no\nb: 'no'\nc: !!str no\nd: 1\ne: 1.5\nf:\ng: 2026-01-01\nh: main\ni: ! no\n"
    kinds = ScalarType
    assert types(compose(text, loader)) == [
        kinds.FLAG,
        kinds.TEXT,
        kinds.TEXT,
        kinds.NUMBER,
        kinds.NUMBER,
        kinds.NOTHING,
        kinds.OTHER,
        kinds.TEXT,
        kinds.TEXT,
    ]


@parsers
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_lines(end: str, loader: Any) -> None:
    """Counted from 1, whatever ends them; a byte order mark is none of the text."""
    found = compose(f"\ufeff# first{end}a:{end}  - x{end}  - y{end}", loader)
    assert isinstance(found, MappingNode)
    ((key, items),) = found.entries
    assert isinstance(items, SequenceNode)
    assert [key.line, *(item.line for item in items.items)] == [2, 3, 4]
    assert isinstance(key, ScalarNode)
    assert key.text == "a"


@given(
    st.text(max_size=200) | st.text("ab:_ \r\n\t-[]{}'\"&*!|>#%\\U0x<?,~", max_size=120),
    st.sampled_from(LOADERS),
)
def test_no_text_raises(text: str, loader: Any) -> None:
    """Lone surrogates and half of any syntax included."""
    found = compose(text, loader)
    if isinstance(found, Broken):
        assert found.line >= 1
        assert "\n" not in found.message
