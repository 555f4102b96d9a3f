"""The model table: what each model can do, until when, and what usage costs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum, StrEnum, auto
from itertools import pairwise
from typing import Any

from kireji.core.text.patterns import regex

MILLION = Decimal(1_000_000)
NOTICE = timedelta(days=60)  # before a model retires, whoever runs Kireji is warned


class Thinking(Enum):
    """How a model is asked to think, and how it is kept from it.

    BUDGET: `enabled` with a budget; it does not think unless asked to. The others are asked by `adaptive`, and think unless
    told not to. ADAPTIVE: by `disabled`. BETWEEN_TOOLS: by `between_tools`. ALWAYS: it cannot be; a low effort has it think
    little. NEVER: nothing is said of it, since nothing is known of the model.
    """

    BUDGET = auto()
    ADAPTIVE = auto()
    BETWEEN_TOOLS = auto()
    ALWAYS = auto()
    NEVER = auto()


class Effort(StrEnum):
    """The values of `output_config.effort`. Thinking can be turned off at the first three only."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    XHIGH = "xhigh"
    MAX = "max"


LEAST_THINKING = 1024  # tokens; a smaller budget is refused


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """What is known of a model. Prices are dollars per million tokens; `cache_minimum` and the limits are tokens."""

    name: str

    page: str
    """Where all this is told."""

    input_price: Decimal
    output_price: Decimal
    cache_write_price: Decimal
    cache_write_hour_price: Decimal
    cache_read_price: Decimal
    cache_minimum: int
    context: int
    max_output: int

    chars_per_token: float
    """Low on purpose: planning with it never overflows on a diff."""

    thinking: Thinking

    effort: Effort | None = None
    """The one that it has unless told another, None where it takes none."""

    forced: bool = True
    """Whether a tool can be forced on it, or only offered."""

    retires: date | None = None
    """After this day the platforms that Anthropic runs refuse it."""

    successor: str = ""
    """What to use instead of it then."""

    long_prompt: int | None = None
    """A call whose prompt has more tokens, cached ones too, costs `long_factor` times as much."""

    long_factor: int = 1

    @property
    def priced(self) -> bool:
        """Whether its prices are known."""
        return self.name in MODELS

    @property
    def prompt_room(self) -> int:
        """How many tokens a prompt should not exceed: beyond them it is dear, or does not fit."""
        return self.context if self.long_prompt is None else self.long_prompt


def _spec(  # noqa: PLR0917 - a row of a table
    name: str,
    prices: str,
    cache: int,
    context: int,
    output: int,
    chars: float,
    thinking: Thinking,
    page: str,
    **more: Any,
) -> ModelSpec:
    give, take, write, hour, read = (Decimal(price) for price in prices.split())
    return ModelSpec(name, page, give, take, write, hour, read, cache, context, output, chars, thinking, **more)


# Context, output, characters a token.
_OLD = (200_000, 64_000, 2.2)
_NEW = (1_000_000, 128_000, 1.8)

# The prices are those of platform.claude.com/docs/en/about-claude/pricing, the cache's minima of
# .../build-with-claude/prompt-caching, the dates of .../about-claude/model-deprecations, the default efforts of
# .../build-with-claude/effort, as they stood in October and November 2026; the rest is each row's own page's. A cache read
# of Sonnet 5.5 was 0.20 until 7 October 2026, and pages written before that still say so.
MODELS: dict[str, ModelSpec] = {
    spec.name: spec
    for spec in (
        #     name                 in   out  write  1h   read
        _spec(
            "claude-haiku-4-5",
            "1    5    1.25   2    0.10",
            4096,
            *_OLD,
            Thinking.BUDGET,
            "https://platform.claude.com/docs/en/models/haiku-4-5/overview",
        ),
        _spec(
            "claude-haiku-5-5",
            "0.10 0.50 0.125  0.20 0.01",
            512,
            *_NEW,
            Thinking.ADAPTIVE,
            "https://platform.claude.com/docs/en/models/haiku-5-5/whats-new-haiku-5-5",
            effort=Effort.MEDIUM,
            long_prompt=100_000,
            long_factor=5,
        ),
        _spec(
            "claude-sonnet-4-5",
            "3    15   3.75   6    0.30",
            1024,
            *_OLD,
            Thinking.BUDGET,
            "https://platform.claude.com/docs/en/about-claude/model-deprecations",
            retires=date(2026, 11, 30),
            successor="claude-sonnet-5-5",
        ),
        _spec(
            "claude-sonnet-5-5",
            "2    10   2.50   4    0.10",
            512,
            *_NEW,
            Thinking.BETWEEN_TOOLS,
            "https://platform.claude.com/docs/en/models/sonnet-5-5/whats-new-sonnet-5-5",
            effort=Effort.HIGH,
            forced=False,
        ),
        _spec(
            "claude-opus-5-5",
            "4    20   5      8    0.20",
            512,
            *_NEW,
            Thinking.ALWAYS,
            "https://platform.claude.com/docs/en/models/opus-5-5/whats-new-opus-5-5",
            effort=Effort.MEDIUM,
            forced=False,
        ),
    )
}


