"""How deep a review goes, and how risky a file's change is: what decides where thought and money go first."""

import re
from collections.abc import Collection, Iterable
from enum import StrEnum

from kireji.core.chunks.chunk import Chunk
from kireji.core.diff.unified import FileDiff, FileStatus, LineKind
from kireji.core.text.patterns import regex

THINKING = 1_024
"""Tokens that a model may think over a risky chunk, or as a verifier: the least that Haiku 4.5 takes."""

RISKY = 50
"""From this score on a file's change is read with thought, where the depth has any."""


class Depth(StrEnum):
    """`fast`: one model reads. `balanced`: it thinks over risky chunks and as verifier. `deep`: a better model plans what the
    readers look at, reads across files and verifies. `auto`: fast, or balanced where something is risky."""

    AUTO = "auto"
    FAST = "fast"
    BALANCED = "balanced"
    DEEP = "deep"


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


def assess_risk(file: FileDiff, troubled: Collection[str] = ()) -> int:
    """A score from 0 to 100 from the path, the kinds of change, the size, and whether earlier rounds found trouble there.

    `troubled` are the paths of such files. A pull request's author can raise or lower it: it decides about effort only.
    """
    lines = [line for hunk in file.hunks for line in hunk.lines if line.changed]
    words = {found.group().lower() for line in lines for found in _DEAR_WORDS.finditer(line.text[:400])}
    lost = sum(line.kind is LineKind.DELETED and bool(_GUARD.search(line.text[:400])) for line in lines)
    score = 40 if _DEAR_PATH.search(file.path) else 10
    score += min(5 * len(words), 25) + min(8 * lost, 20) + min(len(lines) // 15, 15)
    score += 20 if file.path in troubled else 0
    score -= 30 if _CHEAP_PATH.search(file.path) else 0
    score -= 15 if file.status is FileStatus.DELETED else 0
    return max(0, min(score, 100))


def assess_risks(files: Iterable[FileDiff], troubled: Collection[str] = ()) -> dict[str, int]:
    """The score of each path; of one that is there twice, the higher."""
    found = dict[str, int]()
    for file in files:
        found[file.path] = max(assess_risk(file, troubled), found.get(file.path, 0))
    return found


def chunk_risk(chunk: Chunk, scores: dict[str, int]) -> int:
    """That of its riskiest file."""
    return max((scores.get(part.file.path, 0) for part in chunk.parts), default=0)


def settle_depth(wanted: Depth, scores: dict[str, int], *, deep_is_offered: bool) -> Depth:
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
