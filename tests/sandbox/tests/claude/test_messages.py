"""Messages as the real SDK sees them: events, answers, cuts, usage, cost and many streams at once."""

import asyncio
import json
import threading
from decimal import Decimal

import pytest
from anthropic import Anthropic, AsyncAnthropic, InternalServerError

from kireji.core.models.catalogue import Usage
from kireji.core.prompts import talk, verdicts
from tests.sandbox.claude import ClaudeSandbox, Latency, Reply
from tests.sandbox.tests.claude.support import HAIKU, SCHEMA, body, schema_config

CHUNK = """\
Review this.

=== file: "a.py" (modified, Python)
@@ -1 +1,2 @@
R1 + | def f(found=[]):
R2   |     return found"""


def test_a_stream_has_the_original_s_events_in_order(claude: ClaudeSandbox, client: Anthropic) -> None:
    """message_start opens with the input's usage, text comes in pieces, message_delta closes with stop and usage."""
    claude.script(lambda _: Reply("word " * 40))
    events = list(client.messages.create(**body(stream=True)))
    kinds = [event.type for event in events]
    pieces = kinds.count("content_block_delta")

    assert pieces > 3
    assert kinds == [
        "message_start",
        "content_block_start",
        *["content_block_delta"] * pieces,
        "content_block_stop",
        "message_delta",
        "message_stop",
    ]

    start = events[0].message
    end = events[-2]

    assert (start.stop_reason, start.content, start.usage.input_tokens) == (None, [], 6)
    assert (end.delta.stop_reason, end.usage.output_tokens) == ("end_turn", 58)


def test_the_stream_holds_a_ping(claude: ClaudeSandbox, client: Anthropic) -> None:
    """The SDK hides pings, so the raw bytes are looked at: one comes after content_block_start."""
    raw = client.messages.with_raw_response.create(**body(stream=True)).http_response.read().decode()
    names = [line.removeprefix("event: ") for line in raw.splitlines() if line.startswith("event: ")]
    assert names[:3] == ["message_start", "content_block_start", "ping"]
    assert claude.count() == 1


def test_streamed_and_whole_answers_agree(client: Anthropic) -> None:
    """The same question gives the same message, streamed or not."""
    whole = client.messages.create(**body())
    with client.messages.stream(**body()) as stream:
        streamed = stream.get_final_message()
    skip = {"id", "content"}
    assert whole.model_dump(exclude=skip) == streamed.model_dump(exclude={*skip, "parsed_output"})
    assert whole.content[0].model_dump()["text"] == streamed.content[0].model_dump()["text"]


def test_the_reviewer_answers_under_the_schema(client: Anthropic) -> None:
    """Without a script the answer is the stand-in reviewer's findings on the last user message, as JSON."""
    answer = client.messages.create(**body(messages=[{"role": "user", "content": CHUNK}]))
    (finding,) = json.loads(answer.content[0].model_dump()["text"])["findings"]
    assert (finding["path"], finding["start_line"], finding["quote"]) == ("a.py", 1, "def f(found=[]):")


def said(client: Anthropic, schema: dict[str, object], text: str) -> dict[str, object]:
    """The answer under a schema."""
    asked = body(messages=[{"role": "user", "content": text}], output_config=schema_config(schema))
    return json.loads(client.messages.create(**asked).content[0].model_dump()["text"])


def test_the_schema_says_what_is_asked(claude: ClaudeSandbox, client: Anthropic) -> None:
    """Verdicts and answers have schemas of their own, and the stand-in answers under each."""
    threads = f"=== thread 1: x\n| Mutable default argument is shared between calls\n{CHUNK}\n\n=== thread 2: y\n| Else"
    rows = said(client, verdicts.SCHEMA, threads)["verdicts"]
    assert [(row["thread"], row["fixed"]) for row in rows] == [(1, "no"), (2, "yes")]  # pyrefly: ignore[not-iterable] - JSON
    assert said(client, talk.SCHEMA, "The question:\n| Why?\n\nAnswer.")["withdraw"] is False
    claude.script(lambda _: [{"title": "Else", "quote": "def f(found=[]):"}])
    rows = said(client, verdicts.SCHEMA, f"=== thread 7: x\n| Else\n{CHUNK}")["verdicts"]
    assert [(row["thread"], row["fixed"]) for row in rows] == [(7, "no")]  # pyrefly: ignore[not-iterable] - JSON


def test_a_script_may_give_a_whole_answer(claude: ClaudeSandbox, client: Anthropic) -> None:
    """A mapping is the answer as it is, and must satisfy the schema; a Reply may be anything."""
    mine = {"answer": "Mine.", "withdraw": True}
    claude.script(lambda _: mine)
    assert said(client, talk.SCHEMA, "?") == mine
    with pytest.raises(InternalServerError, match="does not satisfy the schema"):
        said(client, verdicts.SCHEMA, "?")
    claude.script(lambda _: Reply('{"answer": 3}'))
    assert said(client, talk.SCHEMA, "?") == {"answer": 3}


def test_findings_that_break_the_schema_are_not_sent(claude: ClaudeSandbox, client: Anthropic) -> None:
    """A structured output satisfies its schema; findings that do not are an error of the test, told as a 500."""
    claude.script(lambda _: [{"path": "a.py", "replacement": None}])
    answer = client.messages.create(**body(output_config=schema_config()))
    assert json.loads(answer.content[0].model_dump()["text"]) == {"findings": [{"path": "a.py", "replacement": None}]}
    claude.script(lambda _: [{"path": 3, "replacement": None}])
    with pytest.raises(InternalServerError, match="does not satisfy the schema"):
        client.messages.create(**body(output_config=schema_config()))


