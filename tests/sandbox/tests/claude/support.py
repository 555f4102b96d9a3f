"""Requests and a clock for the tests of the loopback Claude."""

from typing import Any

HAIKU = "claude-haiku-4-5"
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "findings": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"path": {"type": "string"}, "replacement": {"type": ["string", "null"]}},
                "required": ["path", "replacement"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["findings"],
    "additionalProperties": False,
}


class HandClock:
    """Monotonic seconds that pass only when a test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        """The moment."""
        return self.now

    def pass_by(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds


def body(**changes: Any) -> dict[str, Any]:
    """A small message request with some fields changed; None takes a field out."""
    plain = {"model": HAIKU, "max_tokens": 1000, "messages": [{"role": "user", "content": "Hello"}]} | changes
    return {name: value for name, value in plain.items() if value is not None}


def schema_config(schema: dict[str, Any] | None = None) -> dict[str, Any]:
    """An output_config with a schema."""
    return {"format": {"type": "json_schema", "schema": SCHEMA if schema is None else schema}}


def text_block(text: str, ttl: str | None = None) -> dict[str, Any]:
    """A text block, with a cache breakpoint where `ttl` is given."""
    block: dict[str, Any] = {"type": "text", "text": text}
    if ttl is not None:
        block["cache_control"] = {"type": "ephemeral", "ttl": ttl}
    return block
