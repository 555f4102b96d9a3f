"""Policy -> Markdown: what is in force and where it comes from, and what is wrong in its files."""

import json
from collections.abc import Sequence

from app.core.policy import PolicyReading, Problem, Source
from app.core.policy_keys import KEYS, Key, value
from app.core.policy_words import named

MOST_SHOWN = 200  # characters of one value

FILES = {
    Source.REPOSITORY: "`.github/kireji.yml`",
    Source.ORGANISATION: "the organisation's `kireji.yml`",
}
_IN_FORCE = (
    "**The policy in force.** Key by key `.github/kireji.yml` of the base branch decides, "
    "then `kireji.yml` in the organisation's `.github` repository, then Kireji's default. Before them all comes what the run "
    "was told: the Action's inputs."
)


def config_text(reading: PolicyReading, notes: Sequence[str] = ()) -> str:
    """The answer to `/review config`: a table of every key, `notes` on what it comes to, and what is wrong."""
    rows = [f"| `{key.name}` | {_shown(reading, key)} | {_source(reading, key)} |" for key in KEYS]
    table = "\n".join(("| key | value | from |", "|---|---|---|", *rows))
    return "\n\n".join((_IN_FORCE, table, *notes, *problem_notes(reading)))


def problem_notes(reading: PolicyReading) -> tuple[str, ...]:
    """What is wrong, as paragraphs for the check run; none if nothing is."""
    if not reading.problems:
        return ()
    how_many = "a problem" if len(reading.problems) == 1 else f"{len(reading.problems)} problems"
    rows = "\n".join(map(_row, reading.problems))
    return (f"⚠️ **The policy has {how_many}.** What is named here is not used; all else in it is.\n\n{rows}",)


def unheard_note(paths: Sequence[str]) -> str:
    """Said where a pull request itself changes these files, which steer its review from the base branch only."""
    names = ", ".join(f"`{path}`" for path in paths)
    return f"This pull request changes {names}. Until it is merged, what the base branch has there holds."


def _row(problem: Problem) -> str:
    return f"- {FILES[problem.file]}, line {problem.line:,}: {problem.message}"


def _shown(reading: PolicyReading, key: Key) -> str:
    found = value(reading.policy, key)
    return named(found if isinstance(found, str) else json.dumps(found, ensure_ascii=False), MOST_SHOWN)


def _source(reading: PolicyReading, key: Key) -> str:
    source = reading.sources[key.name]
    return source.value if source is Source.DEFAULT else f"**{source.value}**"
