"""How deep a review goes, and how risky a file's change is: what decides where thought and money go first."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from kireji.core.chunks.chunk import Chunk
from kireji.core.diff.unified import FileDiff, FileStatus, Line, LineKind
from kireji.core.models.catalogue import LEAST_THINKING
from kireji.core.text.patterns import regex

THINKING = LEAST_THINKING
"""Tokens that a model may think over a risky chunk, or as a verifier."""

RISKY = 50
"""From this score on a file's change is read with thought, where the depth has any."""


class Depth(StrEnum):
    """How much a review does, by the policy or by whoever asked for it."""

    AUTO = "auto"
    """Fast, or balanced where something is risky."""

    FAST = "fast"
    """One model reads."""

    BALANCED = "balanced"
    """It thinks over risky chunks and as verifier."""

    DEEP = "deep"
    """A better model plans what the readers look at, reads across files and verifies."""


# Where a mistake is dear: who may do what, money, data at rest, what runs with rights, how it is built and let out.
_DEAR_PATH = regex(
    r"auth|login|session|permission|access|acl|rbac|oauth|sso|token|secret|crypt|signature|password|credential|"
    r"payment|billing|invoice|checkout|refund|ledger|wallet|migrat|schema|security|sandbox|sanitiz|webhook|"
    r"(^|/)\.github/workflows/|dockerfile|terraform|\.tf$|k8s|helm|deploy|(^|/)ci/|sudo|firewall|\.sql$",
    re.IGNORECASE,
)
_CHEAP_PATH = regex(
    r"(^|/)(docs?|tests?|__tests__|spec|fixtures|examples?|samples?)/|(^|/)test_|[._-](test|spec)\.|\.(md|rst|txt|adoc)$",
    re.IGNORECASE,
)
_DEAR_WORDS = regex(
    r"\b(password|passwd|secret|token|auth\w*|permission\w*|admin|crypt\w*|hmac|sign(ature|ed)?|execute|exec|eval|"
    r"subprocess|shell|pickle|yaml|deserial\w*|unsafe|innerhtml|select|insert|update|delete|drop|alter|truncate|"
    r"transaction|commit|rollback|lock|unlock|mutex|thread|async|await|goroutine|atomic|malloc|free|retry|timeout|"
    r"decimal|currency|amount|price|refund)\b",
    re.IGNORECASE,
)
_GUARD = regex(r"\b(if|assert|raise|throw|require|check|verify|validate|defer|close|finally|catch|except|return)\b")

_LINE_CHARS = 400  # of a line that is looked at
_LINES_A_POINT = 15


@dataclass(frozen=True, slots=True)
class Risk:
    """How much a mistake in a file's change may cost, and how likely one is."""

    score: int
    """From 0 to 100."""

    reasons: tuple[str, ...] = ()
    """What raised the score, the weightiest first, as phrases for people: "checks that were removed"."""


@dataclass(frozen=True, slots=True)
class _Change:
    """A file's change, and whether earlier rounds found trouble there."""

    file: FileDiff
    lines: Sequence[Line]
    troubled: bool

    def has_dear_path(self) -> bool:
        return _DEAR_PATH.search(self.file.path) is not None

    def has_cheap_path(self) -> bool:
        return _CHEAP_PATH.search(self.file.path) is not None

    def is_deleted(self) -> bool:
        return self.file.status is FileStatus.DELETED

    def is_troubled(self) -> bool:
        return self.troubled

    def dear_words(self) -> int:
        """How many different ones stand in the changed lines."""
        words = set[str]()
        for line in self.lines:
            words.update(match.group().lower() for match in _DEAR_WORDS.finditer(line.text[:_LINE_CHARS]))
        return len(words)

    def lost_guards(self) -> int:
        deleted = (line for line in self.lines if line.kind is LineKind.DELETED)
        return sum(_GUARD.search(line.text[:_LINE_CHARS]) is not None for line in deleted)

    def points_for_size(self) -> int:
        return len(self.lines) // _LINES_A_POINT


@dataclass(frozen=True, slots=True)
class _Sign:
    """What raises or lowers the risk."""

    weight: int
    """By so much each time that it is there."""

    limit: int
    """And not beyond."""

    reason: str
    count: Callable[[_Change], int]

    def points(self, change: _Change) -> int:
        """What it adds to the score of this change."""
        points = self.weight * self.count(change)
        return min(points, self.limit) if self.limit > 0 else max(points, self.limit)


_BASE = 10
_SIGNS = (
    _Sign(30, 30, "where it lies", _Change.has_dear_path),
    _Sign(5, 25, "words of security, data or concurrency", _Change.dear_words),
    _Sign(8, 20, "checks that were removed", _Change.lost_guards),
    _Sign(1, 15, "how much is changed", _Change.points_for_size),
    _Sign(20, 20, "findings of earlier reviews", _Change.is_troubled),
    _Sign(-30, -30, "it is a document or a test", _Change.has_cheap_path),
    _Sign(-15, -15, "it is deleted", _Change.is_deleted),
)


def assess_risk(file: FileDiff, troubled: Collection[str] = ()) -> Risk:
    """The risk by the path, the kinds of change, the size, and whether earlier rounds found trouble there.

    `troubled` are the paths of such files. A pull request's author can raise or lower it: it decides about effort only.
    """
    changed = [line for line in file.lines if line.changed]
    change = _Change(file, changed, file.path in troubled)
    points = [(sign.points(change), sign) for sign in _SIGNS]

    score = _BASE + sum(added for added, _ in points)
    raising = [(added, sign) for added, sign in points if added > 0]
    raising.sort(key=lambda row: -row[0])
    return Risk(max(0, min(score, 100)), tuple(sign.reason for _, sign in raising))


def assess_risks(files: Iterable[FileDiff], troubled: Collection[str] = ()) -> dict[str, Risk]:
    """The risk of each path; of one that is there twice, the higher."""
    found = dict[str, Risk]()
    for file in files:
        risk = assess_risk(file, troubled)
        known = found.get(file.path)
        if known is None or risk.score > known.score:
            found[file.path] = risk
    return found


def chunk_risk(chunk: Chunk, scores: Mapping[str, int]) -> int:
    """That of its riskiest file."""
    return max((scores.get(part.file.path, 0) for part in chunk.parts), default=0)


def settle_depth(wanted: Depth, scores: Mapping[str, int], *, deep_is_offered: bool) -> Depth:
    """The depth of a review: auto never goes deep, and what the operator does not offer is done as well as can be."""
    match wanted:
        case Depth.AUTO:
            return Depth.BALANCED if any(score >= RISKY for score in scores.values()) else Depth.FAST
        case Depth.DEEP if not deep_is_offered:
            return Depth.BALANCED
        case _:
            return wanted


def thinking_tokens(depth: Depth, score: int) -> int:
    """Tokens of thought for a chunk of this risk."""
    return THINKING if depth in {Depth.BALANCED, Depth.DEEP} and score >= RISKY else 0
