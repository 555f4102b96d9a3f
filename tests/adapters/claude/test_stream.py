"""Reading a stream's events."""

import pytest
from anthropic.types import RawMessageStreamEvent
from pydantic import TypeAdapter

from kireji.adapters.claude.stream import StreamedAnswer
from kireji.core.models.catalogue import Usage

EVENT: TypeAdapter[RawMessageStreamEvent] = TypeAdapter(RawMessageStreamEvent)


def start(**usage: int | None) -> dict[str, object]:
    """A message_start event."""
    counters = {"input_tokens": 0, "output_tokens": 0} | usage
    message: dict[str, object] = {
        "id": "m",
        "type": "message",
        "role": "assistant",
        "model": "x",
        "content": [],
        "usage": counters,
    }
    return {"type": "message_start", "message": message}


def delta(text: str) -> dict[str, object]:
    """A text delta."""
    return {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text}}


def stop(reason: str | None, **usage: int | None) -> dict[str, object]:
    """A message_delta event."""
    return {"type": "message_delta", "delta": {"stop_reason": reason}, "usage": usage}


def read(*events: dict[str, object]) -> StreamedAnswer:
    """What these events tell."""
    streamed = StreamedAnswer()
    for event in events:
        streamed.take(EVENT.validate_python(event))
    return streamed


def test_a_whole_stream() -> None:
    """Text in order, the stop reason, and the last word of each counter."""
    streamed = read(
        start(input_tokens=7, output_tokens=1, cache_creation_input_tokens=5000, cache_read_input_tokens=0),
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        delta("one "),
        delta("two"),
        {"type": "content_block_stop", "index": 0},
        stop("end_turn", output_tokens=9),
        {"type": "message_stop"},
    )

    assert (streamed.text, streamed.stop, streamed.started) == ("one two", "end_turn", True)
    assert streamed.usage == Usage(7, 9, 5000, 0)


def test_counters_are_cumulative() -> None:
    """A later counter replaces the earlier one, it is not added."""
    streamed = read(
        start(input_tokens=7, output_tokens=1, cache_read_input_tokens=10),
        stop(None, input_tokens=8, output_tokens=5, cache_read_input_tokens=None),
        stop("max_tokens", output_tokens=9),
    )
    assert streamed.usage == Usage(8, 9, 0, 10)


@pytest.mark.parametrize("kind", ["thinking_delta", "signature_delta"])
def test_only_text_is_the_answer(kind: str) -> None:
    """Thinking is not part of the answer."""
    other = {"type": kind, kind.removesuffix("_delta"): "hm"}
    streamed = read(start(), {"type": "content_block_delta", "index": 0, "delta": other}, delta("yes"))
    assert streamed.text == "yes"


def test_nothing_received() -> None:
    """An answer begins empty: no usage, no stop."""
    assert read() == StreamedAnswer(Usage(), started=False, stop=None, pieces=[])
