"""The adapter when the service fails, in each way in which it can."""

import asyncio
import gc
import logging
from collections.abc import Callable

import anthropic
import pytest

from kireji.adapters.claude import ClaudeModel, connect
from kireji.core.models.answer import Answer, Unanswered
from kireji.core.models.catalogue import Usage
from tests.adapters.claude.conftest import EMPTY, prompt, requests
from tests.fakes.clock import FakeClock
from tests.sandbox.claude import ClaudeSandbox, api_fault
from tests.sandbox.faults import Fault

MESSAGES = "POST /v1/messages"
Plan = Callable[[ClaudeSandbox], None]


def status(code: int) -> Plan:
    """The service answers once with this status."""
    return lambda claude: claude.faults.add(api_fault(code))


def body(text: str) -> Plan:
    """Something in between answers once with 200 and this text."""
    return lambda claude: claude.faults.add(Fault(MESSAGES, status=200, body=text))


def drop(claude: ClaudeSandbox) -> None:
    """The connection is cut once before there is an answer."""
    claude.faults.add(Fault(MESSAGES, drop="before"))


BEFORE_THE_START = {str(code): status(code) for code in (408, 409, 429, 500, 502, 503, 504, 529)} | {
    "dropped": drop,
    "a page of a proxy": body("<html>Bad gateway</html>"),
    "a garbled event": body("event: message_start\ndata: {oops\n\n"),
    "bytes that are no text": lambda claude: claude.faults.add(
        Fault(MESSAGES, status=200, body=b"event: message_start\ndata: \xff\n\n")
    ),
}


@pytest.mark.parametrize("plan", BEFORE_THE_START.values(), ids=BEFORE_THE_START)
async def test_a_passing_failure_is_tried_again(claude: ClaudeSandbox, model: ClaudeModel, plan: Plan) -> None:
    """Each failure that can pass costs one more request and nothing else."""
    plan(claude)
    answer = await model.ask(prompt())
    assert isinstance(answer, Answer)
    assert (answer.text, answer.attempts, requests(claude)) == (EMPTY, 2, 2)
    assert answer.usage == claude.calls[-1].usage


@pytest.mark.parametrize("kind", ["error api_error", "error overloaded_error", "cut", "drop"])
async def test_a_stream_that_breaks_is_tried_again(claude: ClaudeSandbox, model: ClaudeModel, kind: str) -> None:
    """The three ways in which streams break; what the broken one has cost is counted, as far as it told."""
    name, _, error_type = kind.partition(" ")
    match name:
        case "error":
            claude.stream_faults.add("error", error_type=error_type)
        case "cut":
            claude.stream_faults.add("cut")
        case _:
            claude.stream_faults.add("drop")

    answer = await model.ask(prompt())
    broken, whole = claude.calls
    assert isinstance(answer, Answer)
    assert (answer.text, answer.attempts) == (EMPTY, 2)
    assert answer.usage == whole.usage + Usage(
        broken.usage.input_tokens, 1, broken.usage.cache_write_tokens, broken.usage.cache_read_tokens
    )
    assert broken.usage.cache_write_tokens == whole.usage.cache_read_tokens > 0


async def test_a_broken_stream_is_not_left_to_the_garbage_collector(claude: ClaudeSandbox, model: ClaudeModel) -> None:
    """Its error is gone once the call is over; the collector would close the stream's generators in any thread."""
    claude.stream_faults.add("error", times=5)
    gc.collect()
    gc.disable()
    others = {
        id(thing) for thing in gc.get_objects() if isinstance(thing, anthropic.APIError)
    }  # of other tests' tables
    try:
        await model.ask(prompt())
        errors = [thing for thing in gc.get_objects() if isinstance(thing, anthropic.APIError)]
        assert not [error for error in errors if id(error) not in others]
    finally:
        gc.enable()


async def test_an_invalid_request_inside_a_stream_is_final(claude: ClaudeSandbox, model: ClaudeModel) -> None:
    """An error event says by its type that another try is useless; the usage is kept."""
    claude.stream_faults.add("error", error_type="invalid_request_error")
    answer = await model.ask(prompt())
    assert isinstance(answer, Unanswered)
    assert "invalid (400)" in answer.reason
    assert answer.usage.cache_write_tokens == claude.calls[0].usage.cache_write_tokens > 0
    assert requests(claude) == 1


async def test_after_five_tries_it_gives_up(claude: ClaudeSandbox, model: ClaudeModel, clock: FakeClock) -> None:
    """A service that stays overloaded: five requests, four waits, and the reason."""
    claude.faults.add(api_fault(529, times=100))
    answer = await model.ask(prompt())
    assert answer == Unanswered("Claude was overloaded (529)", Usage(), answer.seconds, 5)
    assert (requests(claude), len(clock.sleeps)) == (5, 4)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (400, "invalid (400)"),
        (402, "check billing"),
        (403, "check the key's workspace and permissions"),
        (404, "check KIREJI_MODEL and ANTHROPIC_BASE_URL"),
        (413, "too large for Claude (413)"),
    ],
)
async def test_a_final_failure_is_told_at_once(
    claude: ClaudeSandbox, model: ClaudeModel, code: int, words: str
) -> None:
    """One request, and a reason that names what to do."""
    claude.faults.add(api_fault(code))
    answer = await model.ask(prompt())
    assert isinstance(answer, Unanswered)
    assert words in answer.reason
    assert (answer.attempts, requests(claude)) == (1, 1)


