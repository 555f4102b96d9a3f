"""Is it true? One question about many findings, whose code is shown, and what a second reader answers to it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, StrictInt, StrictStr

from kireji.core.chunks.rendering import describe_oddities, one_line, quote_path, render_slice
from kireji.core.diff.unified import FileDiff, Side, hunk_of
from kireji.core.findings.finding import Place, Verification
from kireji.core.findings.mended_rows import whole_number
from kireji.core.findings.placement import Inline
from kireji.core.models.structured import AnswerError, load_rows
from kireji.core.money.ledger import Purpose
from kireji.core.prompts.numbered import by_index, on_one_line
from kireji.core.prompts.prompt import NUMBER, TEXT, Prompt, barred, closed_object, read_rules
from kireji.core.prompts.spots import Spot, Window, window_around

RULES = read_rules("verify")
ASK = "Which are true?"

BATCH = 8
"""How many findings one call is asked about: the rules are paid once for all of them, and they are answered one by one."""

MAX_TITLE_CHARS = 200
MAX_EXPLANATION_CHARS = 600
MAX_CODE_CHARS = 1_200
MAX_CODE_LINES = 12
MAX_REASON = 200
ANSWER_TOKENS = 1_500  # for a whole batch; an answer takes some 40 a finding

# Short names: they are paid for in the schema, and at the price of an answer for each finding.
SCHEMA = closed_object(
    {
        "checked": {
            "type": "array",
            "items": closed_object(
                {
                    "n": NUMBER,
                    "why": TEXT,  # before the verdict, so that this follows from it
                    "verdict": {"type": "string", "enum": ["confirmed", "refuted", "unsure"]},
                }
            ),
        }
    }
)


read_rows = partial(load_rows, name="checked")
"""The elements of "checked", unchecked. Raises AnswerError if there is no such list."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the second reader says of a finding."""

    checked: Verification

    reason: str = ""
    """Its text: neutralise it before it is posted."""


UNANSWERED = Judgement(Verification.UNVERIFIED)


@dataclass(frozen=True, slots=True)
class FindingsQuestion:
    """A prompt, and what it asks about."""

    prompt: Prompt

    placed: tuple[Inline, ...]
    """The findings, in the order of their numbers."""


# -- The question ------------------------------------------------------------------------------------------------------


def questions(placed: Iterable[Inline], files: Mapping[str, FileDiff], title: str) -> tuple[FindingsQuestion, ...]:
    """Questions about all of them, BATCH in each, neighbours together so that their code is shown once.

    `files` as `placement.by_path` makes them. The pull request's title goes into the brief, which is no part of the memo's key.
    """
    order = sorted(placed, key=_order)
    brief = f"Its title:\n| {one_line(' '.join(title.split()), MAX_TITLE_CHARS)}"
    batches = (order[start : start + BATCH] for start in range(0, len(order), BATCH))
    return tuple(_question(batch, files, brief) for batch in batches)


def _order(inline: Inline) -> tuple[str, str, int, int, str]:
    finding = inline.finding
    return finding.path, inline.side, inline.start_line, inline.line, finding.title


def _question(placed: Sequence[Inline], files: Mapping[str, FileDiff], brief: str) -> FindingsQuestion:
    blocks = list[str]()
    shown = list[_Shown]()

    for number, inline in enumerate(placed, start=1):
        spot = _spot(_place(inline), files)
        earlier = next((other for other in shown if spot is not None and other.window.holds(spot)), None)
        if earlier is not None:
            code_lines = f"Code: see {earlier.number}."
        elif spot is None:
            code_lines = ""
        else:
            window = _window(spot)
            shown.append(_Shown(number, window))
            code_lines = render_slice(window.slice)
        blocks.append("\n".join(_block(number, inline, code_lines, files)))

    text = "\n\n".join((*blocks, ASK))
    prompt = Prompt(RULES, brief, text, ANSWER_TOKENS, SCHEMA, purpose=Purpose.VERIFY, read=read_rows)
    return FindingsQuestion(prompt, tuple(placed))


