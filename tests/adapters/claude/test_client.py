"""The adapter when all goes well: what it sends, what it makes of the answer, how calls go together."""

import asyncio
import json
import logging
import threading
import time
from typing import Any

import pytest

from kireji.adapters.claude import ClaudeModel, connect
from kireji.core.models.answer import Answer, Stop
from kireji.core.models.catalogue import total
from kireji.core.prompts import talk, verdicts
from kireji.core.prompts.prompt import ANSWER_SCHEMA, Prompt
from kireji.errors import SettingsError
from tests.adapters.claude.conftest import EMPTY, RULES, prompt, requests
from tests.fakes.clock import FakeClock
from tests.sandbox.claude import ClaudeSandbox, Latency, Reply, api_fault


async def test_the_request(claude: ClaudeSandbox, model: ClaudeModel) -> None:
    """Two cached system blocks, the chunk as the only message, the one schema, streaming, and nothing else."""
    await model.ask(prompt("the chunk", brief="the brief", max_tokens=1234))
    assert claude.calls[0].request == {
        "model": "claude-haiku-4-5",
        "max_tokens": 1234,
        "system": [
            {"type": "text", "text": RULES, "cache_control": {"type": "ephemeral"}},
            {"type": "text", "text": "the brief", "cache_control": {"type": "ephemeral"}},
        ],
        "messages": [{"role": "user", "content": "the chunk"}],
        "output_config": {"format": {"type": "json_schema", "schema": ANSWER_SCHEMA}},
        "stream": True,
    }


@pytest.mark.parametrize("schema", [verdicts.SCHEMA, talk.SCHEMA])
async def test_a_prompt_s_own_schema_is_sent(
    claude: ClaudeSandbox, model: ClaudeModel, schema: dict[str, object]
) -> None:
    """The API compiles it, and the answer satisfies it."""
    answer = await model.ask(Prompt("Rules.", "", "=== thread 1: x\n| said", 1000, schema))
    assert isinstance(answer, Answer)
    assert claude.calls[0].request["output_config"]["format"]["schema"] == schema
    assert [*json.loads(answer.text)] == schema["required"]


async def test_an_empty_brief_is_left_out(claude: ClaudeSandbox, model: ClaudeModel) -> None:
    """The API refuses empty text blocks."""
    assert isinstance(await model.ask(prompt(brief="")), Answer)
    assert len(claude.calls[0].request["system"]) == 1


async def test_max_tokens_are_capped(claude: ClaudeSandbox, model: ClaudeModel) -> None:
    """No more than the model can write is asked for."""
    assert isinstance(await model.ask(prompt(max_tokens=100_000)), Answer)
    assert claude.calls[0].request["max_tokens"] == 64_000


async def test_text_that_utf8_cannot_carry(claude: ClaudeSandbox, model: ClaudeModel) -> None:
    """Lone surrogates of a hostile file do not bring the call down."""
    answers = [await model.ask(prompt("a\udc80b")), await model.ask(prompt(brief="c\ud800d"))]
    assert all(isinstance(answer, Answer) for answer in answers)
    assert claude.calls[0].request["messages"][0]["content"] == "a?b"


async def test_an_answer(claude: ClaudeSandbox, model: ClaudeModel) -> None:
    """Text, stop, the service's own count of tokens, one attempt."""
    answer = await model.ask(prompt())
    assert isinstance(answer, Answer)
    assert (answer.text, answer.stop, answer.attempts) == (EMPTY, Stop.END, 1)
    assert answer.usage == claude.calls[0].usage
    assert answer.usage.cache_write_tokens > 4096
    assert model.name == "claude-haiku-4-5"


