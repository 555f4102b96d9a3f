"""The shared faults, answering in Anthropic's words where a test names only a status."""

import itertools
from dataclasses import replace

from tests.sandbox.claude.errors import ApiError
from tests.sandbox.faults import Fault, Faults

MESSAGES = "POST /v1/messages"


class ClaudeFaults(Faults):
    """Faults whose answers have a real error body and a request-id. A request that a fault answers is no `Call`."""

    def __init__(self) -> None:
        super().__init__()
        self._ids = itertools.count(1)

    # pyrefly: ignore[missing-override-decorator] - typing.override came with Python 3.12
    def pick(self, method: str, path: str, body: bytes = b"") -> Fault | None:
        """The fault that strikes this request, with its body filled in; `hits` keeps it as it was planned."""
        fault = super().pick(method, path, body)
        if fault is None or fault.status is None:
            return fault
        request_id = f"req_fault{next(self._ids):018d}"
        answer = ApiError(fault.status).body(request_id) if fault.body is None else fault.body
        return replace(fault, body=answer, headers={"request-id": request_id, **fault.headers})


def api_fault(
    status: int,
    *,
    code: str | None = None,
    retry_after: str | None = None,
    times: int = 1,
    skip: int = 0,
    match: str = MESSAGES,
    holding: str = "",
) -> Fault:
    """A fault that answers with Anthropic's error of this status.

    `code` goes to `error.details.error_code`, as "enforced_spend_limit_reached" or "ramp_limit_exceeded" with 429.
    """
    headers = {} if retry_after is None else {"retry-after": retry_after}
    body = None if code is None else ApiError(status, code=code).body("req_fault")
    return Fault(match, status=status, headers=headers, body=body, times=times, skip=skip, holding=holding)
