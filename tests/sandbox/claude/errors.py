"""The errors that the Messages API answers with, body and headers.

Source: Anthropic's error reference; `details.error_code` as the SDK 2.12 maps it to its classes (`_error_classes.py`).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

TYPES: Mapping[int, tuple[str, str]] = {
    400: ("invalid_request_error", "Invalid request."),
    401: ("authentication_error", "invalid x-api-key"),
    402: ("billing_error", "Your credit balance is too low to access the Anthropic API."),
    403: ("permission_error", "Your API key does not have permission to use the specified resource."),
    404: ("not_found_error", "Not found"),
    408: ("timeout_error", "Request timed out."),
    409: ("conflict_error", "The request conflicts with another one."),
    413: ("request_too_large", "Request exceeds the maximum size"),
    429: ("rate_limit_error", "This request would exceed your organization's rate limit. Please try again later."),
    500: ("api_error", "Internal server error"),
    502: ("api_error", "Bad gateway"),
    503: ("api_error", "Service unavailable"),
    504: ("timeout_error", "The request timed out while it was being processed."),
    529: ("overloaded_error", "Overloaded"),
}


@dataclass
class ApiError(Exception):
    """An answer with an error status. `code` goes to `error.details.error_code`."""

    status: int
    message: str = ""
    code: str | None = None
    type: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def error(self) -> dict[str, object]:
        """The `error` object of the body, with the type and the words of the status where none are given."""
        kind, words = TYPES.get(self.status, ("api_error", "Internal server error"))
        error: dict[str, object] = {"type": self.type or kind, "message": self.message or words}
        if self.code is not None:
            error["details"] = {"error_code": self.code}
        return error

    def body(self, request_id: str) -> dict[str, object]:
        """The whole body."""
        return {"type": "error", "error": self.error(), "request_id": request_id}


def invalid(message: str) -> ApiError:
    """A 400 with these words."""
    return ApiError(400, message)


def canonical(value: object) -> str:
    """JSON text that is the same for equal values, keys in the order given: their order matters to the cache."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
