"""The prompt cache's rules, seen through the SDK's usage counters and a clock that a test moves."""

import asyncio
import threading
from typing import Any

import pytest
from anthropic import Anthropic, AsyncAnthropic
from anthropic.types import Usage

from tests.sandbox.claude import ClaudeSandbox, Latency, Reply
from tests.sandbox.tests.claude.support import SCHEMA, HandClock, body, schema_config, text_block

RULES = "Look for defects. " * 1000  # 18,000 characters: 5143 tokens, above Haiku 4.5's minimum
BRIEF = "This change adds a search. " * 100  # 2,700 characters: 772 tokens
RULES_TOKENS = 5143
BRIEF_TOKENS = 772


def request(chunk: str = "chunk", **changes: Any) -> dict[str, Any]:
    """A review's request: rules and brief with a breakpoint each, then the chunk."""
    return (
        body(system=[text_block(RULES, "5m"), text_block(BRIEF, "5m")], messages=[{"role": "user", "content": chunk}])
        | changes
    )


def counters(usage: Usage) -> tuple[int, int, int]:
    """Input, written and read tokens."""
    return usage.input_tokens, usage.cache_creation_input_tokens or 0, usage.cache_read_input_tokens or 0


def ask(client: Anthropic, **changes: Any) -> tuple[int, int, int]:
    """One call's counters."""
    return counters(client.messages.create(**request(**changes)).usage)


def test_the_first_call_writes_and_the_second_reads(claude: ClaudeSandbox, client: Anthropic) -> None:
    """The prefix up to the last breakpoint is written once and read by calls with other chunks."""
    prefix = RULES_TOKENS + BRIEF_TOKENS
    assert ask(client) == (6, prefix, 0)
    assert ask(client, messages=[{"role": "user", "content": "another chunk"}]) == (8, 0, prefix)
    assert claude.calls[1].usage.cached_share > 0.99


def test_another_brief_still_reads_the_rules(client: Anthropic) -> None:
    """An earlier breakpoint has an entry of its own: only what follows it is written again."""
    ask(client)
    other = [text_block(RULES, "5m"), text_block(BRIEF + "!", "5m")]
    assert ask(client, system=other) == (6, 772, RULES_TOKENS)


@pytest.mark.filterwarnings("ignore:The model 'claude-sonnet-4-5' is deprecated:DeprecationWarning")
@pytest.mark.parametrize(
    ("model", "characters", "cached"),
    [
        ("claude-haiku-4-5", 14_332, False),  # 4095 tokens
        ("claude-haiku-4-5", 14_336, True),  # 4096
        ("claude-sonnet-4-5", 3_580, False),
        ("claude-sonnet-4-5", 3_584, True),
        ("claude-haiku-5-5", 1_375, False),  # 30 % more tokens for the same text
        ("claude-haiku-5-5", 1_379, True),
    ],
)
def test_below_the_model_s_minimum_nothing_is_cached(
    client: Anthropic, model: str, characters: int, *, cached: bool
) -> None:
    """A prefix that is too short is silently not cached: both counters are 0, the next call too."""
    short = [text_block("x" * characters, "5m")]
    first = ask(client, model=model, system=short)
    second = ask(client, model=model, system=short)
    assert (first[1] > 0, second[2] > 0) == (cached, cached)
    assert first[0] + first[1] == sum(second)


def test_a_breakpoint_below_the_minimum_counts_towards_the_next(client: Anthropic) -> None:
    """The prefix is cumulative: a short block before a breakpoint is cached with what follows it."""
    blocks = [text_block("short rules", "5m"), text_block(RULES, "5m")]
    assert ask(client, system=blocks) == (6, RULES_TOKENS + 4, 0)
    assert ask(client, system=blocks) == (6, 0, RULES_TOKENS + 4)


def test_no_breakpoint_no_cache(client: Anthropic) -> None:
    """Writes happen at breakpoints only."""
    assert ask(client, system=[text_block(RULES)])[1:] == (0, 0)
    assert ask(client, system=[text_block(RULES)])[1:] == (0, 0)


def test_a_top_level_mark_stands_at_the_last_block(client: Anthropic) -> None:
    """cache_control on the request caches all of it."""
    whole = {"system": RULES, "cache_control": {"type": "ephemeral"}}
    assert ask(client, **whole)[0] == 0
    assert ask(client, **whole)[1] == 0


@pytest.mark.filterwarnings("ignore:The model 'claude-sonnet-4-5' is deprecated:DeprecationWarning")
@pytest.mark.parametrize(
    ("changes", "kept"),
    [
        ({"output_config": schema_config()}, 0),
        ({"model": "claude-sonnet-4-5"}, 0),
        ({"tools": [{"name": "look", "input_schema": {"type": "object"}}]}, 0),
        ({"thinking": {"type": "enabled", "budget_tokens": 1024}, "max_tokens": 2000}, RULES_TOKENS + BRIEF_TOKENS),
        ({"metadata": {"user_id": "someone"}}, RULES_TOKENS + BRIEF_TOKENS),
    ],
)
def test_what_invalidates_the_system_prefix(client: Anthropic, changes: dict[str, Any], kept: int) -> None:
    """Another schema, model or tool loses all; another thinking setting leaves the system prompt's entry."""
    ask(client)
    assert ask(client, **changes)[2] == kept


