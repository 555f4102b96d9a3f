"""What stands in the body of an answer of GitHub's: JSON, an error's words, and errors that fail nothing."""

import json
from collections.abc import Collection
from typing import Any

import requests


def excused(error: Any, optional: Collection[str]) -> bool:
    """Whether the error only says that an optional part is not there, or not for us."""
    if not isinstance(error, dict) or error.get("type") not in {"NOT_FOUND", "FORBIDDEN"}:
        return False
    path = error.get("path")
    return isinstance(path, list) and not set(optional).isdisjoint(map(str, path))


def parsed(text: str) -> Any:
    """The JSON of an answer, None for an empty one. Raises InvalidJSONError."""
    try:
        return json.loads(text) if text else None
    except ValueError as error:
        raise requests.exceptions.InvalidJSONError("GitHub's answer is not JSON") from error


def error_body(text: str) -> dict[str, Any]:
    """What a refusal says, as the object that GitHub sends; whatever else it is counts as its message."""
    try:
        body = json.loads(text)
    except ValueError:
        return {"message": text[:200]}
    return body if isinstance(body, dict) else {"message": str(body)[:200]}
