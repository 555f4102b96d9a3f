"""What a call takes of Claude's rate limits, and what the response's headers tell of them.

Source: Anthropic's rate limits page. Three limits a minute: requests, input tokens, output tokens. Cache reads do not
count as input for any model that we know; output counts as it is written, whatever `max_tokens` allows.
"""

import math
from collections.abc import Mapping

from kireji.core.models.catalogue import ModelSpec, Usage
from kireji.core.models.governor import Need, ReportedLimit
from kireji.core.prompts.prompt import Prompt

METERS: Mapping[str, str] = {"requests": "requests", "input": "input-tokens", "output": "output-tokens"}
LIKELY_OUTPUT = 500.0  # tokens; an answer has less than its room, and is settled when it is known


def needed(prompt: Prompt, spec: ModelSpec, *, cached: bool) -> Need:
    """What a call is likely to take. `cached`: its prefix can be read from the cache."""
    chars = len(prompt.question) + (0 if cached else len(prompt.rules) + len(prompt.brief))
    tokens = chars / spec.chars_per_token
    return {"requests": 1.0, "input": tokens, "output": min(LIKELY_OUTPUT, prompt.max_tokens)}


def taken(usage: Usage) -> Need:
    """What a call took of each limit, as the service counted it."""
    return {
        "requests": 1.0,
        "input": float(usage.input_tokens + usage.cache_write_tokens),
        "output": float(usage.output_tokens),
    }


def told(headers: Mapping[str, str], now: float) -> dict[str, ReportedLimit]:
    """The limits that a response tells of. Anything odd is passed over: a gateway may send what it likes."""
    found = dict[str, ReportedLimit]()
    for meter, name in METERS.items():
        limit = _amount(headers.get(f"anthropic-ratelimit-{name}-limit"))
        remaining = _amount(headers.get(f"anthropic-ratelimit-{name}-remaining"))
        if limit and remaining is not None:
            found[meter] = ReportedLimit(limit, remaining, now)
    return found


def _amount(text: str | None) -> float | None:
    try:
        amount = float(text or "")
    except ValueError:
        return None
    return amount if math.isfinite(amount) and amount >= 0 else None
