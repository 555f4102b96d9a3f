"""Claude's rate limits: what headers tell, what a call takes, and how calls keep to the sandbox's."""

import asyncio
from collections.abc import Mapping
from datetime import datetime

import pytest
from typing_extensions import override

from kireji.adapters.claude import ClaudeModel, connect
from kireji.adapters.claude.limits import LIKELY_OUTPUT, needed, taken, told
from kireji.adapters.governor import SHARE_SECONDS, LocalBudget, SharedGovernors
from kireji.core.models.answer import Answer
from kireji.core.models.catalogue import MODELS, Usage
from kireji.core.models.governor import ReportedLimit
from kireji.ports import Caller
from tests.adapters.claude.conftest import EMPTY, RULES, prompt
from tests.fakes.clock import FakeClock
from tests.sandbox.claude import ClaudeSandbox, RampLimit, Reply, api_fault

HAIKU = MODELS["claude-haiku-4-5"]
PREFIX = "anthropic-ratelimit-"


def headers(name: str, limit: str, remaining: str) -> dict[str, str]:
    """One limit's."""
    return {f"{PREFIX}{name}-limit": limit, f"{PREFIX}{name}-remaining": remaining}


@pytest.mark.parametrize(
    ("given", "seen"),
    [
        ({}, {}),
        (headers("requests", "50", "49"), {"requests": ReportedLimit(50, 49, 7)}),
        (headers("input-tokens", "2000000", "0"), {"input": ReportedLimit(2_000_000, 0, 7)}),
        (headers("output-tokens", "400000", "1000"), {"output": ReportedLimit(400_000, 1000, 7)}),
        (headers("tokens", "9", "9"), {}),
        (headers("requests", "fifty", "49"), {}),
        (headers("requests", "0", "0"), {}),
        (headers("requests", "50", "-1"), {}),
        (headers("requests", "inf", "1"), {}),
        ({f"{PREFIX}requests-limit": "50"}, {}),
    ],
)
def test_headers(given: Mapping[str, str], seen: dict[str, ReportedLimit]) -> None:
    """The three limits; what is odd, or about both kinds of tokens together, is passed over."""
    assert told(given, 7) == seen


def test_what_a_call_takes() -> None:
    """The whole prefix only if it is not cached; afterwards what was used, cache reads apart."""
    asked = prompt("x" * 220, rules="y" * 2200, brief="z" * 220)
    assert needed(asked, HAIKU, cached=True) == {"requests": 1, "input": pytest.approx(100), "output": LIKELY_OUTPUT}
    assert needed(asked, HAIKU, cached=False)["input"] == pytest.approx(1200)
    assert needed(prompt(max_tokens=64), HAIKU, cached=True)["output"] == 64
    assert taken(Usage(5, 7, 100, 9000)) == {"requests": 1, "input": 105, "output": 7}


class StillClock(FakeClock):
    """Time stands still while requests of these models are under way: else they would arrive late, and in heaps."""

    def __init__(self) -> None:
        super().__init__()
        self.models: list[ClaudeModel] = []

    @override
    async def sleep(self, seconds: float) -> None:
        """Move the time on when nothing is under way."""
        while any(model._queue._under_way for model in self.models):  # noqa: ASYNC110 - real requests end by themselves
            await asyncio.sleep(0.001)
        await super().sleep(seconds)


class Pair:
    """Two processes on one Claude, which lives by the same clock; their governors share."""

    def __init__(self, claude: ClaudeSandbox, clock: StillClock) -> None:
        self.claude = claude
        self.clock = clock
        shelf = LocalBudget()
        self.models = clock.models = [self._model(SharedGovernors(clock, lambda _: shelf)) for _ in range(2)]

    def _model(self, governors: SharedGovernors) -> ClaudeModel:
        return connect(self.claude.api_key, self.claude.url, HAIKU.name, self.clock, governors=governors)

    async def ask(self, *numbers: int, brief: str = "a brief") -> list[bool]:
        """So many calls of each process at once; whether each was answered."""
        calls = (
            model.ask(prompt(f"{index}, chunk {number}", brief=brief))
            for index, (model, count) in enumerate(zip(self.models, numbers, strict=True))
            for number in range(count)
        )
        answers = await asyncio.gather(*calls)
        return [isinstance(answer, Answer) for answer in answers]

    @property
    def refused(self) -> int:
        """How many requests met the limit."""
        return sum(call.status == 429 for call in self.claude.calls)

    async def close(self) -> None:
        """Close the connections."""
        for model in self.models:
            await model.aclose()


@pytest.fixture
def clock() -> StillClock:
    """The adapter's clock."""
    return StillClock()


