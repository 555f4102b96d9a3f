"""The loopback Claude: the Messages API with streaming, structured outputs and the prompt cache's real rules.

It is as strict as the original (anthropic-version 2026-10-21), prices by the real table, and breaks when told to. Its
words are the stand-in reviewer's, under the schema asked for, or what a test scripts. It is signed in to with its key, or
without one by `federation`. Not served: tool results, stop sequences, files.
"""

import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from types import TracebackType
from typing import Self

from tests.sandbox.claude.batches import Batches
from tests.sandbox.claude.call import Call, Latency
from tests.sandbox.claude.faults import ClaudeFaults, api_fault
from tests.sandbox.claude.federation import Federation
from tests.sandbox.claude.limits import RampLimit
from tests.sandbox.claude.reply import Reply, Script
from tests.sandbox.claude.service import Service
from tests.sandbox.claude.web import Face
from tests.sandbox.faults import FaultMiddleware
from tests.sandbox.reviewer import review_chunk
from tests.sandbox.reviewer_talk import Findings, Reviewer
from tests.sandbox.serve import LoopbackServer

__all__ = ["Call", "ClaudeSandbox", "Findings", "Latency", "RampLimit", "Reply", "Script", "api_fault"]


class ClaudeSandbox:
    """A loopback Claude on `url`, for `base_url` or ANTHROPIC_BASE_URL. A context manager.

    `clock` gives monotonic seconds and rules the cache's lifetimes, the rate limits and the calls' times; a test may
    pass its own. Waiting for the model's latency is real. `today` is the day by which models are retired, the real one
    unless a test has another.
    """

    def __init__(
        self,
        latency: Latency | None = None,
        *,
        reviewer: Reviewer = review_chunk,
        api_key: str = "sk-ant-sandbox",
        port: int = 0,
        clock: Callable[[], float] = time.monotonic,
        today: date | None = None,
    ) -> None:
        self.api_key = api_key
        self.faults = ClaudeFaults()
        self.today = today

        self._service = Service(
            latency=latency or Latency(), reviewer=reviewer, workspace=api_key, clock=clock, today=self._day
        )
        self.cache = self._service.cache
        self.rate_limits = self._service.limits
        self.stream_faults = self._service.stream_faults
        self.batches = Batches(self._service)
        self.federation = Federation()
        face = Face(self._service, self.batches, self.federation, api_key)
        self._server = LoopbackServer(FaultMiddleware(face, self.faults), port)
        self.url = self._server.url

    def _day(self) -> date:
        return self.today or datetime.now(UTC).date()

    @property
    def calls(self) -> list[Call]:
        """Every message request that was executed or refused, in order of arrival; `faults.hits` has the others."""
        return self._service.calls

    @property
    def latency(self) -> Latency:
        """How long the model takes; may be replaced at any time."""
        return self._service.latency

    @latency.setter
    def latency(self, latency: Latency) -> None:
        self._service.latency = latency

    def count(self) -> int:
        """How many message requests arrived."""
        return len(self.calls)

    def cost(self) -> Decimal:
        """Dollars, of all calls."""
        return self._service.spent()

    def script(self, answer: Script | None) -> None:
        """Let a test decide the answers: findings, a whole answer, a Reply, or None for the reviewer's. None ends it."""
        self._service.script = answer

    def start(self) -> Self:
        """Serve in a daemon thread."""
        self._server.start()
        return self

    def stop(self) -> None:
        """Stop serving."""
        self._server.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
