"""What a review is likely to cost, before anything is asked.

Estimates are of likely cost, not of the worst case: they are held to what the benchmark's reviews did cost, see
`tests/bench`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import sqrt

from kireji.core.models.catalogue import ModelSpec, Usage, cost
from kireji.core.money.ledger import Nanodollars, to_nanodollars

# What a token has on average, on Haiku 4.5: rules and prose, and the text of diffs. `ModelSpec.chars_per_token` is the
# least that a diff has, 2.2; the newer models have as much less as theirs (source: facts measured on public diffs).
PROSE_CHARS = 3.5
DIFF_CHARS = 3.05
HAIKU_LEAST = 2.2


@dataclass(frozen=True, slots=True)
class AnswerRates:
    """How long one kind of answer is likely to be, in tokens."""

    base: int
    """What it takes to say nothing."""

    each: float
    """What each thing adds of which it may speak."""

    def tokens(self, count: float) -> float:
        """Tokens of an answer that speaks of so many things."""
        return self.base + self.each * count


READING = AnswerRates(base=12, each=135)
"""A reader's answer, by findings."""

PLANNING = AnswerRates(base=500, each=40)
"""A plan, with the thought before it, by files."""

READING_ACROSS = AnswerRates(base=350, each=0.08)
"""What is found across files, by the tokens that are sent: each is thought about."""

VERIFYING_SENT = AnswerRates(base=0, each=320)
"""What the second reader is asked, by findings."""

VERIFYING = AnswerRates(base=0, each=27)
"""The second reader's answer, by findings."""

ANSWER_TOKENS = 250
"""An answer to a person."""

FINDINGS_PER_ROOT = 0.2
"""A pull request's findings, for the square root of its changed lines."""

THOUGHT_SHARE = 0.5
"""Of the tokens that a reader may think."""

VERIFYING_THOUGHT = 300
"""Tokens that the second reader thinks, where it does."""

OUTLINE_SHARE = 0.25
"""Of the diff's characters: what a plan is made from."""

MAX_OUTLINE_CHARS = 60_000
MAX_PLANNED_FILES = 20
"""Both as `prompts.plan` has them, which imports this room; a test holds them to it."""


@dataclass(frozen=True, slots=True)
class PromptSize:
    """How much is asked about a chunk."""

    chars: int
    """Characters beyond the prefix that all prompts of a review share."""

    lines: int
    """Changed lines."""

    thinking: int = 0
    """Tokens of thought."""


@dataclass(frozen=True, slots=True)
class SecondReader:
    """Who verifies the findings."""

    spec: ModelSpec | None = None
    """Its model, None for nobody."""

    thinks: bool = False


@dataclass(frozen=True, slots=True)
class ReadingPrices:
    """What the parts of a review's calls are likely to cost: opening the cache, and then each chunk."""

    opening: Nanodollars
    chunks: tuple[Nanodollars, ...]

    usages: tuple[Usage, ...] = ()
    """The tokens of reading each chunk."""

    written: int = 0
    """The tokens that the first chunk's call writes into the cache."""


def expected_findings(lines: int, all_lines: int) -> float:
    """How many findings so many of a pull request's changed lines are likely to have."""
    return FINDINGS_PER_ROOT * lines / sqrt(all_lines) if all_lines else 0.0


def expected_output(lines: int, all_lines: int, thinking: int = 0) -> int:
    """Tokens of the answer about so many of a pull request's changed lines. Large ones have fewer findings for each."""
    return round(READING.tokens(expected_findings(lines, all_lines)) + THOUGHT_SHARE * thinking)


def expected_tokens(chars: int, per_token: float, spec: ModelSpec) -> int:
    """Tokens of a text on this model, by what one has on Haiku 4.5."""
    return round(chars / per_token * HAIKU_LEAST / spec.chars_per_token)


def price_readings(
    sizes: Sequence[PromptSize], rules: int, brief: int, spec: ModelSpec, second: SecondReader, *, warm: bool
) -> ReadingPrices:
    """The likely prices of reading chunks. `rules` and `brief` are characters; `warm`: the rules are in the cache."""
    if not sizes:
        return ReadingPrices(0, ())

    rules_tokens = expected_tokens(rules, PROSE_CHARS, spec)
    brief_tokens = expected_tokens(brief, PROSE_CHARS, spec)
    prefix = rules_tokens + brief_tokens
    cached = prefix >= spec.cache_minimum
    written = 0
    if cached:
        written = brief_tokens if warm else prefix

    all_lines = sum(size.lines for size in sizes)
    prices = list[Nanodollars]()
    usages = list[Usage]()
    for size in sizes:
        sent = expected_tokens(size.chars, DIFF_CHARS, spec)
        output = expected_output(size.lines, all_lines, size.thinking)
        usage = Usage(sent, output, 0, prefix) if cached else Usage(sent + prefix, output)
        usages.append(usage)
        found = expected_findings(size.lines, all_lines)
        prices.append(to_nanodollars(cost(usage, spec)) + _price_verifying(found, second))

    opening = to_nanodollars(_cost_of_writing(written, spec) + _cost_of_second_thought(second))
    return ReadingPrices(opening, tuple(prices), tuple(usages), written)


def price_plan(sizes: Sequence[PromptSize], files: int, rules: int, brief: int, spec: ModelSpec) -> Nanodollars:
    """What a plan by the better model is likely to cost."""
    outline = min(round(OUTLINE_SHARE * sum(size.chars for size in sizes)), MAX_OUTLINE_CHARS)
    sent = expected_tokens(outline, DIFF_CHARS, spec) + expected_tokens(rules + brief, PROSE_CHARS, spec)
    output = round(PLANNING.tokens(min(files, MAX_PLANNED_FILES)))
    return to_nanodollars(cost(Usage(sent, output), spec))


def price_across(question: int, rules: int, brief: int, spec: ModelSpec) -> Nanodollars:
    """What reading all files together is likely to cost, by the characters that are sent."""
    prefix = expected_tokens(rules + brief, PROSE_CHARS, spec)
    sent = expected_tokens(question, DIFF_CHARS, spec)
    output = round(READING_ACROSS.tokens(sent))
    usage = Usage(sent, output, prefix) if prefix >= spec.cache_minimum else Usage(sent + prefix, output)
    return to_nanodollars(cost(usage, spec))


def price_answer(chars: int, spec: ModelSpec) -> Nanodollars:
    """What an answer to a person is likely to cost; `chars` are all of the question's."""
    return to_nanodollars(cost(Usage(expected_tokens(chars, DIFF_CHARS, spec), ANSWER_TOKENS), spec))


def _cost_of_writing(tokens: int, spec: ModelSpec) -> Decimal:
    """What it costs more to write so many tokens into the cache than to read them there, as every chunk is priced."""
    return cost(Usage(0, 0, tokens), spec) - cost(Usage(0, 0, 0, tokens), spec)


def _cost_of_second_thought(second: SecondReader) -> Decimal:
    if second.spec is None or not second.thinks:
        return Decimal(0)
    return cost(Usage(0, VERIFYING_THOUGHT), second.spec)


def _price_verifying(findings: float, second: SecondReader) -> Nanodollars:
    if second.spec is None:
        return 0
    scale = HAIKU_LEAST / second.spec.chars_per_token
    usage = Usage(round(VERIFYING_SENT.tokens(findings) * scale), round(VERIFYING.tokens(findings) * scale))
    return to_nanodollars(cost(usage, second.spec))
