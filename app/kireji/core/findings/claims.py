"""Claims that something is missing, looked up in the code before they are believed.

A model says "undefined", "not imported", "no null check", "never closed" where the line that gives it the lie was not
before its eyes, or was. Each claim is known by its words; what it speaks of is looked for in the lines of the new file
around the finding, and in its whole text where that is at hand.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum, auto
from itertools import takewhile

from kireji.core.code.identifiers import common, names, spoken
from kireji.core.findings.finding import Finding
from kireji.core.text.patterns import made, regex

_FINALLY = regex(r"^\s*\}?\s*finally\b")


class Absence(StrEnum):
    """What is said to be missing."""

    UNDEFINED = auto()
    UNGUARDED = auto()
    UNCLOSED = auto()


@dataclass(frozen=True, slots=True)
class CodeAround:
    """The new file's lines that are known around a finding."""

    lines: Sequence[str]
    """In order."""

    at: int
    """The index of the line that the finding is about."""

    whole: bool = False
    """Whether they are the file from its first line to its last; else they are one hunk's."""


_NOTHING = r"(?:null|nil|none|undefined)"
_CLAIMS: tuple[tuple[Absence, str], ...] = (
    (
        Absence.UNDEFINED,
        r"\b(?:is|are|was)\s+(?:not|never)\s+(?:defined|declared|imported|in\s+scope)\b|\bnot\s+imported\b",
    ),
    (Absence.UNDEFINED, r"\b(?:isn't|aren't)\s+(?:defined|imported|declared)\b|\bunimported\b|\bis\s+undefined\b"),
    (Absence.UNDEFINED, r"\bundefined\s+(?:name|variable|symbol|function|reference|identifier)\b"),
    (Absence.UNDEFINED, r"\b(?:missing|no|lacks?(?:\s+an)?)\s+imports?\b|\bimports?\s+(?:is|are)\s+missing\b"),
    (Absence.UNDEFINED, r"\bwithout\s+(?:being\s+)?import(?:ed|ing)\b"),
    (Absence.UNGUARDED, rf"\b(?:missing|no|lacks?(?:\s+an?)?|without(?:\s+an?)?)\s+{_NOTHING}[\s-]+(?:check|guard)"),
    (Absence.UNGUARDED, rf"\b(?:may|might|could|can)\s+(?:still\s+)?be\s+`?{_NOTHING}\b"),
    (Absence.UNGUARDED, rf"\b{_NOTHING}[\s-]+(?:pointer\s+)?dereferenc|\bunchecked\s+{_NOTHING}\b"),
    (Absence.UNGUARDED, rf"\bnot\s+checked\s+(?:for|against)\s+`?{_NOTHING}\b"),
    (Absence.UNCLOSED, r"\b(?:never|not)\s+(?:\w+\s+)?(?:closed|released|unlocked|disposed)\b|\bleft\s+open\b"),
    (Absence.UNCLOSED, r"\b(?:handle|descriptor|connection|file|resource|socket)\s+leaks?\b"),
    (Absence.UNCLOSED, r"\bleaks?\s+(?:a|the)?\s*(?:file|handle|connection|descriptor|socket)"),
)
_WORDS = tuple((kind, regex(pattern, re.IGNORECASE)) for kind, pattern in _CLAIMS)

_ON_SOME_PATH = regex(r"\b(?:error|exception|raise|throw|fail|early|path|return|panic|cancel|between)", re.IGNORECASE)
_LEAVES = regex(r"\b(?:return|raise|throw|continue|break|exit|abort|panic|sys\.exit|os\.Exit|die|fatal)\b|\breturn;")
_RELEASED_BY_BLOCK = regex(r"^\s*(?:async\s+)?with\b|\busing\b|\bdefer\b|\btry\s*\(|\.use\s*\{|\bfinally\b")
_FUNCTION = regex(r"\b(?:def|func|fn|fun|function)\b")
_KEYWORDS = (
    "def|func|fn|fun|function|class|struct|type|interface|enum|trait|const|let|var|val|module|package|macro_rules!"
)
_NO_TYPES = (
    "if|else|elif|elsif|for|foreach|while|until|unless|switch|match|when|case|return|throw|new|await|with|do|catch"
)
_NEAR = 40  # lines above a use in which a guard may stand
_AFTER_GUARD = 3  # lines within which a guard leaves


def claimed_absence(finding: Finding) -> Absence | None:
    """What the finding's title says to be missing, None if it says no such thing."""
    return next((kind for kind, words in _WORDS if words.search(finding.title)), None)


def is_belied(finding: Finding, claimed: Absence, around: CodeAround) -> bool:
    """Whether the code shows that what is said to be missing is there."""
    for name in subjects(finding):
        match claimed:
            case Absence.UNDEFINED:
                there = bound(name, around.lines)
            case Absence.UNGUARDED:
                there = guarded(name, around)
            case Absence.UNCLOSED:
                there = released(name, around, finding)
        if there:
            return True

    return claimed is Absence.UNCLOSED and _RELEASED_BY_BLOCK.search(around.lines[around.at]) is not None


def subjects(finding: Finding) -> list[str]:
    """The names that the finding is about: those of its title; else those that its quote and its explanation share."""
    titled = [span[0] for span in spoken(finding.title)]
    quoted = {name for name in names(finding.quote) if not common(name)}

    bare = [name for name in names(finding.title) if name in quoted]
    shared = [span[0] for span in spoken(finding.explanation) if span[0] in quoted]
    return list(dict.fromkeys(titled or bare or shared))


