"""Is it fixed? One question about the threads for which the diff alone does not tell, and what is answered to it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, StrictInt, StrictStr

from kireji.core.chunks.rendering import one_line, quote_path
from kireji.core.diff.unified import FileDiff, Side
from kireji.core.findings.mended_rows import whole_number
from kireji.core.findings.parsing import lowered
from kireji.core.models.structured import AnswerError, load_rows
from kireji.core.money.ledger import Purpose
from kireji.core.prompts.numbered import by_index, on_one_line
from kireji.core.prompts.prompt import NUMBER, TEXT, Prompt, barred, closed_object, one_of, read_rules
from kireji.core.prompts.spots import code_around
from kireji.core.pulls.thread import Thread
from kireji.core.rounds import own_comment

RULES = read_rules("verdicts")
ASK = "For each thread above: is the defect fixed?"

MAX_CHARS = 60_000  # of one prompt's blocks
MAX_COMMENT_CHARS = 1_500
MAX_QUOTED_LINES = 20
MAX_QUOTED_CHARS = 300
MAX_REASON = 300


read_rows = partial(load_rows, name="verdicts")
"""The elements of "verdicts", unchecked. Raises AnswerError if there is no such list."""


class FixedAnswer(StrEnum):
    """Whether a finding is fixed; only YES closes its thread."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class ThreadVerdict:
    """What the model says of one thread."""

    fixed: FixedAnswer

    reason: str
    """Its text: neutralise it before it is posted."""


@dataclass(frozen=True, slots=True)
class ThreadsQuestion:
    """A prompt, and what it asks about."""

    prompt: Prompt

    threads: tuple[Thread, ...]
    """In the order of their numbers."""


SCHEMA = closed_object(
    {
        "verdicts": {
            "type": "array",
            "items": closed_object({"thread": NUMBER, "fixed": one_of(FixedAnswer), "reason": TEXT}),
        }
    }
)


# -- The question ------------------------------------------------------------------------------------------------------


def questions(threads: Sequence[Thread], files: Mapping[str, FileDiff], max_tokens: int) -> tuple[ThreadsQuestion, ...]:
    """One question about all threads, more only where it would grow too long, none without threads.

    `files` as `placement.by_path` makes them, of the new diff.
    """
    batches = list[list[tuple[Thread, str]]]()
    room = 0

    for thread in threads:
        text = "\n".join(_block(thread, files))
        room -= len(text)
        if room < 0 or not batches:
            batches.append([])
            room = MAX_CHARS - len(text)
        batches[-1].append((thread, text))

    return tuple(_question(batch, max_tokens) for batch in batches)


def _question(blocks: Sequence[tuple[Thread, str]], max_tokens: int) -> ThreadsQuestion:
    told_of = (f"=== thread {number}: {text}" for number, (_, text) in enumerate(blocks, start=1))
    chunk = "\n\n".join((*told_of, ASK))
    prompt = Prompt(RULES, "", chunk, max_tokens, SCHEMA, purpose=Purpose.THREADS, read=read_rows)
    return ThreadsQuestion(prompt, tuple(thread for thread, _ in blocks))


def _block(thread: Thread, files: Mapping[str, FileDiff]) -> Iterator[str]:
    place = "new" if thread.side is Side.RIGHT else "old"
    line = f"line {thread.line or thread.original_line} of the {place} file"
    yield f"{quote_path(thread.path)}, {line}{'' if thread.line else ' as it was then'}"

    yield "The comment said:"
    yield from barred(own_comment.words(thread.first.body), MAX_COMMENT_CHARS)

    yield "The lines it was about, as they were:"
    yield from (f"| {one_line(line, MAX_QUOTED_CHARS)}" for line in thread.quoted[-MAX_QUOTED_LINES:])

    code = code_around(thread, files)
    yield "The code there now:" if code else "The pull request changes nothing there now."
    if code:
        yield code


# -- The answer --------------------------------------------------------------------------------------------------------


def parse_verdicts(text: str, count: int) -> Mapping[int, ThreadVerdict]:
    """Verdicts by the index (from 0) of the thread in the question, which asked about `count` threads.

    Rows that are malformed, or name no such thread, or one thread twice, are dropped: those threads stay open. So it is
    with all of them where the text is no answer at all.
    """
    try:
        rows_said = read_rows(text)
    except AnswerError:
        return {}

    found = by_index(rows_said, _WireVerdict, lambda row: row.thread, count)
    return {index: row.verdict() for index, row in found.items()}


class _WireVerdict(BaseModel):
    """A verdict as the schema has it; enums may come in other capitals (see `parsing`)."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    thread: Annotated[StrictInt, BeforeValidator(whole_number)]
    fixed: Annotated[FixedAnswer, BeforeValidator(lowered)]
    reason: StrictStr = ""

    def verdict(self) -> ThreadVerdict:
        """The same as domain data."""
        return ThreadVerdict(self.fixed, on_one_line(self.reason, MAX_REASON))
