"""A root .gitattributes file -> what it says of a path. Source: git's gitattributes documentation."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pathspec import GitIgnoreSpec

from app.core.paths import unquote

_LINE = re.compile(r'\s*("(?:[^"\\]|\\.)*"|[^\s"]\S*)\s+(.*)')
_MACRO = "[attr]"

Values = dict[str, str | bool | None]
"""Attribute -> True (set), False (unset with "-"), its value, or None (unspecified again with "!")."""


@dataclass(frozen=True, slots=True)
class _Rule:
    pattern: str
    spec: GitIgnoreSpec
    values: Values

    def matches(self, path: str) -> bool:
        """Whether the pattern names the path itself: unlike in .gitignore, a directory's match says nothing of its files."""
        pattern = self.pattern.removeprefix("**/")
        if "**" not in pattern:
            parts = path.split("/")
            depth = pattern.strip("/").count("/") + 1
            floating = pattern != self.pattern or "/" not in pattern
            if len(parts) < depth or (len(parts) > depth and not floating):
                return False
            path = "/".join(parts[-depth:])
        return self.spec.match_file(path)


@dataclass(frozen=True, slots=True)
class Attributes:
    """The rules of one file, in its order."""

    rules: tuple[_Rule, ...]

    def of(self, path: str) -> Values:
        """The path's attributes: of the lines that match, the last to name an attribute decides it."""
        return {name: value for rule in self.rules if rule.matches(path) for name, value in rule.values.items()}


def read(text: str) -> Attributes:
    """Read a .gitattributes file. As in git, lines that mean nothing are passed over."""
    macros: dict[str, Values] = {}
    rules = list[_Rule]()
    for line in text.split("\n"):
        match = _LINE.fullmatch(line.rstrip())
        if not match or match[1].startswith(("#", "!")):
            continue
        pattern, values = unquote(match[1]), dict(_values(match[2], macros))
        if pattern.startswith(_MACRO):
            macros[pattern.removeprefix(_MACRO)] = values
        elif not pattern.endswith("/"):  # git: such a pattern matches nothing here
            rules += _rule(pattern, values)
    return Attributes(tuple(rules))


def _rule(pattern: str, values: Values) -> list[_Rule]:
    try:
        return [_Rule(pattern, GitIgnoreSpec.from_lines([_literal(pattern)]), values)]
    except ValueError:
        return []


def _literal(pattern: str) -> str:
    """The pattern for .gitignore, where a leading "#" or "!" and a trailing space would have a meaning of their own."""
    if pattern.startswith(("#", "!")):
        pattern = f"\\{pattern}"
    return f"{pattern[:-1]}\\ " if pattern.endswith(" ") else pattern


def _values(words: str, macros: Mapping[str, Values]) -> Iterator[tuple[str, str | bool | None]]:
    for word in words.split():
        name, equals, value = word.lstrip("-!").partition("=")
        if word.startswith(("-", "!")):
            yield name, False if word[0] == "-" else None
        else:
            yield name, value if equals else True
            yield from macros.get(name, {}).items()
