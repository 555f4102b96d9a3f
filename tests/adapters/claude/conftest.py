"""The adapter with the real SDK, against the loopback Claude."""

from collections.abc import AsyncIterator, Iterator

import pytest

from kireji.adapters.claude import ClaudeModel, connect
from kireji.core.prompts.prompt import Prompt
from tests.fakes.clock import START, FakeClock
from tests.sandbox.claude import ClaudeSandbox

# Long enough for Haiku 4.5's cache (4,096 tokens) as the sandbox counts, and as the adapter estimates.
RULES = "Report what is wrong, and nothing else. " * 500
EMPTY = '{"findings": []}'


def prompt(chunk: str = "a chunk", *, rules: str = RULES, brief: str = "a brief", max_tokens: int = 1000) -> Prompt:
    """A question to the sandbox."""
    return Prompt(rules, brief, chunk, max_tokens)


def requests(claude: ClaudeSandbox) -> int:
    """How many requests arrived, those included that a fault answered."""
    return len(claude.calls) + len(claude.faults.hits)


@pytest.fixture
def claude() -> Iterator[ClaudeSandbox]:
    """A Claude that finds nothing, on the day of the adapter's clock."""
    with ClaudeSandbox(reviewer=lambda _: [], today=START.date()) as sandbox:
        yield sandbox


@pytest.fixture
def clock() -> FakeClock:
    """The adapter's clock: backoff takes no time. (The gate's patience is timed by the loop.)"""
    return FakeClock()


@pytest.fixture
async def model(claude: ClaudeSandbox, clock: FakeClock) -> AsyncIterator[ClaudeModel]:
    """Haiku 4.5 in the sandbox."""
    model = connect(claude.api_key, claude.url, "claude-haiku-4-5", clock)
    yield model
    await model.aclose()
