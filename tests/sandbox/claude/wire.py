"""Messages as they go over the wire: one JSON object, or a stream of server-sent events.

Source: Anthropic's streaming page and the SDK 2.12's event types.
"""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass

from kireji.core.models.catalogue import Usage
from tests.sandbox.claude.reply import Written
from tests.sandbox.claude.thought import Thought

_PIECE_TOKENS = 8
_MOST_PIECES = 24
_TOOL_USE = "toolu_01sandbox"
_EMPTY = {"type": "text", "text": ""}


@dataclass(frozen=True, slots=True)
class Outline:
    """What is known of a message before it is written. `hour_tokens` went to 1h cache entries."""

    id: str
    model: str
    usage: Usage
    hour_tokens: int
    service_tier: str = "standard"


def usage_object(outline: Outline, output_tokens: int, thought: Thought | None = None) -> dict[str, object]:
    """The `usage` object; `output_tokens` counts the thought."""
    usage = outline.usage
    return {
        "input_tokens": usage.input_tokens,
        "cache_creation_input_tokens": usage.cache_write_tokens,
        "cache_read_input_tokens": usage.cache_read_tokens,
        "cache_creation": {
            "ephemeral_5m_input_tokens": usage.cache_write_tokens - outline.hour_tokens,
            "ephemeral_1h_input_tokens": outline.hour_tokens,
        },
        "output_tokens": output_tokens,
        "output_tokens_details": None if thought is None else {"thinking_tokens": thought.tokens},
        "service_tier": outline.service_tier,
    }


def message_object(outline: Outline, written: Written) -> dict[str, object]:
    """A whole message."""
    return {
        "id": outline.id,
        "type": "message",
        "role": "assistant",
        "model": outline.model,
        "content": _blocks(written),
        "stop_reason": written.stop_reason,
        "stop_sequence": None,
        "stop_details": _stop_details(written),
        "usage": usage_object(outline, written.tokens, written.thought),
    }


def _blocks(written: Written) -> list[dict[str, object]]:
    blocks = list[dict[str, object]]()
    thought = written.thought
    if thought is not None:
        blocks.append({"type": "thinking", "thinking": thought.text, "signature": thought.signature})
    if written.text and written.tool:
        blocks.append({"type": "tool_use", "id": _TOOL_USE, "name": written.tool, "input": _object(written.text)})
    elif written.text:
        blocks.append({"type": "text", "text": written.text})
    return blocks


def _object(text: str) -> object:
    """A tool's input; one that was cut short is none."""
    nothing: dict[str, object] = {}
    try:
        return json.loads(text)
    except ValueError:
        return nothing


def event(name: str, **fields: object) -> bytes:
    """One server-sent event."""
    return f"event: {name}\ndata: {json.dumps({'type': name, **fields}, ensure_ascii=False)}\n\n".encode()


def opening(outline: Outline) -> bytes:
    """message_start."""
    message = message_object(outline, Written("", "end_turn", 1))
    message |= {"stop_reason": None, "stop_details": None}
    return event("message_start", message=message)


def thinking(thought: Thought) -> bytes:
    """The whole thinking block."""
    empty = {"type": "thinking", "thinking": "", "signature": ""}
    said = event("content_block_delta", index=0, delta={"type": "thinking_delta", "thinking": thought.text})
    signed = event("content_block_delta", index=0, delta={"type": "signature_delta", "signature": thought.signature})
    begun = event("content_block_start", index=0, content_block=empty)
    return begun + (said if thought.text else b"") + signed + event("content_block_stop", index=0)


def block_start(index: int, tool: str | None = None) -> bytes:
    """content_block_start of the text, or of a tool's use, and ping."""
    used: dict[str, object] = {"type": "tool_use", "id": _TOOL_USE, "name": tool, "input": _object("{}")}
    return event("content_block_start", index=index, content_block=used if tool else _EMPTY) + event("ping")


def delta(text: str, index: int, tool: str | None = None) -> bytes:
    """A piece of the text, or of the tool's input."""
    if tool:
        return event("content_block_delta", index=index, delta={"type": "input_json_delta", "partial_json": text})
    return event("content_block_delta", index=index, delta={"type": "text_delta", "text": text})


def closing(outline: Outline, written: Written) -> bytes:
    """content_block_stop if there was a block, message_delta and message_stop."""
    block = event("content_block_stop", index=text_index(written)) if written.text else b""
    stop = {"stop_reason": written.stop_reason, "stop_sequence": None, "stop_details": _stop_details(written)}
    usage = usage_object(outline, written.tokens, written.thought)
    return block + event("message_delta", delta=stop, usage=usage) + event("message_stop")


def text_index(written: Written) -> int:
    """Which block the text is."""
    return 0 if written.thought is None else 1


def pieces(written: Written) -> Iterator[str]:
    """The text in pieces of a few tokens; a long one in two dozen, so that hundreds of streams fit into one process."""
    count = min(_MOST_PIECES, math.ceil(written.tokens / _PIECE_TOKENS)) or 1
    size = math.ceil(len(written.text) / count) or 1
    for start in range(0, len(written.text), size):
        yield written.text[start : start + size]


def _stop_details(written: Written) -> dict[str, object] | None:
    return {"type": "refusal", "category": None, "explanation": None} if written.stop_reason == "refusal" else None
