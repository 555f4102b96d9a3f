"""A row of an answer that breaks the schema -> the same row under it, where what is meant is plain.

Providers without structured outputs check no types, and models slip: a line as text, a word of another scale, a field
under another name. What is not plain stays as it is: `parsing` rejects it, and it is asked for again.
"""

import re
from collections.abc import Mapping

from kireji.core.text.patterns import regex

MAX_LINE_NUMBER = 10**7
NO_LINE = 0
"""The line number of a finding that names none: its quote alone says where it is."""

Row = Mapping[str, object]

_NAMES = {
    "path": ("file", "file_path", "filepath", "filename"),
    "start_line": ("line", "line_number", "startline", "line_start", "lineno"),
    "end_line": ("endline", "line_end"),
    "quote": ("code", "snippet", "quoted_line"),
    "title": ("summary", "name"),
    "explanation": ("description", "message", "body", "comment", "details"),
}

SEVERITIES = {
    "critical": ("blocker", "fatal", "severe", "catastrophic", "p0", "sev0", "sev1"),
    "high": ("major", "error", "important", "serious", "p1", "sev2"),
    "medium": ("moderate", "warning", "warn", "normal", "p2", "sev3"),
    "low": ("minor", "info", "informational", "note", "notice", "trivial", "nit", "p3", "sev4"),
}
CATEGORIES = {
    "correctness": ("bug", "logic", "logic_error", "functional", "correctness_bug", "runtime"),
    "security": ("vulnerability", "injection", "authorization", "authentication", "privacy", "secrets"),
    "concurrency": ("race", "race_condition", "deadlock", "threading", "thread_safety", "async"),
    "resources": ("resource", "resource_leak", "leak", "memory", "memory_leak", "resource_management"),
    "errors": ("error", "error_handling", "exception", "exceptions", "exception_handling", "robustness"),
    "contract": ("api", "api_contract", "interface", "compatibility", "breaking_change"),
    "data_loss": ("data", "dataloss", "data_integrity", "data_corruption", "corruption"),
    "performance": ("perf", "efficiency", "scalability"),
    "tests": ("test", "testing", "test_quality"),
}
CONFIDENCES = {
    "high": ("certain", "sure", "very_high", "definite"),
    "medium": ("moderate", "likely", "probable"),
    "low": ("possible", "unsure", "uncertain", "very_low", "speculative"),
}
SIDES = {
    "RIGHT": ("r", "new", "head", "after", "added", "add", "+"),
    "LEFT": ("l", "old", "base", "before", "deleted", "removed", "-"),
}

_SURE = 0.8
_LIKELY = 0.5
_LABEL = regex(r"\s*+(?:lines?\s*+)?([RL])?\s*+(\d{1,8})(?:\.0+)?(?!\.?\d)", re.IGNORECASE)
_LABELLED_END = regex(r"\s*+(?:[+-]\s*+)?(?:-|–|to|:|,)\s*+([RL]?\s*+\d{1,8})\s*+\Z", re.IGNORECASE)
_PERCENT = regex(r"\s*(\d{1,3}(?:\.\d+)?)\s*%\s*\Z")
_FRACTION = regex(r"\s*[01](?:\.\d+)?\s*\Z")
_JOINT = regex(r"[\s-]")
_NO_WORD = regex(r"[^a-z0-9]+")


def mended(item: object) -> object:
    """The row as the schema has it, as far as that is plain; what is no row at all stays as it is."""
    if not isinstance(item, dict):
        return item

    row = _by_our_names(item)
    start, end = line_numbers(row.get("start_line"), row.get("end_line"))
    title, explanation = _both_said(row.get("title"), row.get("explanation"))
    replacement = row.get("replacement")

    return row | {
        "start_line": start,
        "end_line": end,
        "side": _side(row),
        "quote": _lines(row.get("quote")),
        "severity": _meant(row.get("severity"), SEVERITIES),
        "category": _meant(row.get("category"), CATEGORIES),
        "confidence": _confidence(row.get("confidence")),
        "title": title,
        "explanation": explanation,
        # What is to be committed is never guessed.
        "replacement": replacement if isinstance(replacement, str) else None,
    }


