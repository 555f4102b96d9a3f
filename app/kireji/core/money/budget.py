"""What a review is likely to cost, what it may cost, and by which steps it does with less.

All money here is in nanodollars, as the ledger's. Estimates are of likely cost, not of the worst case: they are held to
what the benchmark's reviews did cost, see `tests/bench`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from math import sqrt

from kireji.core.chunks.chunk import Chunk
from kireji.core.models.catalogue import ModelSpec, Usage, cost
from kireji.core.money.ledger import nanodollars

# What a token has on average, on Haiku 4.5: rules and prose, and the text of diffs. `ModelSpec.chars_per_token` is the
# least that a diff has, 2.2; the newer models have as much less as theirs (source: facts measured on public diffs).
PROSE_CHARS = 3.5
DIFF_CHARS = 3.05
HAIKU_LEAST = 2.2
EMPTY_ANSWER = 12  # tokens
FINDING = 135  # tokens
FINDINGS = 0.2  # for the square root of the changed lines
THOUGHT = 0.5  # of the tokens that a model may think
VERIFIED_IN, VERIFIED_OUT = 320, 27  # tokens of the second reader for a finding
VERIFIED_THOUGHT = 300  # tokens, where it thinks
ACROSS_OUT, ACROSS_SHARE = 350, 0.08  # tokens of what is found across files, and of thought for each that is sent
PLAN_OUT, PLANNED = 500, 40  # tokens of a plan, with the thought before it, and for each file
OUTLINED = 0.25  # of the diff's characters, up to MAX_OUTLINE
MAX_OUTLINE = 60_000
MAX_PLANNED = 20
ANSWERED = 250  # tokens of an answer to a person


NEARLY = 20  # a budget of which less than this part is left counts as spent


class ReviewExtent(StrEnum):
    """How much of a review the money is enough for."""

    ALL = "all"
    RISKY = "risky files only"
    SUMMARY = "summary only"
    NOTHING = "not reviewed"


class Period(StrEnum):
    """What a budget is for."""

    REVIEW = "review"
    DAY = "day"
    MONTH = "month"
    AUTHOR = "author"


@dataclass(frozen=True, slots=True)
class SpendingLimits:
    """The most that may be spent: on a review, in a repository on a day, in an installation in a month (UTC); None is any.

    `author` is for the pull requests of one author in a repository on a day, who may not write there.
    """

    review: int | None = None
    day: int | None = None
    month: int | None = None
    author: int | None = None

    def within(self, review: Decimal | None, day: Decimal | None) -> "SpendingLimits":
        """The same under a policy's wishes, in dollars: the operator's budget is the ceiling."""
        return SpendingLimits(_least(self.review, review), _least(self.day, day), self.month, self.author)

    @property
    def given(self) -> bool:
        """Whether there is any."""
        return any(most is not None for most in (self.review, self.day, self.month, self.author))


@dataclass(frozen=True, slots=True)
class Spending:
    """What is spent or reserved already: by this review, in its repository today, in its installation this month.

    `author` is what was today for pull requests of its author, in its repository.
    """

    review: int = 0
    day: int = 0
    month: int = 0
    author: int = 0


@dataclass(frozen=True, slots=True)
class SpendingClaim:
    """What a review would like to spend: the dearest way first. `day` and `month` are when they began, in epoch seconds.

    `author` is whose pull request it is, "" where what it costs is not put down to anybody.
    """

    options: tuple[int, ...]
    budget: SpendingLimits
    day: float
    month: float
    author: str = ""


@dataclass(frozen=True, slots=True)
class Grant:
    """Which option of a claim the budgets have room for, None if none; `room` is what was left of the scarcest one.

    That one is `spent` where less than a twentieth is left of it.
    """

    option: int | None
    room: int | None = None
    scarcest: Period = Period.REVIEW
    spent: bool = False


@dataclass(frozen=True, slots=True)
class Shortage:
    """A budget has no room for all of it: which `step` was taken, and whose budget it was.

    `room` is what was left of that, `whole` what all would have cost, in nanodollars. `files` are all that should be
    read, riskiest first: risk (0 to 100), path, changed lines.
    """

    step: ReviewExtent
    scarcest: Period
    room: int
    whole: int
    files: tuple[tuple[int, str, int], ...]


def make_claim(options: Sequence[int], budget: SpendingLimits, now: datetime, author: str = "") -> SpendingClaim:
    """A claim of this moment."""
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    return SpendingClaim(tuple(options), budget, day.timestamp(), day.replace(day=1).timestamp(), author)


def grant(options: Sequence[int], budget: SpendingLimits, spent: Spending) -> Grant:
    """The first option that fits into all budgets; one that costs nothing always does."""
    left = [
        (most - gone, period, most)
        for most, gone, period in (
            (budget.review, spent.review, Period.REVIEW),
            (budget.day, spent.day, Period.DAY),
            (budget.month, spent.month, Period.MONTH),
            (budget.author, spent.author, Period.AUTHOR),
        )
        if most is not None
    ]
    if not left:
        return Grant(0)
    room, scarcest, most = min(left)
    fits = next((index for index, option in enumerate(options) if option <= max(room, 0)), None)
    return Grant(fits, room, scarcest, room * NEARLY < most)


def lines_of(chunk: Chunk) -> int:
    """The changed lines that a chunk is read for."""
    slices = (piece for part in chunk.parts for piece in part.slices)
    return sum(line.changed for piece in slices for line in piece.hunk.lines[piece.start : piece.stop])


def expected_output(lines: int, all_lines: int, thinking: int = 0) -> int:
    """Tokens of the answer about so many of a pull request's changed lines. Large ones have fewer findings for each."""
    return round(EMPTY_ANSWER + FINDING * expected_findings(lines, all_lines) + THOUGHT * thinking)


