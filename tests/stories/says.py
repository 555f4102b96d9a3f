"""What the model says: findings under the answer's schema, and scripts for the loopback Claude."""

from typing import Any

from tests.sandbox.reviewer import review_chunk

Row = dict[str, object]


def finding(path: str, line: int, quote: str, **changes: object) -> Row:
    """A finding as the answer's schema wants it; `changes` replace its fields."""
    row: Row = {
        "path": path,
        "side": "RIGHT",
        "start_line": line,
        "end_line": line,
        "quote": quote,
        "category": "correctness",
        "severity": "high",
        "confidence": "high",
        "title": f"Mistake in line {line}",
        "explanation": "It goes wrong as soon as it runs.",
        "replacement": None,
    }
    assert changes.keys() <= row.keys()
    return row | changes


def chunk_of(request: dict[str, Any]) -> str:
    """The chunk that a request to Claude asks about."""
    return request["messages"][0]["content"]


def standing_in(request: dict[str, Any]) -> list[Row]:
    """What the sandbox's stand-in reviewer finds."""
    return review_chunk(chunk_of(request))
