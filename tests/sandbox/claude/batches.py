"""Message Batches: many requests at half the price, answered later and in any order.

Source: Anthropic's batch processing page and the SDK 2.12's types.
"""

import json
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.sandbox.claude.errors import ApiError, invalid
from tests.sandbox.claude.service import Service

MOST_REQUESTS = 100_000
DAY = 86_400.0
_CUSTOM_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_STATES = ("processing", "succeeded", "errored", "canceled", "expired")


@dataclass(slots=True)
class _Batch:
    id: str
    requests: list[tuple[str, dict[str, Any]]]
    started: float
    created: datetime
    cancelled: datetime | None = None
    ended: datetime | None = None
    results: list[tuple[str, dict[str, Any]]] | None = None


class Batches:
    """The batches of one sandbox. A batch is done `delay` seconds (of the sandbox's clock) after its creation.

    After 24 hours what is not done is expired.
    """

    def __init__(self, service: Service) -> None:
        self.delay = 0.0
        self._service = service
        self._lock = threading.Lock()
        self._batches: dict[str, _Batch] = {}

    def create(self, body: Mapping[str, Any]) -> dict[str, object]:
        """Take a batch. Raises ApiError 400; a single bad request only fails itself, later."""
        requests = _checked(body)
        batch = _Batch(self._service.new_id("msgbatch"), requests, self._service.clock(), datetime.now(UTC))
        with self._lock:
            self._batches[batch.id] = batch
        return self._show(batch)

    def retrieve(self, batch_id: str) -> dict[str, object]:
        """A batch as it stands. Raises ApiError 404."""
        batch = self._find(batch_id)
        self._advance(batch)
        return self._show(batch)

    def listing(self, limit: int, after: str | None, before: str | None) -> dict[str, object]:
        """One page, newest first."""
        with self._lock:
            ids = list(reversed(self._batches))

        if after is not None:
            ids = ids[ids.index(after) + 1 :] if after in ids else []

        if before is not None:
            ids = ids[: ids.index(before)][-limit:] if before in ids else []

        page = [self.retrieve(batch_id) for batch_id in ids[:limit]]

        return {
            "data": page,
            "has_more": len(ids) > limit,
            "first_id": page[0]["id"] if page else None,
            "last_id": page[-1]["id"] if page else None,
        }

    def cancel(self, batch_id: str) -> dict[str, object]:
        """Stop a batch; it ends when it is next looked at. Raises ApiError 400 where it has ended, 404."""
        batch = self._find(batch_id)
        self._advance(batch)
        if batch.ended is not None:
            raise invalid("Batch cannot be canceled because it has already ended.")
        batch.cancelled = batch.cancelled or datetime.now(UTC)
        return self._show(batch)

    def results(self, batch_id: str) -> str:
        """The results as JSON lines, last request first. Raises ApiError 404."""
        batch = self._find(batch_id)
        self._advance(batch)
        if batch.results is None:
            raise ApiError(404, "Batch has no available results because it has not finished processing.")
        lines = [json.dumps({"custom_id": name, "result": result}) for name, result in reversed(batch.results)]
        return "".join(f"{line}\n" for line in lines)

    def _find(self, batch_id: str) -> _Batch:
        with self._lock:
            if batch_id not in self._batches:
                raise ApiError(404, f"Message batch {batch_id} not found")
            return self._batches[batch_id]

    def _advance(self, batch: _Batch) -> None:
        with self._lock:
            if batch.results is not None:
                return
            waited = self._service.clock() - batch.started
            if batch.cancelled is not None:
                batch.results = [(name, {"type": "canceled"}) for name, _ in batch.requests]
            elif waited >= min(self.delay, DAY):
                late = self.delay > DAY
                batch.results = [
                    (name, {"type": "expired"} if late else self._run(params)) for name, params in batch.requests
                ]
            else:
                return
            batch.ended = datetime.now(UTC)

    def _run(self, params: dict[str, Any]) -> dict[str, Any]:
        try:
            if params.get("stream"):
                raise invalid("stream: streaming is not supported in batches")
            message = self._service.respond(self._service.admit(params, batch=True))
        except ApiError as error:
            return {"type": "errored", "error": error.body(self._service.new_id("req"))}
        return {"type": "succeeded", "message": message}

    def _show(self, batch: _Batch) -> dict[str, object]:
        status = "ended" if batch.ended else "canceling" if batch.cancelled else "in_progress"
        counts = dict.fromkeys(_STATES, 0)
        for kind in [result["type"] for _, result in batch.results or []] or ["processing"] * len(batch.requests):
            counts[kind] += 1

        return {
            "id": batch.id,
            "type": "message_batch",
            "processing_status": status,
            "request_counts": counts,
            "created_at": batch.created.isoformat(),
            "expires_at": (batch.created + timedelta(seconds=DAY)).isoformat(),
            "ended_at": batch.ended.isoformat() if batch.ended else None,
            "cancel_initiated_at": batch.cancelled.isoformat() if batch.cancelled else None,
            "archived_at": None,
            "results_url": None,
        }


def _checked(body: Mapping[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    requests = body.get("requests")
    if set(body) != {"requests"} or not isinstance(requests, list) or not 1 <= len(requests) <= MOST_REQUESTS:
        raise invalid(f"requests: a list of 1 to {MOST_REQUESTS} requests is required, and nothing else")

    found: dict[str, dict[str, Any]] = {}
    for index, item in enumerate(requests):
        if not isinstance(item, dict) or set(item) != {"custom_id", "params"} or not isinstance(item["params"], dict):
            raise invalid(f"requests.{index}: custom_id and params are required, and nothing else")
        name = item["custom_id"]
        if not isinstance(name, str) or not _CUSTOM_ID.fullmatch(name):
            raise invalid(f"requests.{index}.custom_id: String should match pattern '^[a-zA-Z0-9_-]{{1,64}}$'")
        if name in found:
            raise invalid(f"requests.{index}.custom_id: custom_id must be unique within a batch: {name}")
        found[name] = item["params"]

    return list(found.items())