def test_one_schema_keeps_its_prefix(client: Anthropic) -> None:
    """With the same schema the prefix is read; a reordered one is another."""
    ask(client, output_config=schema_config())
    assert ask(client, output_config=schema_config())[1] == 0
    turned = dict(reversed(list(SCHEMA.items())))
    assert ask(client, output_config=schema_config(turned))[2] == 0


def test_thinking_invalidates_the_messages(client: Anthropic) -> None:
    """A breakpoint in the messages is lost when the thinking setting changes."""
    messages = [{"role": "user", "content": [text_block(RULES, "5m"), text_block("chunk")]}]
    plain = {"system": "Be brief.", "messages": messages, "max_tokens": 2000}
    thinking = plain | {"thinking": {"type": "enabled", "budget_tokens": 1024}}
    ask(client, **plain)
    assert ask(client, **plain)[2] > 0
    assert ask(client, **thinking)[2] == 0


async def test_cold_calls_at_once_all_pay_for_the_write(claude: ClaudeSandbox) -> None:
    """Calls that arrive before the first one's message_start find nothing to read; all of them write."""
    everyone = threading.Barrier(4, timeout=30)

    def answer(_: object) -> None:
        everyone.wait()

    claude.script(answer)
    async with AsyncAnthropic(base_url=claude.url, api_key=claude.api_key, max_retries=0) as client:
        cold = await asyncio.gather(*(client.messages.create(**request(f"chunk {n}")) for n in range(4)))
    assert [counters(answer.usage)[1:] for answer in cold] == [(RULES_TOKENS + BRIEF_TOKENS, 0)] * 4


async def test_an_entry_is_readable_from_message_start(claude: ClaudeSandbox) -> None:
    """A call sent at the first one's message_start reads what that one, which writes on for a minute, has paid for."""
    claude.script(lambda _: Reply("word " * 400))
    claude.latency = Latency(per_output_token=0.1)
    read: list[tuple[int, int, int]] = []
    async with (
        AsyncAnthropic(base_url=claude.url, api_key=claude.api_key, max_retries=0) as client,
        client.messages.stream(**request()) as opener,
    ):
        async for event in opener:
            if event.type == "message_start":
                follower = await client.messages.create(**request("the next", max_tokens=1))
                read = [counters(event.message.usage), counters(follower.usage)]
                break

    prefix = RULES_TOKENS + BRIEF_TOKENS
    assert read == [(6, prefix, 0), (7, 0, prefix)]
    assert claude.calls[0].finished is None


def test_entries_die_after_five_minutes_unless_read(claude: ClaudeSandbox, client: Anthropic, clock: HandClock) -> None:
    """The lifetime runs from the request's start, and each read renews it."""
    ask(client)
    for _ in range(3):
        clock.pass_by(299)
        assert ask(client)[1] == 0
    clock.pass_by(301)
    assert len(claude.cache) == 0
    assert ask(client)[1] > 0


def test_hour_entries_live_longer_and_cost_more(claude: ClaudeSandbox, client: Anthropic, clock: HandClock) -> None:
    """1h and 5m writes are counted apart and priced apart; after five minutes only the 1h entry is left."""
    system = [text_block(RULES, "1h"), text_block(BRIEF, "5m")]
    created = client.messages.create(**request(system=system)).usage.cache_creation
    assert created is not None
    assert (created.ephemeral_1h_input_tokens, created.ephemeral_5m_input_tokens) == (RULES_TOKENS, BRIEF_TOKENS)
    micro = 6 * 1 + RULES_TOKENS * 2 + BRIEF_TOKENS * 1.25 + claude.calls[0].usage.output_tokens * 5
    assert float(claude.calls[0].cost) == pytest.approx(micro / 1e6)
    clock.pass_by(400)
    assert ask(client, system=system) == (6, BRIEF_TOKENS, RULES_TOKENS)


@pytest.mark.parametrize(("blocks", "read"), [(19, True), (20, False)])
def test_a_lookup_goes_back_twenty_blocks(client: Anthropic, blocks: int, *, read: bool) -> None:
    """An entry is found from a later breakpoint if it is one of the last 20 blocks before and with it."""
    client.messages.create(**body(system=[text_block(RULES, "5m")]))
    longer = [text_block(RULES), *[text_block(f"block {n}") for n in range(blocks - 1)], text_block("end", "5m")]
    assert (counters(client.messages.create(**body(system=longer)).usage)[2] > 0) is read


def test_a_warm_up_writes_without_an_answer(claude: ClaudeSandbox, client: Anthropic) -> None:
    """max_tokens=0 answers with nothing and leaves the prefix readable."""
    warm = client.messages.create(**request(max_tokens=0))
    assert (warm.content, warm.usage.output_tokens) == ([], 0)
    assert ask(client)[1] == 0
    assert claude.count() == 2


def test_clearing_forgets(claude: ClaudeSandbox, client: Anthropic) -> None:
    """cache.clear() makes the next call cold."""
    ask(client)
    claude.cache.clear()
    assert ask(client)[2] == 0