@pytest.fixture
def slow_claude(clock: StillClock) -> ClaudeSandbox:
    """A Claude that lives by the adapter's clock."""
    return ClaudeSandbox(reviewer=lambda _: [], clock=clock.monotonic)


async def test_a_limit_of_requests_is_kept(slow_claude: ClaudeSandbox, clock: StillClock) -> None:
    """Two processes, thirty calls, ten a minute: all are answered, at most one is refused, and no time is wasted.

    That one is for the other process's first request, which was on its way when the limit was learned, and is counted by nobody.
    """
    with slow_claude as claude:
        claude.rate_limits.requests_per_minute = 10
        pair = Pair(claude, clock)
        assert all(await pair.ask(15, 15))
        assert pair.refused <= 1
        assert 119 <= clock.monotonic() <= 150
        await pair.close()


async def test_a_limit_of_input_tokens_is_kept_and_cache_reads_are_free(
    slow_claude: ClaudeSandbox, clock: StillClock
) -> None:
    """Two prefixes of some 6,000 tokens fit into the limit, as each process may write one; forty of them would not."""
    with slow_claude as claude:
        claude.rate_limits.input_tokens_per_minute = 14_000
        pair = Pair(claude, clock)
        assert all(await pair.ask(20, 20))
        assert pair.refused == 0
        assert clock.monotonic() < 60
        for number in range(4):  # a new prefix each
            assert all(await pair.ask(1, 0, brief=f"brief {number} {RULES}"))
        assert pair.refused <= 1
        assert clock.monotonic() > 60
        await pair.close()


async def test_a_limit_of_output_tokens_is_kept(slow_claude: ClaudeSandbox, clock: StillClock) -> None:
    """Answers of 200 tokens, thirty of them, 3,000 a minute."""
    with slow_claude as claude:
        claude.script(lambda _: Reply(EMPTY + " " * 10 + "word " * 200))
        claude.rate_limits.output_tokens_per_minute = 3000
        pair = Pair(claude, clock)
        assert all(await pair.ask(15, 15))
        written = sum(call.usage.output_tokens for call in claude.calls)
        assert pair.refused <= 3
        assert clock.monotonic() >= 0.8 * (written - 3000) / 3000 * 60
        await pair.close()


async def test_the_first_to_be_told_stops_the_others(slow_claude: ClaudeSandbox, clock: StillClock) -> None:
    """One process is told to pause: the other's calls wait as well, and none of them is refused."""
    with slow_claude as claude:
        pair = Pair(claude, clock)
        assert all(await pair.ask(1, 1))
        claude.faults.add(api_fault(429, code="ramp_limit_exceeded", retry_after="40"))
        clock.advance(SHARE_SECONDS)
        assert all(await pair.ask(1, 0))
        assert clock.monotonic() - SHARE_SECONDS >= 40
        claude.faults.add(api_fault(429, code="ramp_limit_exceeded", retry_after="40"))
        first = asyncio.create_task(pair.ask(1, 0))
        while len(claude.faults.hits) < 2:  # noqa: ASYNC110 - the sandbox is a thread
            await asyncio.sleep(0.001)
        others = asyncio.create_task(pair.ask(0, 5))
        assert all([*await first, *await others])
        assert len(claude.faults.hits) == 2
        assert pair.refused == 0
        await pair.close()


async def test_a_ramp_limit_refuses_few(slow_claude: ClaudeSandbox, clock: StillClock) -> None:
    """Traffic that rises too fast is refused once or twice, not by every call."""
    with slow_claude as claude:
        claude.rate_limits.ramp = RampLimit(requests=4, seconds=10)
        model = connect(claude.api_key, claude.url, HAIKU.name, clock, concurrency=4)
        clock.models = [model]
        answers = await asyncio.gather(*(model.ask(prompt(f"chunk {number}")) for number in range(20)))
        assert all(isinstance(answer, Answer) for answer in answers)
        assert sum(call.status == 429 for call in claude.calls) <= 16
        await model.aclose()


async def test_a_tenant_that_waits_long_is_told(slow_claude: ClaudeSandbox, clock: StillClock) -> None:
    """Ten calls, two a minute: the caller hears that it takes long, before it is over."""
    with slow_claude as claude:
        claude.rate_limits.requests_per_minute = 2
        model = connect(claude.api_key, claude.url, HAIKU.name, clock)
        clock.models = [model]
        heard = list[datetime]()
        caller = Caller("octo", heard.append)
        answers = await asyncio.gather(*(model.ask(prompt(f"chunk {number}"), caller) for number in range(10)))
        assert all(isinstance(answer, Answer) for answer in answers)
        assert clock.monotonic() > 200
        assert abs(heard[0].timestamp() - clock.now().timestamp()) < 60
        await model.aclose()