def whole_number(value: object) -> int | None:
    """A number that may be written as text, with its label ("R12") or as a float; None where it is none."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() else None
    found = _LABEL.match(value) if isinstance(value, str) else None
    return int(found[2]) if found else None


def line_numbers(start: object, end: object) -> tuple[int, int]:
    """First and last line: one that is missing, or none, is the other; both NO_LINE if both are. "3-5" is both."""
    if isinstance(start, str) and (span := _span(start)):
        start, end = span if _line(end) is None else (span[0], end)

    given = [number for number in (_line(start), _line(end)) if number is not None]
    return (min(given), max(given)) if given else (NO_LINE, NO_LINE)


def _line(value: object) -> int | None:
    number = whole_number(value)
    return number if number is not None and 1 <= number <= MAX_LINE_NUMBER else None


def _span(text: str) -> tuple[str, str] | None:
    first = _LABEL.match(text)
    last = _LABELLED_END.match(text, first.end()) if first else None
    return (first[2], last[1]) if first and last else None


def _by_our_names(item: Row) -> dict[str, object]:
    """Fields under our names; of several that mean one field, ours counts."""
    given = {_JOINT.sub("_", str(name)).lower(): value for name, value in item.items()}
    row = dict(given)
    for ours, others in _NAMES.items():
        if row.get(ours) is None:
            row[ours] = next((given[name] for name in others if given.get(name) is not None), None)
    return row


def _side(row: Row) -> object:
    """The side; where none is named, that of the line's label, else the new file's."""
    named = row.get("side")
    if named is None or (isinstance(named, str) and not named.strip()):
        start = row.get("start_line")
        label = _LABEL.match(start) if isinstance(start, str) else None
        return "LEFT" if label and (label[1] or "").upper() == "L" else "RIGHT"
    if not isinstance(named, str):
        return named
    word = named.strip().lower()
    return next((side for side, words in SIDES.items() if word in words), named)


def _meant(value: object, words: Mapping[str, tuple[str, ...]]) -> object:
    """The value of a scale that a word means: one of its own, or one like it, or the only such word of several."""
    if not isinstance(value, str):
        return value

    meanings = dict[str, str]()
    for own, others in words.items():
        meanings |= dict.fromkeys((own, *others), own)

    whole = _NO_WORD.sub("_", value[:100].lower()).strip("_")
    if whole in meanings:
        return meanings[whole]

    found = {meanings[word] for word in whole.split("_") if word in meanings}
    return found.pop() if len(found) == 1 else value


def _confidence(value: object) -> object:
    """A word, or a probability as a number, as text or in percent; where nothing is said, neither sure nor unsure."""
    if value is None:
        return "medium"
    if isinstance(value, str):
        if percent := _PERCENT.match(value):
            return _graded(float(percent[1]) / 100)
        return _graded(float(value)) if _FRACTION.match(value) else _meant(value, CONFIDENCES)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _graded(value)
    return value


def _graded(share: float) -> object:
    if not 0 <= share <= 1:
        return share  # of which scale, nobody can tell
    if share >= _SURE:
        return "high"
    return "medium" if share >= _LIKELY else "low"


def _lines(value: object) -> object:
    """A quote: none is empty, and a list of lines is text."""
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        return "\n".join(str(line) for line in value)
    return "" if value is None else value


def _both_said(title: object, explanation: object) -> tuple[object, object]:
    """A finding that has only one of them says it with that: its first line is the title."""
    if _said(explanation) and not _said(title) and (title is None or isinstance(title, str)):
        return str(explanation).strip().splitlines()[0], explanation
    if _said(title) and not _said(explanation) and (explanation is None or isinstance(explanation, str)):
        return title, title
    return title, explanation


def _said(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())
