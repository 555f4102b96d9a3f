"""A message stream, read event by event.

Raw events, not the SDK's own collecting: `message_start` releases the gate and carries the cache counters, and what was
counted before a failure must not be lost with it.
"""

import json
from dataclasses import dataclass, field, replace

from anthropic.types import (
    InputJSONDelta,
    MessageDeltaUsage,
    RawContentBlockDeltaEvent,
    RawContentBlockStartEvent,
    RawMessageDeltaEvent,
    RawMessageStartEvent,
    RawMessageStreamEvent,
    TextBlock,
    TextDelta,
    ToolUseBlock,
)
from anthropic.types import Usage as ApiUsage

from kireji.core.models.answer import Stop
from kireji.core.models.catalogue import Usage

STOPS = {
    "end_turn": Stop.END,
    "stop_sequence": Stop.END,
    "tool_use": Stop.END,
    "max_tokens": Stop.CUT,
    "model_context_window_exceeded": Stop.FULL,
    "refusal": Stop.REFUSAL,
}


@dataclass(slots=True)
class StreamedAnswer:
    """What one try has received so far.

    Blocks are told apart by their types: thought comes first, where the model thinks, and is none of the answer.
    """

    usage: Usage = field(default_factory=Usage)
    started: bool = False
    """Whether the first event has come, which carries the cache counters."""
    stop: str | None = None
    """None until the model has stopped, in the API's words after it."""
    pieces: list[str] = field(default_factory=list)
    """The text, as it came."""
    tool: list[str] = field(default_factory=list)
    """The input of a tool, as it came."""
    tool_at: int | None = None
    """The first block that uses a tool; what a second one says is no part of its input."""

    @property
    def text(self) -> str:
        """The answer so far: a tool's input, if one is used; what is said beside it is none."""
        return "".join(self.tool or self.pieces)

    def take(self, event: RawMessageStreamEvent) -> None:
        """Take in one event; kinds that say nothing to us are passed over."""
        match event:
            case RawMessageStartEvent():
                self.started = True
                self._count(event.message.usage)
            case RawContentBlockStartEvent(content_block=TextBlock(text=text)):
                self.pieces.append(text or "")  # the SDK does not check what it reads
            case RawContentBlockStartEvent(index=index, content_block=ToolUseBlock(input=given)):
                self.tool_at = index if self.tool_at is None else self.tool_at
                if given and self.tool_at == index:  # some servers send it at once
                    self.tool.append(json.dumps(given))
            case RawContentBlockDeltaEvent(delta=TextDelta(text=text)):
                self.pieces.append(text)
            case RawContentBlockDeltaEvent(index=index, delta=InputJSONDelta(partial_json=text)) if (
                index == self.tool_at
            ):
                self.tool.append(text)
            case RawMessageDeltaEvent():
                self.stop = event.delta.stop_reason or self.stop
                self._count(event.usage)
            case _:
                pass

    def _count(self, usage: ApiUsage | MessageDeltaUsage | None) -> None:
        """The counters are cumulative: a later one replaces an earlier one, a missing one leaves it."""
        if usage is None:  # the SDK does not check what it reads
            return

        known = self.usage
        self.usage = replace(
            known,
            input_tokens=_either(usage.input_tokens, known.input_tokens),
            output_tokens=_either(usage.output_tokens, known.output_tokens),
            cache_write_tokens=_either(usage.cache_creation_input_tokens, known.cache_write_tokens),
            cache_read_tokens=_either(usage.cache_read_input_tokens, known.cache_read_tokens),
        )


def _either(new: int | None, known: int) -> int:
    return known if new is None else new
