"""A policy as people read it: what is in force and where it comes from, and what is wrong with its files."""

import json
from collections.abc import Iterator

from app.core.policy import PolicyReading, Problem, Source
from app.core.policy_keys import KEYS, Key, value
from app.core.policy_words import named

FILES = {Source.REPOSITORY: ".github/kireji.yml", Source.ORGANISATION: "the organisation's kireji.yml"}
MAX_VALUE = 200
_FROM = {
    Source.REPOSITORY: "`.github/kireji.yml` on the base branch",
    Source.ORGANISATION: "the organisation's `kireji.yml`",
    Source.DEFAULT: "the default",
}


def config_text(reading: PolicyReading) -> str:
    """The answer to `/review config`: every key with its value and its source, and the problems; in Markdown."""
    head = "The policy in force here. It is read from the base branch; the head's has no say.\n"
    rows = (f"| `{key.name}` | {_shown(reading, key)} | {_FROM[reading.sources[key.name]]} |" for key in KEYS)
    table = "\n".join(("| key | value | from |", "|---|---|---|", *rows))
    return "\n\n".join((head + "\n" + table, *problem_notes(reading)))


def problem_notes(reading: PolicyReading) -> tuple[str, ...]:
    """What is wrong with the policy's files, as a paragraph of Markdown for the check run; none if nothing is."""
    if not reading.problems:
        return ()
    lines = (f"- {FILES[problem.file]}, line {problem.line}: {problem.message}" for problem in reading.problems)
    return ("⚠️ **The policy has mistakes**; what they concern is not used, the rest is:\n\n" + "\n".join(lines),)


def problem_line(problem: Problem, file: str) -> str:
    """A problem as compilers tell one, for a terminal."""
    return f"{file}:{problem.line}: {problem.message}"


def differences(reading: PolicyReading) -> Iterator[str]:
    """The values that a file sets, one line each, for a terminal."""
    for key in KEYS:
        if reading.sources[key.name] is not Source.DEFAULT:
            yield f"{key.name}: {_plain(reading, key)}"


def _shown(reading: PolicyReading, key: Key) -> str:
    """As code in a table's cell: parts of it are other people's words."""
    return named(_plain(reading, key), MAX_VALUE)


def _plain(reading: PolicyReading, key: Key) -> str:
    found = value(reading.policy, key)
    return found if isinstance(found, str) else json.dumps(found, ensure_ascii=False)