def expected_findings(lines: int, all_lines: int) -> float:
    """How many findings so many of a pull request's changed lines are likely to have."""
    return FINDINGS * lines / sqrt(all_lines) if all_lines else 0.0


def expected_tokens(chars: int, per_token: float, spec: ModelSpec) -> int:
    """Tokens of a text on this model, by what one has on Haiku 4.5."""
    return round(chars / per_token * HAIKU_LEAST / spec.chars_per_token)


@dataclass(frozen=True, slots=True)
class ReadingPrices:
    """What the parts of a review's calls are likely to cost: opening the cache, and then each chunk.

    `usages` are the tokens of reading each chunk, and `written` those that the first one writes into the cache.
    """

    opening: int
    chunks: tuple[int, ...]
    usages: tuple[Usage, ...] = ()
    written: int = 0


@dataclass(frozen=True, slots=True)
class PromptSize:
    """What is asked about a chunk: characters beyond the shared prefix, changed lines, tokens of thought."""

    chars: int
    lines: int
    thinking: int = 0


@dataclass(frozen=True, slots=True)
class SecondReader:
    """The second reader: its model, None for nobody, and whether it thinks."""

    spec: ModelSpec | None = None
    thinks: bool = False


def price_plan(questions: Sequence[PromptSize], files: int, rules: int, brief: int, spec: ModelSpec) -> int:
    """What a plan by the better model is likely to cost."""
    outline = min(round(OUTLINED * sum(one.chars for one in questions)), MAX_OUTLINE)
    sent = expected_tokens(outline, DIFF_CHARS, spec) + expected_tokens(rules + brief, PROSE_CHARS, spec)
    return nanodollars(cost(Usage(sent, PLAN_OUT + PLANNED * min(files, MAX_PLANNED)), spec))


def price_answer(chars: int, spec: ModelSpec) -> int:
    """What an answer to a person is likely to cost; `chars` are all of the question's."""
    return nanodollars(cost(Usage(expected_tokens(chars, DIFF_CHARS, spec), ANSWERED), spec))


def price_across(question: int, rules: int, brief: int, spec: ModelSpec) -> int:
    """What reading all files together is likely to cost, by the characters that are sent."""
    prefix = expected_tokens(rules + brief, PROSE_CHARS, spec)
    sent = expected_tokens(question, DIFF_CHARS, spec)
    out = round(ACROSS_OUT + ACROSS_SHARE * sent)
    usage = Usage(sent, out, prefix) if prefix >= spec.cache_minimum else Usage(sent + prefix, out)
    return nanodollars(cost(usage, spec))


def price_readings(
    questions: Sequence[PromptSize], rules: int, brief: int, spec: ModelSpec, second: SecondReader, *, warm: bool
) -> ReadingPrices:
    """The likely prices. `rules` and `brief` are characters; `warm`: the rules are in the cache."""
    known, new = expected_tokens(rules, PROSE_CHARS, spec), expected_tokens(brief, PROSE_CHARS, spec)
    prefix = known + new
    cached = prefix >= spec.cache_minimum
    all_lines = sum(one.lines for one in questions)
    each, usages = list[int](), list[Usage]()
    for one in questions:
        sent = expected_tokens(one.chars, DIFF_CHARS, spec)
        out = expected_output(one.lines, all_lines, one.thinking)
        usage = Usage(sent, out, 0, prefix) if cached else Usage(sent + prefix, out)
        usages.append(usage)
        found = expected_findings(one.lines, all_lines)
        each.append(nanodollars(cost(usage, spec)) + _verified(found, second))
    written = new if warm else prefix
    first = cost(Usage(0, 0, written), spec) - cost(Usage(0, 0, 0, written), spec) if cached and each else Decimal(0)
    thought = cost(Usage(0, VERIFIED_THOUGHT), second.spec) if second.spec and second.thinks and each else Decimal(0)
    written = written if cached and each else 0
    return ReadingPrices(nanodollars(first + thought), tuple(each), tuple(usages), written)


def _verified(found: float, second: SecondReader) -> int:
    if second.spec is None:
        return 0
    more = HAIKU_LEAST / second.spec.chars_per_token
    return nanodollars(cost(Usage(round(VERIFIED_IN * found * more), round(VERIFIED_OUT * found * more)), second.spec))


def _least(own: int | None, wish: Decimal | None) -> int | None:
    wanted = [*([] if own is None else [own]), *([] if wish is None else [nanodollars(wish)])]
    return min(wanted, default=None)
