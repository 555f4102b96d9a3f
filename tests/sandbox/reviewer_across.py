"""The stand-in's reading across files: a function whose parameters changed in one file, and who still calls it the old way."""

import re
from collections.abc import Iterator

from tests.sandbox.checks import Seen
from tests.sandbox.reviewer import TAG, FilePart, language_of, parse_chunk

_DEFINES = re.compile(r"\b(?:def|function|func)\s+(\w+)\s*\(([^()]*)\)")


def review_across(text: str) -> list[dict[str, object]]:
    """Findings at the calls, or at the definition where a call is on a line that did not change; as the answer schema wants."""
    parts = parse_chunk(text)
    findings = list[dict[str, object]]()
    for part in parts:
        others = [other for other in parts if _may_call(other, part)]
        for name, line, least, most in _changed(part):
            for other in others:
                for call in _old_calls(other, name, least, most):
                    findings.append(_finding(part, line, other, call, name))
    return findings


def _may_call(other: FilePart, part: FilePart) -> bool:
    return other.path != part.path and language_of(other.path) == language_of(part.path)


def _old_calls(other: FilePart, name: str, least: int, most: int) -> Iterator[Seen]:
    """The lines that call a function with fewer or more arguments than it takes."""
    for line in other.lines:
        given = None if line.mark == "-" else _given(name, line.code)
        if given is not None and not least <= given <= most:
            yield line


def _changed(part: FilePart) -> Iterator[tuple[str, Seen, int, int]]:
    """Functions that take others than they did: name, new line, the least and the most that they take."""
    old = {found[1]: found[2] for line in part.lines if line.mark == "-" and (found := _DEFINES.search(line.code))}
    for line in part.lines:
        found = _DEFINES.search(line.code) if line.mark == "+" else None
        if found and found[1] in old and old[found[1]] != found[2]:
            taken = [argument for argument in found[2].split(",") if argument.strip()]
            yield found[1], line, sum("=" not in argument for argument in taken), len(taken)


def _given(name: str, code: str) -> int | None:
    """How many arguments the line's call of the function has, None if it is no such call."""
    call = None if _DEFINES.search(code) else re.search(rf"\b{name}\(([^()]*)\)", code)
    return None if call is None else sum(bool(argument.strip()) for argument in call[1].split(","))


def _finding(part: FilePart, line: Seen, other: FilePart, call: Seen, name: str) -> dict[str, object]:
    at, there = ((other, call), (part, line)) if call.mark == "+" else ((part, line), (other, call))
    return {
        "path": at[0].path,
        "side": "RIGHT",
        "start_line": at[1].number,
        "end_line": at[1].number,
        "quote": at[1].code,
        "category": "contract",
        "severity": "high",
        "confidence": "high",
        "title": f"`{name}` is called with its old parameters",
        "explanation": (
            f"Its parameters changed, and the other place, `{there[0].path}:{there[1].number}`, does not fit: "
            f"the call fails when it is reached. Adapt it. {TAG}"
        ),
        "replacement": None,
    }