@pytest.mark.parametrize(
    ("reply", "stop"),
    [
        (Reply("no", "refusal"), Stop.REFUSAL),
        (Reply('{"findings": [', "max_tokens"), Stop.CUT),
        (Reply('{"findings": [', "model_context_window_exceeded"), Stop.FULL),
    ],
)
async def test_other_stops(claude: ClaudeSandbox, model: ClaudeModel, reply: Reply, stop: Stop) -> None:
    """A refusal and a cut are answers, with their text and usage, and are not asked again."""
    claude.script(lambda _: reply)
    answer = await model.ask(prompt())
    assert isinstance(answer, Answer)
    assert (answer.text, answer.stop, answer.usage) == (reply.text, stop, claude.calls[0].usage)
    assert requests(claude) == 1


async def test_ten_cold_calls_pay_one_write(claude: ClaudeSandbox, model: ClaudeModel) -> None:
    """Ten calls at once on a cold prefix: one writes the cache, nine read it."""
    claude.latency = Latency(first_token=0.05)
    answers = await asyncio.gather(*(model.ask(prompt(f"chunk {number}")) for number in range(10)))
    written = [answer.usage.cache_write_tokens > 0 for answer in answers]
    read = [answer.usage.cache_read_tokens > 0 for answer in answers]
    assert (sum(written), sum(read), len(claude.calls)) == (1, 9, 10)
    assert [not hit for hit in read] == written


async def test_a_failing_opener_costs_no_second_write(claude: ClaudeSandbox, model: ClaudeModel) -> None:
    """When the first two openers are turned away, a third opens; still one write, and all are answered."""
    claude.latency = Latency(first_token=0.05)
    claude.faults.add(api_fault(529, times=2))
    answers = await asyncio.gather(*(model.ask(prompt(f"chunk {number}")) for number in range(6)))
    assert all(isinstance(answer, Answer) for answer in answers)
    assert [call.usage.cache_write_tokens > 0 for call in claude.calls] == [True] + [False] * 5


async def test_a_warm_prefix_lets_all_go_at_once(claude: ClaudeSandbox, model: ClaudeModel) -> None:
    """After one call, five others are in flight together: each waits in the sandbox for the fifth."""
    await model.ask(prompt())
    together = threading.Barrier(5, timeout=20)

    def meet(_: dict[str, Any]) -> Reply:
        together.wait()
        return Reply(EMPTY)

    claude.script(meet)
    answers = await asyncio.gather(*(model.ask(prompt(f"chunk {number}")) for number in range(5)))
    assert all(answer.usage.cache_read_tokens for answer in answers)


async def test_a_prefix_too_short_for_the_cache_is_not_waited_for(claude: ClaudeSandbox, model: ClaudeModel) -> None:
    """Cold calls that cannot share anything are in flight together."""
    together = threading.Barrier(5, timeout=20)

    def meet(_: dict[str, Any]) -> Reply:
        together.wait()
        return Reply(EMPTY)

    claude.script(meet)
    answers = await asyncio.gather(*(model.ask(prompt(f"chunk {n}", rules="Short.")) for n in range(5)))
    assert all(isinstance(answer, Answer) for answer in answers)


async def test_the_concurrency_limit(claude: ClaudeSandbox, clock: FakeClock) -> None:
    """Of twelve calls three are in flight at a time: no fewer (each waits for two others), no more."""
    model = connect(claude.api_key, claude.url, "claude-haiku-4-5", clock, concurrency=3)
    together = threading.Barrier(3, timeout=20)
    lock = threading.Lock()
    inside: list[int] = [0]
    most: list[int] = [0]

    def count(_: dict[str, Any]) -> Reply:
        with lock:
            inside[0] += 1
            most[0] = max(most[0], inside[0])
        together.wait()
        time.sleep(0.02)  # time for one too many to arrive
        with lock:
            inside[0] -= 1
        return Reply(EMPTY)

    await model.ask(prompt())
    claude.script(count)
    await asyncio.gather(*(model.ask(prompt(f"chunk {number}")) for number in range(12)))
    await model.aclose()
    assert most == [3]


