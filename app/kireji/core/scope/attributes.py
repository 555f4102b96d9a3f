"""A repository's .gitattributes files -> what they say of a path, as git reads them. Source: git's attr.c, gitattributes(5).

The file of the deeper folder decides before the one above it, a later line before an earlier one, and a later word before
an earlier one. Macros are defined in the uppermost file alone. Lines that git passes over are passed over.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from kireji.core.diff.quoting import unquote
from kireji.core.scope.wildmatch import by_bytes, compile_wildmatch
from kireji.core.text.patterns import regex

FILE_NAME = ".gitattributes"
MAX_FOLDERS = 100  # below the uppermost one, whose files are read
MAX_HEADER = 20_000  # characters of a diff's lines about one file
MAX_LINE = 2048  # bytes, git's own limit
MAX_RULES = 1_000  # in all files, of those that have an attribute that is wanted
USED_ATTRIBUTES = frozenset({"linguist-generated", "linguist-vendored", "diff", "binary"})

_BLANK = " \t\r\n"
_QUOTED = regex(r'"((?:[^"\\]|\\(?:[abtnvfr"\\]|[0-3][0-7]{2}))*)"')
_MACRO = "[attr]"
_ATTRIBUTE = regex(r"(?!-)[-A-Za-z0-9_.]+")
_BLANKS = regex(f"[{_BLANK}]+")

Values = Mapping[str, str | bool | None]
"""Attribute -> True (set), False (unset with "-"), its value, or None (unspecified again with "!")."""


@dataclass(frozen=True)
class _Rule:
    """A line: below `folder` ("" or ending in "/"), what fits `pattern` has these values, the last one first."""

    folder: str
    pattern: str
    values: tuple[tuple[str, str | bool | None], ...]

    @cached_property
    def _fits(self) -> re.Pattern[str]:
        return compile_wildmatch(self.pattern.removeprefix("/"))

    def matches(self, path: str) -> bool:
        """Whether the line speaks of this file; never of one because of its folder."""
        if not path.startswith(self.folder):
            return False

        below = path[len(self.folder) :]
        if "/" not in self.pattern:
            below = below.rpartition("/")[2]

        return self._fits.fullmatch(by_bytes(below)) is not None


@dataclass(frozen=True, slots=True)
class Attributes:
    """The lines of all files, those that decide first, and the macros; `cut`: there are more lines than are used."""

    rules: tuple[_Rule, ...]
    macros: Mapping[str, tuple[tuple[str, str | bool | None], ...]]
    cut: bool = False

    def of(self, path: str) -> dict[str, str | bool | None]:
        """The path's attributes."""
        told = dict[str, str | bool | None]()
        for rule in self.rules:
            if rule.matches(path):
                self._tell(rule.values, told)
        return told

    def _tell(self, values: Iterable[tuple[str, str | bool | None]], told: dict[str, str | bool | None]) -> None:
        """What is told stays; a macro that is set tells what it stands for, each once, however many lead to one another."""
        left = [iter(values)]
        while left:
            name, value = next(left[-1], ("", None))
            if not name:
                left.pop()
            elif name not in told:
                told[name] = value
                if value is True and name in self.macros:
                    left.append(iter(self.macros[name]))


def paths_in(diff: str) -> Iterator[str]:
    """The paths of a unified diff's files, as its headers name them: new ones, and of what is deleted the old one."""
    for part in f"\n{diff}".split("\ndiff --git ")[1:]:
        head = part[: part.find("\n@@") + 1] or part[:MAX_HEADER]
        for line in head[:MAX_HEADER].split("\n"):
            for named in _named(line):
                path = unquote(named)
                if path.startswith(("a/", "b/")):
                    yield path[2:]


def _named(line: str) -> tuple[str, ...]:
    """The paths that a line of a file's header names, as git writes them; of a file shown as binary, the new one."""
    if line.startswith(("--- ", "+++ ")):
        return (line[4:].rstrip("\t\r"),)
    if line.startswith("Binary files "):
        return (line.rstrip("\r").removesuffix(" differ").rpartition(" and ")[2],)
    return ()


def attribute_files_for(paths: Iterable[str]) -> tuple[str, ...]:
    """The .gitattributes below the uppermost one that may speak of these paths, upper folders first, MAX_FOLDERS at most."""
    return tuple(f"{folder}/{FILE_NAME}" for folder in _folders(paths)[:MAX_FOLDERS])


def count_left_out(paths: Iterable[str]) -> int:
    """How many folders' files are not read, since there are too many."""
    return max(len(_folders(paths)) - MAX_FOLDERS, 0)


def _folders(paths: Iterable[str]) -> list[str]:
    found = dict[str, None]()
    for path in paths:
        parts = path.split("/")[:-1]

        if len(parts) < MAX_FOLDERS:
            found |= dict.fromkeys("/".join(parts[: count + 1]) for count in range(len(parts)))
    return sorted(found, key=lambda folder: (folder.count("/"), folder))


def read_attributes(files: Mapping[str, str]) -> Attributes:
    """Read .gitattributes files, path -> text; what other files are among them is passed over."""
    macros = dict[str, tuple[tuple[str, str | bool | None], ...]]()
    rules = list[_Rule]()
    theirs = [path for path in files if path == FILE_NAME or path.endswith(f"/{FILE_NAME}")]
    for path in sorted(theirs, key=lambda path: (path.count("/"), path)):
        rules += _rules(path.removesuffix(FILE_NAME), files[path], macros)

    useful = USED_ATTRIBUTES | macros.keys()
    kept = [rule for rule in rules if any(name in useful for name, _ in rule.values)]
    return Attributes(tuple(reversed(kept[:MAX_RULES])), macros, cut=len(kept) > MAX_RULES)


def _rules(folder: str, text: str, macros: dict[str, tuple[tuple[str, str | bool | None], ...]]) -> Iterator[_Rule]:
    for line in text.removeprefix("\ufeff").partition("\0")[0].split("\n"):
        pattern, words = _split(line)
        values = _values(words)
        if values is None or not pattern:
            continue

        name = pattern.removeprefix(_MACRO).strip(_BLANK)
        if pattern.startswith(_MACRO) and pattern != _MACRO:
            if not folder and _ATTRIBUTE.fullmatch(name):
                macros[name] = values
        elif not pattern.startswith("!") and not pattern.endswith("/"):
            yield _Rule(folder, pattern, values)


def _split(line: str) -> tuple[str, str]:
    """Pattern and attributes of a line, "" for both where it has no meaning."""
    said = line.strip(_BLANK)
    if not said or said.startswith("#") or len(by_bytes(line)) >= MAX_LINE:
        return "", ""

    quoted = _QUOTED.match(said)
    if quoted:
        return unquote(quoted[0]), said[quoted.end() :]

    parts = _BLANKS.split(said, maxsplit=1)
    return parts[0], "".join(parts[1:])


def _values(words: str) -> tuple[tuple[str, str | bool | None], ...] | None:
    """The last one first; None if one is no attribute, for which git passes over the whole line."""
    values = list[tuple[str, str | bool | None]]()
    for word in _BLANKS.split(words.strip(_BLANK)) if words.strip(_BLANK) else ():
        name, equals, value = word.partition("=")
        bare = name.removeprefix("-") if name.startswith("-") else name.removeprefix("!")
        if not _ATTRIBUTE.fullmatch(bare):
            return None

        if bare == name:
            values.append((bare, value if equals else True))
        else:
            values.append((bare, False if name[0] == "-" else None))

    return tuple(reversed(values))
