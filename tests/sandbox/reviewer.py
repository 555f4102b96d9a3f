"""The stand-in reviewer: textual checks that answer a chunk under the answer schema. It is not Claude and says so."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from tests.sandbox.check_table import CHECKS
from tests.sandbox.checks import Check, Seen

STAND_IN_NAME = "the sandbox's stand-in reviewer (textual checks, not Claude)"
TAG = "(stand-in)"

_FILE = re.compile(r'^=== file: (".*") \(.*\)$')
_LINE = re.compile(r"^([RL])(\d+) +([ +\-~]) \| (.*)$")
_COMMENTS = {
    "python": "#",
    "shell": "#",
    "dockerfile": "#",
    "workflow": "#",
    "script": "//",
    "go": "//",
    "sql": "--",
}
_LANGUAGES: Mapping[str, str] = {
    ".py": "python",
    ".js": "script",
    ".jsx": "script",
    ".mjs": "script",
    ".ts": "script",
    ".tsx": "script",
    ".go": "go",
    ".sql": "sql",
    ".sh": "shell",
}


@dataclass(frozen=True, slots=True)
class FilePart:
    """What a chunk shows of one file, lines in the order shown."""

    path: str
    lines: tuple[Seen, ...]


def parse_chunk(text: str) -> tuple[FilePart, ...]:
    """Read the chunk rendering; text outside its blocks is passed over."""
    parts: list[tuple[str, list[Seen]]] = []
    run = 0
    for raw in text.split("\n"):
        if header := _FILE.match(raw):
            parts.append((str(json.loads(header[1])), []))
        elif parts and (line := _LINE.match(raw)):
            side = "LEFT" if line[1] == "L" else "RIGHT"
            parts[-1][1].append(Seen(side, int(line[2]), line[3], line[4], run))
        elif not raw.startswith("\\ "):
            run += 1

    return tuple(FilePart(path, tuple(lines)) for path, lines in parts)


def review_chunk(text: str) -> list[dict[str, object]]:
    """Findings on the added and deleted lines of a chunk rendering, as the answer schema wants them.

    Context and '~' lines are read to understand the others, and never reported.
    """
    return list(chain.from_iterable(_review_part(part) for part in parse_chunk(text)))


def language_of(path: str) -> str | None:
    """The checks' name for a file's language, None where there are no checks."""
    name = path.rsplit("/", 1)[-1]
    if name == "Dockerfile" or name.endswith(".Dockerfile"):
        return "dockerfile"
    if path.startswith(".github/workflows/") and name.endswith((".yml", ".yaml")):
        return "workflow"
    dot = name.rfind(".")
    return _LANGUAGES.get(name[dot:]) if dot >= 0 else None


def _review_part(part: FilePart) -> Iterator[dict[str, object]]:
    language = language_of(part.path)
    if language is None:
        return

    checks = [check for check in CHECKS if language in check.languages]
    for index, line in enumerate(part.lines):
        if line.mark not in "+-" or line.code.lstrip().startswith(_COMMENTS[language]):
            continue
        for check in checks:
            if (check.deleted == (line.mark == "-")) and check.hits(part.lines, index):
                yield _finding(part.path, line, check)
                break


def _finding(path: str, line: Seen, check: Check) -> dict[str, object]:
    return {
        "path": path,
        "side": line.side,
        "start_line": line.number,
        "end_line": line.number,
        "quote": line.code,
        "category": check.category.value,
        "severity": check.severity.value,
        "confidence": check.confidence.value,
        "title": check.title,
        "explanation": f"{check.explanation} {TAG}",
        "replacement": check.mended(line.code),
    }
