"""Is it true? One question about many findings, whose code is shown, and what a second reader answers to it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files as package_files
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, StrictInt, StrictStr, ValidationError

from kireji.core.chunks.chunk import Slice
from kireji.core.chunks.rendering import describe_oddities, one_line, quote_path, render_slice
from kireji.core.diff.unified import FileDiff, Side, hunk_of
from kireji.core.findings.elsewhere import elsewhere
from kireji.core.findings.finding import Place, Verification
from kireji.core.findings.mended_rows import whole_number
from kireji.core.findings.placement import Inline
from kireji.core.models.structured import AnswerError, load_rows
from kireji.core.money.ledger import Purpose
from kireji.core.prompts.prompt import NUMBER, TEXT, Prompt, barred, closed_object
from kireji.core.prompts.spots import Spot, window
from kireji.core.text.invisible import encodable

RULES = package_files("kireji.core.prompts").joinpath("verify.md").read_text(encoding="utf-8")
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


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the second reader says of a finding. `reason` is its text: neutralise it before it is posted."""

    checked: Verification
    reason: str = ""


UNANSWERED = Judgement(Verification.UNVERIFIED)


@dataclass(frozen=True, slots=True)
class FindingsQuestion:
    """A prompt and the findings that it asks about, in its order."""

    prompt: Prompt
    placed: tuple[Inline, ...]


# -- The question ------------------------------------------------------------------------------------------------------


def questions(
    placed: Iterable[Inline], files: Mapping[str, FileDiff], title: str, max_tokens: int = ANSWER_TOKENS
) -> tuple[FindingsQuestion, ...]:
    """Questions about all of them, BATCH in each, neighbours together so that their code is shown once.

    `files` as `placement.by_path` makes them. The pull request's title goes into the brief, which is no part of the memo's key.
    """
    order = sorted(placed, key=lambda one: (one.finding.path, one.side, one.start_line, one.line, one.finding.title))
    brief = f"Its title:\n| {one_line(' '.join(title.split()), MAX_TITLE_CHARS)}"
    return tuple(
        _question(order[start : start + BATCH], files, brief, max_tokens) for start in range(0, len(order), BATCH)
    )


def _question(placed: Sequence[Inline], files: Mapping[str, FileDiff], brief: str, max_tokens: int) -> FindingsQuestion:
    blocks, shown = list[str](), _Shown(files)
    for number, one in enumerate(placed, start=1):
        blocks.append("\n".join(_block(number, one, shown)))

    text = "\n\n".join((*blocks, ASK))
    prompt = Prompt(RULES, brief, text, max_tokens, SCHEMA, purpose=Purpose.VERIFY, read=read_rows)
    return FindingsQuestion(prompt, tuple(placed))


class _Shown:
    """The code of one question's findings: which lines are shown for which of them."""

    def __init__(self, files: Mapping[str, FileDiff]) -> None:
        self._files = files
        self._windows: list[tuple[int, Spot, tuple[int, int]]] = []

    def oddities(self, one: Inline) -> str:
        """What of the finding's file its lines do not show, as ' (renamed from "old.py")'."""
        file = self._files.get(one.finding.path)
        told = ", ".join(describe_oddities(file)) if file else ""
        return f" ({told})" if told else ""

    def code(self, number: int, one: Inline) -> str:
        """The lines around a finding, or where they are shown already."""
        spot = _spot(_place(one), self._files)
        if spot is None:
            return ""
        for earlier, there, (start, stop) in self._windows:
            if there.hunk is spot.hunk and start <= spot.index < stop:
                return f"Code: see {earlier}."
        start, stop = window(spot, MAX_CODE_CHARS, MAX_CODE_LINES)
        self._windows.append((number, spot, (start, stop)))
        return render_slice(Slice(spot.hunk, start, stop, start))

    def elsewhere(self, one: Inline) -> Iterator[str]:
        """The lines around the first other place that a finding names, where the diff has it and they are not its own."""
        own = _spot(_place(one), self._files)
        for place in elsewhere(one.finding):
            spot = _spot(place, self._files)
            if spot is None or own is None:
                continue
            start, stop = window(own, MAX_CODE_CHARS, MAX_CODE_LINES)
            if spot.hunk is own.hunk and start <= spot.index < stop:
                continue
            start, stop = window(spot, MAX_CODE_CHARS, MAX_CODE_LINES)
            yield f"--- elsewhere: {quote_path(spot.file.path)}"
            yield render_slice(Slice(spot.hunk, start, stop, start))
            return


def _place(one: Inline) -> Place:
    return Place(one.finding.path, one.side, one.start_line)


def _spot(place: Place, files: Mapping[str, FileDiff]) -> Spot | None:
    file = files.get(place.path)
    hunk = hunk_of(file, place.side, place.line) if file else None
    if file is None or hunk is None:
        return None
    lines = enumerate(hunk.lines)
    return next(
        (Spot(file, hunk, index) for index, line in lines if (line.side, line.number) == (place.side, place.line)),
        None,
    )


def _block(number: int, one: Inline, shown: _Shown) -> Iterator[str]:
    """A finding and its code. Each thing is said once: these lines are paid for with every finding."""
    finding = one.finding
    yield f"=== {number}: {_lines(one)} of {quote_path(finding.path)}{shown.oddities(one)}"
    yield from barred(finding.title, MAX_TITLE_CHARS)
    yield from barred(finding.explanation, MAX_EXPLANATION_CHARS)
    yield shown.code(number, one)
    yield from shown.elsewhere(one)


def _lines(one: Inline) -> str:
    """By the labels that the code has."""
    side = "R" if one.side is Side.RIGHT else "L"
    return f"{side}{one.line}" if one.start_line == one.line else f"{side}{one.start_line} to {side}{one.line}"


# -- The answer --------------------------------------------------------------------------------------------------------


def parse_judgements(text: str, count: int) -> Mapping[int, Judgement]:
    """Judgements by the index (from 0) of the finding in the question, which asked about `count`.

    Rows that are malformed, or name no such finding, or one finding twice, are dropped: those findings are not verified.
    So it is with all of them where the text is no answer at all.
    """
    try:
        said = read_rows(text)
    except AnswerError:
        return {}
    found = dict[int, list[Judgement]]()
    for item in said:
        try:
            row = _WireJudgement.model_validate(item)
        except ValidationError:
            continue
        if 1 <= row.n <= count:
            found.setdefault(row.n - 1, []).append(row.judgement())
    return {index: judged[0] for index, judged in sorted(found.items()) if len(judged) == 1}


def read_rows(text: str) -> list[object]:
    """The elements of "checked", unchecked. Raises AnswerError if there is no such list."""
    return load_rows(text, "checked")


def _verdict(value: object) -> Verification:
    """Capitals do not count (see `finding`), and nobody but us says "unverified"."""
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
        """The same as domain data, on one line and cut to length."""
        reason = " ".join(encodable(self.why).split())
        return Judgement(self.verdict, reason if len(reason) <= MAX_REASON else f"{reason[: MAX_REASON - 1].rstrip()}…")
