"""How the sandbox's model thinks: whether, how many tokens it takes, and the block that tells of it.

Source: Anthropic's pages on thinking. Thought counts as output and against `max_tokens`; its text is a summary, or left
out where `display` wants that. How long the stand-in thinks is made up: longer over longer prompts, as the original does.
"""

from dataclasses import dataclass

from tests.sandbox.claude.catalogue import Served
from tests.sandbox.claude.request import MessageRequest, last_user_text
from tests.sandbox.claude.rules import OFF
from tests.sandbox.claude.tokens import count_text

WORDS = "The stand-in looks at each changed line and runs its textual checks over it."
LEAST = 250
SHARE = 10  # a token of thought for each ten of the last message
LONGEST = 4_000
LOW = 4  # at a low effort, a share of that


@dataclass(frozen=True, slots=True)
class Thought:
    """A thinking block: what it shows and what it took."""

    text: str
    tokens: int

    @property
    def signature(self) -> str:
        """The original's is opaque."""
        return f"sandbox-{self.tokens}"


def thought(request: MessageRequest, model: Served, tokens: int | None = None) -> Thought | None:
    """What the model thinks before it answers, None where it does not. `tokens` is a script's wish."""
    setting = request.thinking
    if (setting is None and not model.newer) or (setting is not None and setting.type in OFF):
        return None

    if tokens is None:
        tokens = min(LEAST + count_text(last_user_text(request), newer=model.newer) // SHARE, LONGEST)
        effort = request.output_config.effort if request.output_config is not None else None
        tokens = tokens // LOW if effort == "low" else tokens

    if setting is not None and setting.budget_tokens is not None:
        tokens = min(tokens, setting.budget_tokens)

    omitted = setting is not None and setting.display == "omitted"
    return Thought("" if omitted else WORDS, tokens) if tokens else None
