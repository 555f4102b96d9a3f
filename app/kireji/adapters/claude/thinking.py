"""Prompt.thinking -> the request's `thinking`, `max_tokens` and effort, as each model takes them.

Source: Anthropic's pages on thinking and on effort, and each model's own (`ModelSpec.page`). A model that thinks by budget
does so only if asked to, takes no budget below 1,024 tokens, and counts thought against `max_tokens`. The others think
unless told not to; how they are told differs, and one cannot be: it gets a low effort, and room for what it thinks anyway.
"""

from dataclasses import dataclass
from typing import assert_never

from anthropic import Omit, omit
from anthropic.types import ThinkingConfigParam

from kireji.core.models.catalogue import LEAST_THINKING, Effort, ModelSpec, Thinking
from kireji.core.prompts.prompt import Prompt

UNBIDDEN = 4_096  # tokens of room for the thought of a model that cannot be kept from it


@dataclass(frozen=True, slots=True)
class Thought:
    """The parameters of a request that decide how much is thought."""

    thinking: ThinkingConfigParam | Omit
    max_tokens: int
    effort: Effort | None = None  # None: as the model has it by itself


def thinking(prompt: Prompt, spec: ModelSpec) -> Thought:
    """Where the model cannot write both, the room for thought shrinks before that for the answer."""
    answer = min(prompt.max_tokens, spec.max_output)
    wanted = max(prompt.thinking, LEAST_THINKING) if prompt.thinking > 0 else 0
    thought = min(wanted, spec.max_output - answer)

    match spec.thinking:
        case Thinking.BUDGET if thought >= LEAST_THINKING:
            return Thought({"type": "enabled", "budget_tokens": thought}, answer + thought)
        case Thinking.BUDGET | Thinking.NEVER:
            return Thought(omit, answer)
        case Thinking.ADAPTIVE | Thinking.BETWEEN_TOOLS | Thinking.ALWAYS if thought:
            return Thought({"type": "adaptive"}, answer + thought)
        case Thinking.ADAPTIVE:
            return Thought({"type": "disabled"}, answer)
        case Thinking.BETWEEN_TOOLS:
            return Thought({"type": "between_tools"}, answer)
        case Thinking.ALWAYS:
            return Thought({"type": "adaptive"}, min(answer + UNBIDDEN, spec.max_output), Effort.LOW)
        case _:
            assert_never(spec.thinking)