def bound(name: str, lines: Sequence[str]) -> bool:
    """Whether one of the lines imports, defines, declares or assigns the name, or takes it as a parameter.

    Nothing in a line is gone through again for each word in it: a head file has many lines, and they are untrusted.
    """
    bare = re.escape(name)
    word = rf"(?<![\w.]){bare}\b"

    pattern = made(
        rf"^\s*(?:from\b.*\bimport\b|(?:import|require|use)\b(?!\s*\()|using\b|#\s*include\b).*\b{bare}\b"
        rf"|\b(?:{_KEYWORDS})\s+(?:\([^)]*\)\s*|mut\s+)?{word}"
        rf"|(?:^|(?<=[#=]))(?>[^#=]*?\b(?:def|func|fn|fun|function|lambda|for|as)\b)[^#=]*{word}"
        rf"|(?:^|(?<==))(?>[^=]*?\b(?:const|let|var|val)\s*[{{\[(])[^=]*{word}"
        rf"|^\s*(?:[\w<>\[\],]+\s+)?{word}(?:\s*,\s*\w+)*\s*(?::=|=(?!=)|:\s*\w)"
        rf"|^\s*\w+(?:\s*,\s*\w+)*\s*,\s*{word}\s*(?::=|=(?!=))"
        rf"|(?<![\w\s,:$@])(?=[\w\s,:$@]++(?:\)\s*)?=>)[\w\s,:$@]*?{word}"
        rf"|^\s*(?!(?:{_NO_TYPES})\b)(?:[\w<>\[\],.?&*]+\s+){{0,6}}[&*]?{word}\s*\([^;{{}}]*\)[^;(){{}}]*\{{\s*$"
        rf"|^\s*{word}\s*,?\s*$"  # a row of an import in brackets
    )

    return any(pattern.search(line) for line in lines if name in line)


def guarded(name: str, around: CodeAround) -> bool:
    """Whether the use is reached only where the name has a value: a guard above leaves, or encloses it."""
    absent, present, safe, anew = _guards(name)
    here = around.lines[around.at]
    if safe.search(here):
        return True

    depth = _indent(here)
    for index in range(around.at - 1, max(around.at - _NEAR, 0) - 1, -1):
        line = around.lines[index]
        if not line.strip():
            continue

        if anew.search(line) or (_indent(line) < depth and _FUNCTION.search(line)):
            return False
        if absent.search(line) and _indent(line) <= depth and _leaves(around.lines[index : around.at]):
            return True
        if present.search(line) and _indent(line) < depth:
            return True
        if safe.search(line) and line.lstrip().startswith("assert"):
            return True

        depth = min(depth, _indent(line))

    return False


def _guards(name: str) -> tuple[re.Pattern[str], ...]:
    """Patterns of lines that ask whether the name has no value, or has one; that need none; that give it another."""
    word = rf"(?<![\w.]){re.escape(name)}\b"
    nothing = r"(?:None|null|nil|undefined|NULL|nullptr)"
    is_not = rf"{word}\s*(?:is\s+not|!==?)\s*{nothing}|{nothing}\s*!==?\s*{word}"
    has_none = rf"\bnot\s+{word}|!\s*{word}|{word}\s*(?:is|===?)\s*{nothing}|{nothing}\s*===?\s*{word}"

    rows = (
        rf"\b(?:if|elif|unless|guard|when)\b.*(?:{has_none})|\bunless\s+\(?{word}\s*\)?\s*[:{{]?\s*$",
        rf"\b(?:if|elif|while|when)\b\s*\(?\s*(?:{word}\s*(?:\)|:|\{{|and\b|&&)|{is_not})|\bif\s+let\s+Some\(.*=\s*{word}",
        rf"{word}\s*(?:\?\.|\?\?)|{word}\s+(?:and|&&)\s+{word}|assert\s+{word}(?:\s+is\s+not\s+None)?\s*(?:,|$)",
        rf"^\s*(?:\w+\s+)?{word}\s*(?::=|=(?!=))",
    )
    return tuple(map(made, rows))


def released(name: str, around: CodeAround, finding: Finding) -> bool:
    """Whether the named thing is closed for sure; a plain close belies only a finding that speaks of no other path."""
    bare = re.escape(name)
    word = rf"(?<![\w.]){bare}\b"
    verbs = "close|Close|release|unlock|Unlock|dispose|Dispose|aclose"
    closes = rf"{word}\??\.(?:{verbs})\b|\b(?:close|Close|closing)\(\s*{bare}\b"
    closing = made(closes)
    surely = made(rf"\bdefer\b.*(?:{closes})|\b(?:with|using)\b.*\b{bare}\b")

    after = around.lines[around.at :]
    if any(surely.search(line) for line in after):
        return True

    where = next((index for index, line in enumerate(after) if closing.search(line)), None)
    if where is None:
        return False

    finally_before = any(_FINALLY.match(line) for line in after[:where])
    return finally_before or not _ON_SOME_PATH.search(f"{finding.title} {finding.explanation}")


def _leaves(lines: Sequence[str]) -> bool:
    """Whether a guard, which is the first of these lines, leaves by its own line or its block."""
    first, *rest = lines
    block = takewhile(lambda line: _indent(line) > _indent(first), rest[:_AFTER_GUARD])
    return any(_LEAVES.search(line) for line in (first, *block))


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