async def test_waiting_at_the_gate_takes_no_slot(claude: ClaudeSandbox, clock: FakeClock) -> None:
    """While ten calls wait for a prefix to open, a call with another prefix gets one of the two slots."""
    model = connect(claude.api_key, claude.url, "claude-haiku-4-5", clock, concurrency=2)
    other_is_here = threading.Event()

    def answer(body: dict[str, Any]) -> Reply:
        if body["messages"][0]["content"] == "the other":
            other_is_here.set()
        else:
            assert other_is_here.wait(20)
        return Reply(EMPTY)

    claude.script(answer)
    waiting = [asyncio.create_task(model.ask(prompt(f"chunk {number}"))) for number in range(10)]
    await asyncio.sleep(0)
    await model.ask(prompt("the other", brief="another brief"))
    answers = await asyncio.gather(*waiting)
    await model.aclose()
    assert all(isinstance(answer, Answer) for answer in answers)


async def test_a_cancelled_call_leaves_the_way_free(claude: ClaudeSandbox, model: ClaudeModel) -> None:
    """Cancelling the opener in flight lets the others go on."""
    arrived = threading.Event()
    release = threading.Event()

    def hold_first(body: dict[str, Any]) -> Reply:
        if body["messages"][0]["content"] == "first":
            arrived.set()
            release.wait(20)
        return Reply(EMPTY)

    claude.script(hold_first)
    first = asyncio.create_task(model.ask(prompt("first")))
    await asyncio.to_thread(arrived.wait, 20)
    others = [asyncio.create_task(model.ask(prompt(f"chunk {number}"))) for number in range(3)]
    await asyncio.sleep(0)
    first.cancel()
    answers = await asyncio.gather(*others)
    release.set()
    assert all(isinstance(answer, Answer) for answer in answers)
    assert first.cancelled()


def test_a_new_event_loop_finds_it_working(claude: ClaudeSandbox, clock: FakeClock) -> None:
    """Two loops after one another, with calls that have to wait for slots in each."""
    model = connect(claude.api_key, claude.url, "claude-haiku-4-5", clock, concurrency=2)

    async def several() -> list[bool]:
        answers = await asyncio.gather(*(model.ask(prompt(f"chunk {number}")) for number in range(6)))
        return [isinstance(answer, Answer) for answer in answers]

    assert asyncio.run(several()) == [True] * 6
    assert asyncio.run(several()) == [True] * 6


async def test_the_log(claude: ClaudeSandbox, clock: FakeClock, caplog: pytest.LogCaptureFixture) -> None:
    """One line a call, with figures and the request's id; neither the prompt nor the answer nor the key, at any level."""
    caplog.set_level(logging.DEBUG)
    claude.script(lambda _: Reply('{"findings": ["the answer"]}'))
    model = connect(claude.api_key, claude.url, "claude-haiku-4-5", clock)
    answer = await model.ask(prompt("the chunk", brief="the brief"))
    await model.aclose()
    (line,) = [record.getMessage() for record in caplog.records if record.name == "kireji.claude"]
    assert f"model=claude-haiku-4-5 input={answer.usage.input_tokens} output={answer.usage.output_tokens} " in line
    assert f"cache_write={answer.usage.cache_write_tokens} cache_read=0 " in line
    assert "attempts=1 request=req_" in line

    for secret in ("the chunk", "the brief", "the answer", RULES[:20], claude.api_key):
        assert secret not in caplog.text


async def test_usage_adds_up_over_many_calls(claude: ClaudeSandbox, model: ClaudeModel) -> None:
    """What the answers count is what the service counted."""
    answers = await asyncio.gather(*(model.ask(prompt(f"chunk {number}")) for number in range(8)))
    assert total(answer.usage for answer in answers) == total(call.usage for call in claude.calls)


def test_an_unknown_model_is_named() -> None:
    """A model that is not in the table is the operator's mistake, told with what there is."""
    with pytest.raises(SettingsError, match=r"KIREJI_MODEL is 'claude-2', which is none of: claude-haiku-4-5, "):
        connect("key", None, "claude-2", FakeClock())
