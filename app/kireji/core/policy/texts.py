"""The texts in a policy: patterns, labels, logins, branches, the language, instructions by path."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from pathspec import GitIgnoreSpec

from kireji.core.policy.fields import fields
from kireji.core.policy.kinds import UNUSABLE, ListOf, Say, Schema, Text, Unusable, unfit
from kireji.core.policy.model import Instruction
from kireji.core.policy.yaml import MappingNode, Node
from kireji.core.text.invisible import is_clean
from kireji.core.text.named import named
from kireji.core.text.patterns import regex

MAX_PATTERNS = 100
MAX_INSTRUCTIONS = 30
MAX_INSTRUCTION = 2_000
MAX_ALL_INSTRUCTIONS = 6_000  # with their patterns: the reader of each chunk is given all of them
_LOGIN = r"^[A-Za-z0-9][A-Za-z0-9_-]*(\[bot\])?$"
_IS_LOGIN = regex(_LOGIN)
_LANGUAGE = r"^\p{L}[\p{L}\p{M} -]*$"
_STARS = regex(r"\*+")


def _pattern_flaw(pattern: str) -> str:
    """A pattern becomes a regular expression; with many stars one long file name would keep it busy for hours."""
    if not is_clean(pattern) or "\n" in pattern:
        return "has invisible characters"
    if _is_costly(pattern):
        return "has too many stars; at most two times `**/`, or once and one name with two stars"
    try:
        means = [item.include for item in GitIgnoreSpec.from_lines([pattern]).patterns]
    except ValueError:
        return "means nothing as a pattern in .gitignore"
    return "" if means and None not in means else "means nothing as a pattern in .gitignore"


def _is_costly(pattern: str) -> bool:
    """Whether matching may take more than the square of a path's length. A star at the very end always matches at once."""
    *folders, last = pattern.split("/")
    stars = [len(_STARS.findall(name)) for name in folders if name != "**"]
    stars.append(len(_STARS.findall(last.rstrip("*"))))
    return folders.count("**") > 2 or stars.count(2) > 1 or max(stars) + folders.count("**") > 3 or max(stars) > 2


def _login_flaw(login: str) -> str:
    return "" if _IS_LOGIN.fullmatch(login) else "is not a login"


def _language_flaw(name: str) -> str:
    """It goes into a prompt, so it can be little else than a language's name."""
    plain = all(unicodedata.category(char)[0] in "LM" or char in " -" for char in name) and is_clean(name)
    return "" if plain and name[0].isalpha() else "may have letters, spaces and hyphens only"


PATTERN = Text(200, "a pattern", _pattern_flaw)
PATTERNS = ListOf(PATTERN, "patterns", MAX_PATTERNS)
LABELS = ListOf(Text(100, "a label"), "labels", 50)
LOGINS = ListOf(Text(100, "a login", _login_flaw, _LOGIN), "logins", 100)
BRANCHES = ListOf(Text(200, "a pattern of branch names"), "patterns of branch names", 50, least=1)
LANGUAGE = Text(40, "a language's name", _language_flaw, _LANGUAGE)


_PATHS = ListOf(PATTERN, "patterns", 20, least=1)
_TEXT = Text(MAX_INSTRUCTION)


@dataclass(frozen=True, slots=True)
class InstructionKind:
    """`paths` and a `text`, both needed."""

    wanted: str = "a mapping with `paths` and `text`"

    def read(self, node: Node, where: str, say: Say) -> Instruction | Unusable:
        """An instruction of which a part is missing or cannot be used is not used."""
        if not isinstance(node, MappingNode):
            return unfit(self, node, where, say)

        parts = fields(node, ("paths", "text"), f"{where}.", say)
        for name in ("paths", "text"):
            if name not in parts:
                say(node.line, f"{named(where)} has no `{name}`")
        if len(parts) < 2:
            return UNUSABLE

        paths = _PATHS.read(parts["paths"], f"{where}.paths", say)
        text = _TEXT.read(parts["text"], f"{where}.text", say)
        if isinstance(paths, tuple) and isinstance(text, str):
            return Instruction(paths, text)
        return UNUSABLE

    def plain(self, value: Instruction) -> object:
        """A mapping."""
        return {"paths": list(value.paths), "text": value.text}

    def schema(self) -> Schema:
        """An object."""
        return {
            "type": "object",
            "properties": {
                "paths": _PATHS.schema()
                | {"description": "The files that the text is for: patterns as in .gitignore."},
                "text": _TEXT.schema() | {"description": "An instruction for reviewing files that match a pattern."},
            },
            "required": ["paths", "text"],
            "additionalProperties": False,
        }


@dataclass(frozen=True, slots=True)
class InstructionsKind:
    """A list of instructions that are not too long together."""

    list: ListOf = field(default_factory=lambda: ListOf(InstructionKind(), "instructions", MAX_INSTRUCTIONS))

    @property
    def wanted(self) -> str:
        """With its length."""
        return self.list.wanted

    def read(self, node: Node, where: str, say: Say) -> object:
        """What goes beyond the limit is left out."""
        found = self.list.read(node, where, say)
        if not isinstance(found, tuple):
            return found

        kept = list[Instruction]()
        room = MAX_ALL_INSTRUCTIONS
        for item in found:
            room -= len(item.text) + sum(map(len, item.paths))
            if room < 0:
                rest = len(found) - len(kept)
                limit = f"{MAX_ALL_INSTRUCTIONS:,} characters"
                say(node.line, f"{named(where)} is longer than {limit} in all; the last {rest} are left out")
                break
            kept.append(item)

        return tuple(kept)

    def plain(self, value: Sequence[Instruction]) -> object:
        """A list of mappings."""
        return self.list.plain(value)

    def schema(self) -> Schema:
        """An array."""
        return self.list.schema()


INSTRUCTIONS = InstructionsKind()