def test_a_long_answer_is_cut_at_max_tokens(claude: ClaudeSandbox, client: Anthropic) -> None:
    """The text ends where the limit is, the stop reason says so, and no more than the limit is billed."""
    claude.script(lambda _: Reply("x" * 3500))
    answer = client.messages.create(**body(max_tokens=100))
    assert answer.stop_reason == "max_tokens"
    assert (len(answer.content[0].model_dump()["text"]), answer.usage.output_tokens) == (350, 100)
    assert claude.calls[0].stop_reason == "max_tokens"


def test_a_script_may_leave_requests_to_the_reviewer(claude: ClaudeSandbox, client: Anthropic) -> None:
    """A script sees the request; None leaves the answer to the reviewer; script(None) ends it."""
    claude.script(lambda request: Reply("mine") if request["max_tokens"] == 7 else None)
    texts = [client.messages.create(**body(max_tokens=most)).content[0].model_dump()["text"] for most in (7, 8)]
    claude.script(None)
    texts.append(client.messages.create(**body(max_tokens=7)).content[0].model_dump()["text"])
    assert texts == ["mine", '{"findings": []}', '{"findings": []}']


def test_a_refusal_has_stop_details(claude: ClaudeSandbox, client: Anthropic) -> None:
    """A refusal comes as a stop reason with details, streamed as well."""
    claude.script(lambda _: Reply(stop_reason="refusal", output_tokens=3))
    with client.messages.stream(**body()) as stream:
        message = stream.get_final_message()
    assert (message.stop_reason, message.content, message.usage.output_tokens) == ("refusal", [], 3)
    assert message.stop_details is not None


def test_the_context_s_end_stops_the_answer(claude: ClaudeSandbox, client: Anthropic) -> None:
    """Where prompt and answer together exceed the context, the answer stops there with a reason of its own."""
    claude.script(lambda _: Reply("long", output_tokens=60_000))
    text = "x" * int(190_000 * 3.5)
    answer = client.messages.create(**body(max_tokens=64_000, messages=[{"role": "user", "content": text}]), timeout=9)
    assert answer.stop_reason == "model_context_window_exceeded"
    assert answer.usage.input_tokens + answer.usage.output_tokens == 200_000


def test_cost_comes_from_the_price_table(claude: ClaudeSandbox, client: Anthropic) -> None:
    """Each call carries its cost, and the sandbox adds them up: 10 tokens in and 100 out on Haiku 4.5, and on 5.5."""
    claude.script(lambda _: Reply("x", output_tokens=100))
    client.messages.create(**body(messages=[{"role": "user", "content": "x" * 21}]))
    newer = body(model="claude-haiku-5-5", messages=[{"role": "user", "content": "x" * 21}])
    client.messages.create(**newer, thinking={"type": "disabled"})
    assert [call.usage.total_input for call in claude.calls] == [10, 12]
    assert [call.cost for call in claude.calls] == [Decimal("0.00051"), Decimal("0.0000512")]
    assert claude.cost() == Decimal("0.0005612")


def test_answers_name_the_dated_model(claude: ClaudeSandbox, client: Anthropic) -> None:
    """An alias is answered by the dated model, and the dated id is taken too."""
    assert client.messages.create(**body()).model == "claude-haiku-4-5-20251001"
    assert client.messages.create(**body(model="claude-haiku-4-5-20251001")).model == "claude-haiku-4-5-20251001"
    assert [call.model for call in claude.calls] == [HAIKU, HAIKU]


def test_latency_is_repeatable_and_quicker_from_the_cache() -> None:
    """The same seed gives the same waits, within the jitter; a prompt from the cache begins sooner."""
    cold = Usage(1000, 0, 0, 0)
    warm = Usage(100, 0, 0, 900)
    pace = Latency(first_token=1.0, per_output_token=0.01, jitter=0.2, seed=5, first_token_cached=0.5)
    again = Latency(first_token=1.0, per_output_token=0.01, jitter=0.2, seed=5, first_token_cached=0.5)
    first, rest = pace.waits(cold, 100)
    assert (first, rest) == again.waits(cold, 100)
    assert 0.8 <= first <= 1.2
    assert rest == pytest.approx(first)
    assert pace.waits(warm, 0)[0] <= 0.6


@pytest.mark.proof
async def test_a_hundred_streams_run_at_once(claude: ClaudeSandbox) -> None:
    """120 requests are in the sandbox at the same time: each is answered only when all have arrived."""
    everyone = threading.Barrier(120, timeout=30)

    def answer(_: object) -> Reply:
        everyone.wait()
        return Reply("word " * 20)

    async def ask(client: AsyncAnthropic) -> str | None:
        async with client.messages.stream(**body()) as stream:
            return (await stream.get_final_message()).stop_reason

    claude.script(answer)
    async with AsyncAnthropic(base_url=claude.url, api_key=claude.api_key, max_retries=0) as client:
        reasons = await asyncio.gather(*(ask(client) for _ in range(120)))
    assert reasons == ["end_turn"] * 120
    assert claude.count() == 120


def test_the_schema_s_text_is_part_of_the_prompt(client: Anthropic) -> None:
    """An answer schema costs input tokens, as it does in the original."""
    plain = client.messages.count_tokens(model=HAIKU, messages=[{"role": "user", "content": "Hello"}])
    asked = client.messages.count_tokens(
        model=HAIKU,
        messages=[{"role": "user", "content": "Hello"}],
        output_config={"format": {"type": "json_schema", "schema": SCHEMA}},
    )
    assert asked.input_tokens > plain.input_tokens + 50
