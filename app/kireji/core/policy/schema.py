"""The policy's JSON Schema, for editors, and the table in app/guide/policy.md."""

import json
from typing import Any

from kireji.core.policy.keys import KEYS, Key, value
from kireji.core.policy.kinds import Schema
from kireji.core.policy.model import Policy


def schema() -> Schema:
    """JSON Schema (draft 7, which editors know best), with descriptions and defaults.

    A file that it takes is read without a problem, but for what no schema can tell: patterns that mean nothing, and
    the length of all instructions together.
    """
    top: Schema = {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Kireji's policy",
        "description": "How Kireji reviews: .github/kireji.yml, or kireji.yml in the organisation's .github repository.",
    }
    return top | _object([(key.name.split("."), key) for key in KEYS])


def policy_table() -> str:
    """The table of a policy's keys, in Markdown."""
    rows = (f"| `{key.name}` | `{_default(key)}` | {key.meaning} |" for key in KEYS)
    return "\n".join(("| Key | Default | Meaning |", "| --- | --- | --- |", *rows))


def _object(rows: list[tuple[list[str], Key]]) -> Schema:
    properties: dict[str, object] = {}
    for name in dict.fromkeys(steps[0] for steps, _ in rows):
        below = [(steps[1:], key) for steps, key in rows if steps[0] == name]
        deeper = [row for row in below if row[0]]
        properties[name] = _object(deeper) if deeper else _leaf(below[0][1])
    # null is a part whose keys are all commented out.
    return {"type": ["object", "null"], "properties": properties, "additionalProperties": False}


def _leaf(key: Key) -> Schema:
    told: Schema = {"description": key.meaning, "default": value(Policy(), key)}
    return told | key.kind.schema()


def _default(key: Key) -> str:
    default: Any = value(Policy(), key)
    return default if isinstance(default, str) else json.dumps(default)
