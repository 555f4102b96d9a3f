"""Deep reviews: an outline of the whole pull request -> what the reader of each chunk should look for."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from pydantic import BaseModel, ConfigDict, StrictStr, ValidationError

from kireji.core.chunks.chunk import Chunk
from kireji.core.chunks.rendering import describe_change, one_line, quote_path
from kireji.core.diff.unified import FileDiff
from kireji.core.findings.addressed import speaks_to_reviewer
from kireji.core.models.structured import AnswerError, load_rows
from kireji.core.money.ledger import Purpose
from kireji.core.prompts.prompt import TEXT, Prompt, barred, closed_object, read_rules
from kireji.core.text.invisible import encodable

RULES = read_rules("plan")
ASK = "What should the readers of these files look for?"
SCHEMA = closed_object({"plan": {"type": "array", "items": closed_object({"path": TEXT, "look_for": TEXT})}})

read_rows = partial(load_rows, name="plan")
"""The elements of "plan", unchecked. Raises AnswerError if there is no such list."""

MAX_CHARS = 60_000  # of the outline
MAX_LINE_CHARS = 160
LINES = 4  # of each hunk
MAX_ENTRIES = 20
MAX_HINT = 400


def question(files: Sequence[FileDiff], brief: str, max_tokens: int, thinking: int) -> Prompt:
    """Ask for a plan. `files` stand in the order of their importance: what has no room is at the end."""
    shown = list[str]()
    room = MAX_CHARS

    for file in files:
        text = "\n".join(_outline(file))
        room -= len(text)
        if room < 0:
            shown.append(f"... {len(files) - len(shown)} more files are not shown")
            break
        shown.append(text)

    return Prompt(
        RULES,
        brief,
        "\n\n".join((*shown, ASK)),
        max_tokens,
        SCHEMA,
        thinking=thinking,
        purpose=Purpose.PLAN,
        read=read_rows,
    )


def _outline(file: FileDiff) -> Iterator[str]:
    yield f"=== {quote_path(file.path)} ({describe_change(file)}, {file.changed_lines} changed lines)"
    for hunk in file.hunks:
        changed = [line for line in hunk.lines if line.changed][:LINES]
        yield f"@@ line {hunk.new_start} @@ {one_line(hunk.section, MAX_LINE_CHARS)}".rstrip()
        yield from (f"| {line.kind.value} {one_line(line.text, MAX_LINE_CHARS)}" for line in changed)


def parse_plan(text: str, files: Sequence[FileDiff]) -> Mapping[str, str]:
    """What to look for by path; entries that are malformed or name no file are dropped, all of them if it is no answer."""
    try:
        rows_said = read_rows(text)[:MAX_ENTRIES]
    except AnswerError:
        return {}

    paths = {file.path for file in files}
    plan = dict[str, str]()
    for row in rows_said:
        try:
            entry = _Entry.model_validate(row)
        except ValidationError:
            continue

        look_for = " ".join(encodable(entry.look_for).split())
        if entry.path in paths and look_for:
            plan.setdefault(entry.path, look_for)

    return plan


def hints(chunk: Chunk, plan: Mapping[str, str]) -> str:
    """What the reader of a chunk is shown of the plan, behind bars as everything that a model wrote; "" for nothing.

    A hint that orders the reader about repeats what the change told its writer, and is left out.
    """
    paths = dict.fromkeys(part.file.path for part in chunk.parts)
    planned = [path for path in paths if path in plan and not speaks_to_reviewer(plan[path])]
    if not planned:
        return ""

    lines = list[str]()
    for path in planned:
        lines += barred(f"{quote_path(path)}: {plan[path]}", MAX_HINT)
    return "\n".join(("Another reader, who has seen an outline of all files, suggests to look for this:", *lines))


class _Entry(BaseModel):
    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    path: StrictStr
    look_for: StrictStr
