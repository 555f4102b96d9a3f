"""What a request that is cut off is taken to have cost."""

import asyncio
import threading
from typing import Any

import pytest

from kireji.adapters.claude import ClaudeModel
from kireji.adapters.claude.cut_off import usage_so_far
from kireji.adapters.claude.stream import StreamedAnswer
from kireji.core.models.answer import Unanswered
from kireji.core.models.catalogue import Usage, spec_of
from tests.adapters.claude.conftest import EMPTY, prompt
from tests.sandbox.claude import ClaudeSandbox, Reply

SPEC = spec_of("claude-haiku-4-5")
TOLD = Usage(7, 1, 70, 700)


def words(tokens: int) -> str:
    """A text of so many tokens, as they are estimated."""
    return "x" * int(tokens * SPEC.chars_per_token)


@pytest.mark.parametrize(
    ("streamed", "opening", "cached", "usage"),
    [
        (StreamedAnswer(), True, False, Usage(20, 0, 1200, 0)),
        (StreamedAnswer(), False, True, Usage(20, 0, 0, 1200)),
        (StreamedAnswer(), False, False, Usage(1220, 0, 0, 0)),
        (StreamedAnswer(TOLD, started=True, pieces=[words(30), words(10)]), False, True, Usage(7, 40, 70, 700)),
        (StreamedAnswer(TOLD, started=True, tool=[words(30)]), False, False, Usage(7, 30, 70, 700)),
        (
            StreamedAnswer(Usage(7, 50, 70, 700), started=True, stop="end_turn", pieces=["{}"]),
            False,
            True,
            Usage(7, 50, 70, 700),
        ),
    ],
    ids=["wrote the cache", "read the cache", "too short for it", "begun", "a tool's input", "all but over"],
)
def test_what_is_told_counts_and_the_rest_is_estimated(
    streamed: StreamedAnswer, *, opening: bool, cached: bool, usage: Usage
) -> None:
    """Before the first event the input is estimated, after it the output, by what has arrived of it."""
    asked = prompt(words(20), rules=words(1000), brief=words(200))
    assert usage_so_far(streamed, asked, SPEC, opening=opening, cached=cached) == usage


async def test_a_cancelled_call_tells_what_it_cost(claude: ClaudeSandbox, model: ClaudeModel) -> None:
    """As what it is cancelled with; one that has sent nothing tells nothing."""
    arrived = threading.Event()
    release = threading.Event()
    told = list[Any]()

    def held(_body: dict[str, Any]) -> Reply:
        arrived.set()
        release.wait(20)
        return Reply(EMPTY)

    async def ask() -> None:
        try:
            await model.ask(prompt())
        except asyncio.CancelledError as error:
            told.append(error.args[0])
            raise

    claude.script(held)
    calls = [asyncio.create_task(ask()) for _ in range(2)]
    await asyncio.to_thread(arrived.wait, 20)
    for call in reversed(calls):
        call.cancel()
    await asyncio.wait(calls)
    release.set()
    assert all(call.cancelled() and isinstance(answer, Unanswered) for call, answer in zip(calls, told, strict=True))
    assert [(answer.attempts, answer.usage.cache_write_tokens > 0) for answer in told] == [(0, False), (1, True)]
