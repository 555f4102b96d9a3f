"""The answer's form where a tool can only be offered; and which blocks of an answer are read."""

import json

import pytest
from anthropic.types import RawMessageStreamEvent
from pydantic import TypeAdapter

from kireji.adapters.claude import connect
from kireji.adapters.claude.stream import StreamedAnswer
from kireji.core.models.answer import Answer, Outcome, Unanswered
from kireji.core.models.providers import Access, Provider
from kireji.core.prompts.prompt import Prompt
from tests.adapters.claude.conftest import EMPTY
from tests.fakes.clock import FakeClock
from tests.sandbox.claude import ClaudeSandbox, Reply

ASIDE = Reply("There is nothing to report.", by_tool=False)
EVENTS = TypeAdapter[RawMessageStreamEvent](RawMessageStreamEvent)


async def ask(claude: ClaudeSandbox, *replies: Reply, model: str = "claude-sonnet-5-5") -> Outcome:
    """Ask a model by a provider that takes no schema, with these replies in turn."""
    queue = list(replies)
    claude.script(lambda _: queue.pop(0))
    adapter = connect(claude.api_key, claude.url, model, FakeClock(), access=Access(Provider.COMPATIBLE))
    try:
        return await adapter.ask(Prompt("Rules.", "", "a chunk", 1000, thinking=2000))
    finally:
        await adapter.aclose()


@pytest.mark.parametrize("model", ["claude-sonnet-5-5", "claude-opus-5-5"])
async def test_a_tool_is_offered_where_it_cannot_be_forced(claude: ClaudeSandbox, model: str) -> None:
    """The model may think first, as nothing is forced on it."""
    answer = await ask(claude, Reply(EMPTY), model=model)
    assert isinstance(answer, Answer)
    assert (json.loads(answer.text), answer.attempts) == (json.loads(EMPTY), 1)
    (call,) = claude.calls
    assert (call.request["tool_choice"]["type"], call.request["thinking"]) == ("auto", {"type": "adaptive"})


async def test_who_leaves_the_tool_aside_is_reminded(claude: ClaudeSandbox) -> None:
    """Once; both calls are paid."""
    answer = await ask(claude, ASIDE, Reply(EMPTY))
    assert isinstance(answer, Answer)
    assert (json.loads(answer.text), answer.attempts) == (json.loads(EMPTY), 2)
    first, second = (str(call.request["messages"]) for call in claude.calls)
    assert "Answer by calling the tool `answer`" not in first
    assert "Answer by calling the tool `answer`" in second
    assert answer.usage.output_tokens == sum(call.usage.output_tokens for call in claude.calls)


async def test_who_leaves_it_aside_twice_gives_no_answer(claude: ClaudeSandbox) -> None:
    """And it is told why, with the setting to change."""
    answer = await ask(claude, ASIDE, ASIDE)
    assert isinstance(answer, Unanswered)
    assert answer.attempts == 2
    assert answer.reason.startswith("claude-sonnet-5-5 answered twice without using the tool")
    assert answer.reason.endswith("change KIREJI_MODEL")


@pytest.mark.parametrize("reply", [Reply(EMPTY, by_tool=False), Reply(f"```json\n{EMPTY}\n```", by_tool=False)])
async def test_an_answer_in_its_form_is_taken_without_the_tool(claude: ClaudeSandbox, reply: Reply) -> None:
    """What is right need not be asked for again."""
    answer = await ask(claude, reply)
    assert isinstance(answer, Answer)
    assert (answer.text, answer.attempts) == (reply.text, 1)


@pytest.mark.parametrize(
    "reply", [Reply(stop_reason="refusal", by_tool=False), Reply("{", "max_tokens", by_tool=False)]
)
async def test_who_is_stopped_is_not_reminded(claude: ClaudeSandbox, reply: Reply) -> None:
    """It did not leave anything aside."""
    answer = await ask(claude, reply)
    assert isinstance(answer, Answer)
    assert answer.attempts == 1


def read(*events: dict[str, object]) -> str:
    """The answer that these blocks and deltas make."""
    streamed = StreamedAnswer()
    for event in events:
        streamed.take(EVENTS.validate_python(event))
    return streamed.text


def begins(index: int, **block: object) -> dict[str, object]:
    """A block's beginning."""
    return {"type": "content_block_start", "index": index, "content_block": block}


def goes_on(index: int, kind: str, **said: str) -> dict[str, object]:
    """A piece of a block."""
    return {"type": "content_block_delta", "index": index, "delta": {"type": kind, **said}}


def test_blocks_are_taken_by_their_types() -> None:
    """Thought is none of the answer, wherever it stands; nor is what is said beside a tool, or the input of a second one."""
    thought = [
        begins(0, type="thinking", thinking="", signature=""),
        goes_on(0, "thinking_delta", thinking="Hm."),
        goes_on(0, "signature_delta", signature="s"),
    ]
    text = [begins(1, type="text", text=""), goes_on(1, "text_delta", text="Words.")]
    tool = [
        begins(2, type="tool_use", id="toolu_1", name="answer", input={}),
        goes_on(2, "input_json_delta", partial_json='{"a": 1}'),
    ]
    second = [
        begins(3, type="tool_use", id="toolu_2", name="answer", input={}),
        goes_on(3, "input_json_delta", partial_json='{"a": 2}'),
    ]

    assert read(*thought, *text) == "Words."
    assert read(*text, *thought) == "Words."
    assert read(*thought, *text, *tool, *second) == '{"a": 1}'
    assert read(*thought) == ""


def test_blocks_that_come_whole() -> None:
    """Some servers put all of a block into its beginning."""
    assert read(begins(0, type="text", text="Words.")) == "Words."
    assert read(begins(0, type="tool_use", id="toolu_1", name="answer", input={"a": 1})) == '{"a": 1}'
