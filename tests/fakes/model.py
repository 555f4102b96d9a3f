"""A Model that answers from a list."""

from collections.abc import Callable

from kireji.core.models.answer import Answer, Outcome, Stop
from kireji.core.models.catalogue import Usage
from kireji.core.prompts.prompt import Prompt
from kireji.ports import ANYBODY, Caller

USAGE = Usage(100, 10, 0, 5000)


def answer(text: str = '{"findings": []}', stop: Stop = Stop.END) -> Answer:
    """An answer of USAGE tokens."""
    return Answer(text, stop, USAGE, 0.1)


class FakeModel:
    """Answers each prompt by calling `reply`; `prompts` and `callers` keep what was asked, and by whom."""

    name = "claude-haiku-4-5"

    def __init__(self, reply: Callable[[Prompt], Outcome]) -> None:
        self.reply = reply
        self.prompts: list[Prompt] = []
        self.callers: list[Caller] = []

    async def ask(self, prompt: Prompt, caller: Caller = ANYBODY) -> Outcome:
        """Answer at once."""
        self.prompts.append(prompt)
        self.callers.append(caller)
        return self.reply(prompt)
