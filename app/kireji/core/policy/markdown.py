"""Policy -> Markdown: what is in force and where it comes from, and what is wrong in its files."""

import json
from collections.abc import Sequence

from kireji.core.policy.keys import KEYS, Key, value
from kireji.core.policy.overrides import POLICY
from kireji.core.policy.reading import PolicyProblem, PolicyReading, PolicySource
from kireji.core.secrets.redact import redact_text
from kireji.core.text.lists import first_of
from kireji.core.text.named import named

MOST_NAMED = 10  # files in one sentence
MOST_SHOWN = 200  # characters of one value

ORGANISATION = "the organisation's policy"
_IN_FORCE = (
    "**The policy in force.** Key by key `.github/kireji.yml` (or `.yaml`) on the base branch decides, "
    "then `kireji.yml` in the organisation's `.github` repository, then Kireji's default. The Action's inputs override them "
    "all."
)


def config_text(reading: PolicyReading, notes: Sequence[str] = (), file: str = POLICY) -> str:
    """The answer to `/review config`: a table of every key, `notes` on what it comes to, and what is wrong in `file`."""
    rows = [f"| `{key.name}` | {_shown(reading, key)} | {_source(reading, key)} |" for key in KEYS]
    table = "\n".join(("| key | value | from |", "|---|---|---|", *rows))
    return "\n\n".join((_IN_FORCE, table, *notes, *problem_notes(reading, file)))


def problem_notes(reading: PolicyReading, file: str = POLICY) -> tuple[str, ...]:
    """What is wrong, as paragraphs for the check run; none if nothing is. `file` is the repository's policy."""
    if not reading.problems:
        return ()
    how_many = "a problem" if len(reading.problems) == 1 else f"{len(reading.problems)} problems"
    rows = "\n".join(_row(problem, file) for problem in reading.problems)
    return (f"⚠️ **The policy has {how_many}.** What is named here is not used; everything else in it is.\n\n{rows}",)


def unheard_note(paths: Sequence[str]) -> str:
    """Said where a pull request itself changes these files, which steer its review from the base branch only."""
    names = _names(paths)
    return f"This pull request changes {names}. The changes take effect after the merge; until then the base branch decides."


def fits_nothing_note(patterns: Sequence[str]) -> str:
    """Said where somebody asks for files by patterns that no file of the change fits; "" where there are none."""
    return f"No file of this change matches {_names(patterns)}." if patterns else ""


def _row(problem: PolicyProblem, file: str) -> str:
    where = ORGANISATION if problem.file is PolicySource.ORGANISATION else f"`{file}`"
    return f"- {where}, line {problem.line:,}: {redact_text('', problem.message)}"


def not_read_note(paths: Sequence[str], policy: str) -> str:
    """Said of files on the base branch, or in the change, that look like a policy. `policy` is the file that is one."""
    verb = "is" if len(paths) == 1 else "are"
    return f"⚠️ {_names(paths)} {verb} not read: this repository's policy is `{policy}` on the base branch."


def attributes_note(unreadable: Sequence[str], left_out: int, *, cut: bool) -> str:
    """Said where not all of the .gitattributes files is used; "" if all is."""
    said = list[str]()
    if unreadable:
        said.append(f"{_names(unreadable)} could not be read: binary, or too large.")
    if left_out:
        said.append(
            f"The change has files in too many folders: the `.gitattributes` of {left_out:,} were not looked for."
        )
    if cut:
        said.append("The `.gitattributes` have too many lines; the last of them are not used.")

    if not said:
        return ""
    return f"⚠️ {' '.join(said)} So a file may be reviewed or skipped although they say otherwise."


def _names(paths: Sequence[str]) -> str:
    """The first few of them, as code."""
    return first_of(paths, MOST_NAMED, lambda path: named(path, MOST_SHOWN))


def _shown(reading: PolicyReading, key: Key) -> str:
    found = value(reading.policy, key)
    text = found if isinstance(found, str) else json.dumps(found, ensure_ascii=False)
    return named(redact_text("", text), MOST_SHOWN)  # more people read the answer than an organisation's policy


def _source(reading: PolicyReading, key: Key) -> str:
    source = reading.sources[key.name]
    return source.value if source is PolicySource.DEFAULT else f"**{source.value}**"