@dataclass(frozen=True, slots=True)
class _Shown:
    """Code that a question shows already, with the finding of this number."""

    number: int
    window: Window


def _block(number: int, inline: Inline, code_lines: str, files: Mapping[str, FileDiff]) -> Iterator[str]:
    """A finding and its code. Each thing is said once: these lines are paid for with every finding."""
    finding = inline.finding
    yield f"=== {number}: {_lines(inline)} of {quote_path(finding.path)}{_oddities(files.get(finding.path))}"
    yield from barred(finding.title, MAX_TITLE_CHARS)
    yield from barred(finding.explanation, MAX_EXPLANATION_CHARS)
    yield code_lines
    yield from _other_code(inline, files)


def _oddities(file: FileDiff | None) -> str:
    """What of a finding's file its lines do not show, as ' (renamed from "old.py")'."""
    listed = ", ".join(describe_oddities(file)) if file else ""
    return f" ({listed})" if listed else ""


def _other_code(inline: Inline, files: Mapping[str, FileDiff]) -> Iterator[str]:
    """The lines around the first other place that a finding names, where the diff has it and its own code does not."""
    own_spot = _spot(_place(inline), files)
    if own_spot is None:
        return

    own_window = _window(own_spot)
    for place in inline.finding.other_places:
        spot = _spot(place, files)
        if spot is not None and not own_window.holds(spot):
            yield f"--- elsewhere: {quote_path(spot.file.path)}"
            yield render_slice(_window(spot).slice)
            return


def _window(spot: Spot) -> Window:
    return window_around(spot, MAX_CODE_CHARS, MAX_CODE_LINES)


def _place(inline: Inline) -> Place:
    return Place(inline.finding.path, inline.side, inline.start_line)


def _spot(place: Place, files: Mapping[str, FileDiff]) -> Spot | None:
    file = files.get(place.path)
    hunk = hunk_of(file, place.side, place.line) if file else None
    if file is None or hunk is None:
        return None

    for index, line in enumerate(hunk.lines):
        if (line.side, line.number) == (place.side, place.line):
            return Spot(file, hunk, index)

    return None


def _lines(inline: Inline) -> str:
    """By the labels that the code has."""
    side = "R" if inline.side is Side.RIGHT else "L"
    last = f"{side}{inline.line}"
    return last if inline.start_line == inline.line else f"{side}{inline.start_line} to {last}"


# -- The answer --------------------------------------------------------------------------------------------------------


def parse_judgements(text: str, count: int) -> Mapping[int, Judgement]:
    """Judgements by the index (from 0) of the finding in the question, which asked about `count`.

    Rows that are malformed, or name no such finding, or one finding twice, are dropped: those findings are not verified.
    So it is with all of them where the text is no answer at all.
    """
    try:
        rows_said = read_rows(text)
    except AnswerError:
        return {}

    found = by_index(rows_said, _WireJudgement, lambda row: row.n, count)
    return {index: row.judgement() for index, row in found.items()}


def _verdict(value: object) -> Verification:
    """Capitals do not count (see `parsing`), and nobody but us says "unverified"."""
    said = value.strip().lower() if isinstance(value, str) else ""
    if said not in {Verification.CONFIRMED, Verification.REFUTED, Verification.UNSURE}:
        raise ValueError("no verdict")
    return Verification(said)


class _WireJudgement(BaseModel):
    """A judgement as the schema has it."""

    model_config = ConfigDict(extra="ignore", hide_input_in_errors=True)

    n: Annotated[StrictInt, BeforeValidator(whole_number)]
    verdict: Annotated[Verification, BeforeValidator(_verdict)]
    why: StrictStr = ""

    def judgement(self) -> Judgement:
        """The same as domain data."""
        return Judgement(self.verdict, on_one_line(self.why, MAX_REASON))
