"""Prompt.thinking -> the request's `thinking` and `max_tokens`, as each model wants them.

Source: Anthropic's pages on thinking. A model that thinks by budget does so only if asked to, takes no budget below 1,024
tokens, and counts thought against `max_tokens`. One that thinks as it sees fit does so unless it is told not to.
"""

from typing import assert_never

from anthropic import Omit, omit
from anthropic.types import ThinkingConfigParam

from app.core.money import LEAST_THINKING, ModelSpec, Thinking
from app.core.prompt import Prompt


def thinking(prompt: Prompt, spec: ModelSpec) -> tuple[ThinkingConfigParam | Omit, int]:
    """The two parameters. Where the model cannot write both, the room for thought shrinks before that for the answer."""
    answer = min(prompt.max_tokens, spec.max_output)
    thought = min(max(prompt.thinking, LEAST_THINKING), spec.max_output - answer) if prompt.thinking > 0 else 0
    match spec.thinking:
        case Thinking.BUDGET:
            if thought < LEAST_THINKING:
                return omit, answer
            return {"type": "enabled", "budget_tokens": thought}, answer + thought
        case Thinking.ADAPTIVE:
            return ({"type": "adaptive"} if thought else {"type": "disabled"}), answer + thought
        case Thinking.NEVER:
            return omit, answer
        case _:
            assert_never(spec.thinking)