async def test_a_refused_key(claude: ClaudeSandbox, clock: FakeClock, caplog: pytest.LogCaptureFixture) -> None:
    """The reason is plain, the key is nowhere, and calls that wait do not try it again."""
    caplog.set_level(logging.DEBUG)
    model = connect("sk-ant-wrong", claude.url, "claude-haiku-4-5", clock)
    claude.faults.add(Fault(MESSAGES, times=100))  # changes nothing, but counts
    answers = await asyncio.gather(*(model.ask(prompt(f"chunk {number}")) for number in range(8)))
    await model.aclose()

    assert {answer.reason for answer in answers if isinstance(answer, Unanswered)} == {
        "Claude refused the API key (401): check ANTHROPIC_API_KEY"
    }
    assert sum(answer.attempts for answer in answers) == 1
    assert len(claude.faults.hits) == 1
    assert "sk-ant-wrong" not in caplog.text


async def test_a_spend_limit_ends_it_for_all(claude: ClaudeSandbox, model: ClaudeModel, clock: FakeClock) -> None:
    """Eight calls, one request; half a minute later calls try again, as the limit may have been raised."""
    claude.faults.add(api_fault(429, code="enforced_spend_limit_reached", retry_after="1"))
    answers = await asyncio.gather(*(model.ask(prompt(f"chunk {number}")) for number in range(8)))
    assert {answer.reason for answer in answers if isinstance(answer, Unanswered)} == {
        "Claude's monthly spend limit is reached: raise it in the Claude Console"
    }
    assert (len(answers), requests(claude), clock.sleeps) == (8, 1, [])
    clock.advance(30)
    assert isinstance(await model.ask(prompt()), Answer)


async def test_a_named_wait_is_kept(claude: ClaudeSandbox, model: ClaudeModel, clock: FakeClock) -> None:
    """A ramp limit names its seconds; they are waited, and up to a tenth more (and the governor's millisecond)."""
    claude.faults.add(api_fault(429, code="ramp_limit_exceeded", retry_after="7"))
    assert isinstance(await model.ask(prompt()), Answer)
    assert len(clock.sleeps) == 1
    assert 7 <= clock.sleeps[0] < 7.8


async def test_a_backoff_takes_no_slot(claude: ClaudeSandbox, clock: FakeClock) -> None:
    """With one slot for two calls, the second goes while the first, turned away, waits."""
    model = connect(claude.api_key, claude.url, "claude-haiku-4-5", clock, concurrency=1)
    await model.ask(prompt())
    claude.faults.add(api_fault(529))
    answers = await asyncio.gather(model.ask(prompt("first")), model.ask(prompt("second")))
    await model.aclose()
    assert [answer.attempts for answer in answers] == [2, 1]
    assert [call.request["messages"][0]["content"] for call in claude.calls[1:]] == ["second", "first"]


async def test_an_hours_wait_is_not_waited(claude: ClaudeSandbox, model: ClaudeModel, clock: FakeClock) -> None:
    """A wait beyond the limit ends the call; the reason tells it."""
    claude.faults.add(api_fault(429, retry_after="3600"))
    answer = await model.ask(prompt())
    assert isinstance(answer, Unanswered)
    assert answer.reason == "Claude's rate limit was reached (429) and asks to wait 1 hour"
    assert (requests(claude), clock.sleeps) == (1, [])


async def test_a_call_in_flight_does_not_go_on_when_all_are_refused(
    claude: ClaudeSandbox, model: ClaudeModel, clock: FakeClock
) -> None:
    """A call that failed in passing while another met the spend limit stops with the other's reason."""
    await model.ask(prompt())
    claude.faults.add(api_fault(429, code="contract_spend_limit_reached"))
    claude.faults.add(Fault(MESSAGES, delay=0.1, status=529, times=100))
    answers = await asyncio.gather(*(model.ask(prompt(f"chunk {number}")) for number in range(3)))
    assert {answer.reason for answer in answers if isinstance(answer, Unanswered)} == {
        "The spend limit of the Anthropic contract is reached: ask Anthropic to raise it"
    }
    assert (len(answers), len(claude.faults.hits), clock.sleeps) == (3, 3, [])


async def test_nobody_listens(claude: ClaudeSandbox, clock: FakeClock) -> None:
    """A service that is not there is told as such, after all tries."""
    claude.stop()
    model = connect("key", claude.url, "claude-haiku-4-5", clock)
    answer = await model.ask(prompt())
    await model.aclose()
    assert answer == Unanswered("Claude could not be reached", Usage(), answer.seconds, 5)