DATE = "-20[0-9]{6}"
"""What ids of models end with that also tell their day, as claude-haiku-4-5-20251001. Source: Anthropic's page "Model IDs
and versioning", by which those before the 4.6 generation have one."""
_DATED = regex(f"(.+){DATE}")


def table_name(name: str) -> str:
    """A model's name as the table has it: an id with a date stands for the model's own. Other names are as they are."""
    dated = _DATED.fullmatch(name)
    return dated[1] if dated and dated[1] in MODELS else name


def spec_of(name: str) -> ModelSpec:
    """A model's row; one that is not in the table costs nothing that we know of, and is asked for no more than is common."""
    return MODELS.get(name) or _spec(name, "0 0 0 0 0", 1_000_000, 32_000, 8_192, 2.2, Thinking.NEVER, "")


def is_retired(spec: ModelSpec, today: date) -> bool:
    """Whether the platforms that Anthropic runs have ceased to serve it; clouds may have dates of their own."""
    return spec.retires is not None and spec.retires <= today


def retires_soon(spec: ModelSpec, today: date) -> bool:
    """Whether the model is retired, or is to be within NOTICE."""
    return spec.retires is not None and spec.retires - today <= NOTICE


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one or more calls, as the API counts them: `input_tokens` excludes both cache counters."""

    input_tokens: int = 0
    output_tokens: int = 0
    cache_write_tokens: int = 0
    cache_read_tokens: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            self.input_tokens + other.input_tokens,
            self.output_tokens + other.output_tokens,
            self.cache_write_tokens + other.cache_write_tokens,
            self.cache_read_tokens + other.cache_read_tokens,
        )

    @property
    def total_input(self) -> int:
        """All tokens that were sent, cached or not."""
        return self.input_tokens + self.cache_write_tokens + self.cache_read_tokens

    @property
    def cached_share(self) -> float:
        """The share of sent tokens that the cache served, 0 to 1."""
        return self.cache_read_tokens / self.total_input if self.total_input else 0.0


def total(usages: Iterable[Usage]) -> Usage:
    """Add usages up."""
    return sum(usages, Usage())


def cost(usage: Usage, spec: ModelSpec) -> Decimal:
    """Dollars of one call, exact. Of a call that was tried again, the tries' prompts count as one in `long_prompt`."""
    factor = spec.long_factor if spec.long_prompt is not None and usage.total_input > spec.long_prompt else 1
    dollars = (
        usage.input_tokens * spec.input_price
        + usage.output_tokens * spec.output_price
        + usage.cache_write_tokens * spec.cache_write_price
        + usage.cache_read_tokens * spec.cache_read_price
    )
    return factor * dollars / MILLION


def cache_is_dead(usages: Sequence[Usage], prefix_tokens: int, spec: ModelSpec) -> bool:
    """Whether two calls in a row neither wrote nor read the cache though the prefix is long enough for the model.

    Below its minimum the API silently does not cache (source: prompt caching documentation), so only this tells.
    """
    if prefix_tokens < spec.cache_minimum:
        return False
    missed = [usage.total_input > 0 and not (usage.cache_write_tokens or usage.cache_read_tokens) for usage in usages]
    return any(first and second for first, second in pairwise(missed))
