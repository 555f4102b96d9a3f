"""How the sandbox answers a message request: admission, cache, answer, pace, and the record of it."""

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, NoReturn

from kireji.core.models.catalogue import Usage
from tests.sandbox.claude import wire
from tests.sandbox.claude.blocks import prefixes
from tests.sandbox.claude.cache import CacheUse, PromptCache
from tests.sandbox.claude.call import Call, Latency
from tests.sandbox.claude.catalogue import Served, price
from tests.sandbox.claude.errors import ApiError, invalid
from tests.sandbox.claude.limits import RateLimits
from tests.sandbox.claude.reply import Reply, Script, Written, compose, limit
from tests.sandbox.claude.request import MessageRequest
from tests.sandbox.claude.rules import parse_count, parse_message
from tests.sandbox.claude.stream_faults import StreamFault, StreamFaults
from tests.sandbox.claude.tokens import count_text
from tests.sandbox.reviewer_talk import Reviewer


@dataclass(frozen=True, slots=True)
class Ticket:
    """A request that is let in. `waits` are the seconds to the response's beginning, and from there to its end."""

    call: Call
    request: MessageRequest
    model: Served
    use: CacheUse
    outline: wire.Outline
    written: Written
    waits: tuple[float, float]


class Service:
    """The state of one sandbox. `clock` gives monotonic seconds, `today` rules which models are retired."""

    def __init__(
        self,
        *,
        latency: Latency,
        reviewer: Reviewer,
        workspace: str,
        clock: Callable[[], float],
        today: Callable[[], date],
    ) -> None:
        self.clock = clock
        self.today = today
        self.latency = latency
        self.cache = PromptCache(clock)
        self.limits = RateLimits(clock)
        self.stream_faults = StreamFaults()
        self.calls: list[Call] = []
        self.script: Script | None = None

        self._reviewer = reviewer
        self._workspace = workspace
        self._lock = threading.Lock()
        self._ids = itertools.count(1)

    def new_id(self, kind: str) -> str:
        """A fresh id, as "msg_01000000000000000000001"."""
        return f"{kind}_01{next(self._ids):021d}"

    def spent(self) -> Decimal:
        """Dollars, of all calls so far."""
        with self._lock:
            return sum((call.cost for call in self.calls), Decimal(0))

    def count_tokens(self, body: object) -> int:
        """The tokens of a count_tokens request. Raises ApiError."""
        request, model = parse_count(body, self.today())
        found = prefixes(request, model=model.spec.name, workspace=self._workspace, newer=model.newer)
        return found[-1].tokens

    def admit(self, body: dict[str, Any], *, batch: bool = False) -> Ticket:
        """Check a request, let it in and prepare its answer; recorded either way. Raises ApiError."""
        call = Call(body, str(body.get("model", "")), self.clock(), batch=batch)
        with self._lock:
            self.calls.append(call)

        try:
            return self._admit(call, body)
        except ApiError as error:
            call.status = error.status
            call.failure = str(error.error()["type"])
            call.finished = self.clock()
            raise

    def _admit(self, call: Call, body: dict[str, Any]) -> Ticket:
        request, model = parse_message(body, self.today())
        call.model = model.spec.name
        found = prefixes(request, model=call.model, workspace=self._workspace, newer=model.newer)
        total = found[-1].tokens
        if total > model.spec.context:
            raise invalid(f"prompt is too long: {total} tokens > {model.spec.context} maximum")

        use = self.cache.look_up(found, model.spec.cache_minimum)

        if not call.batch:
            self.limits.admit(total - use.read, self.spent())

        usage = Usage(total - use.read - use.write, 0, use.write, use.read)
        tier = "batch" if call.batch else "standard"
        outline = wire.Outline(self.new_id("msg"), model.dated, usage, use.write_1h, tier)
        warm_up = request.max_tokens == 0
        reply = Reply() if warm_up else compose(body, request, script=self.script, reviewer=self._reviewer)
        written = Written("", "max_tokens", 0) if warm_up else limit(reply, request, model, total)

        if request.used is not None and (reply.by_tool or request.forced is not None):
            stop = "tool_use" if written.stop_reason == "end_turn" else written.stop_reason
            written = replace(written, tool=request.used.name, stop_reason=stop)

        return Ticket(call, request, model, use, outline, written, self.latency.waits(usage, written.tokens))

    def respond(self, ticket: Ticket) -> dict[str, object]:
        """The whole message at once, after its time."""
        first, rest = ticket.waits
        if not ticket.call.batch:
            _sleep(first)
        self._begin(ticket)
        if not ticket.call.batch:
            _sleep(rest)
        self._finish(ticket, ticket.written.tokens, stop=ticket.written.stop_reason)
        return wire.message_object(ticket.outline, ticket.written)

    def stream(self, ticket: Ticket, drop: Callable[[], NoReturn]) -> Iterator[bytes]:
        """The message as server-sent events, in its time; a planned stream fault breaks it halfway.

        The call is booked before its last event is sent: whoever has seen that event finds it in the books.
        """
        fault = self.stream_faults.pick(ticket.call.request)
        parts = list(wire.pieces(ticket.written))
        last = len(parts) if fault is None else len(parts) // 2
        first, rest = ticket.waits
        _sleep(first)
        self._begin(ticket)

        sent = ""
        booked = False
        index = wire.text_index(ticket.written)
        try:
            yield wire.opening(ticket.outline)
            if ticket.written.thought is not None:
                yield wire.thinking(ticket.written.thought)

            if parts:
                yield wire.block_start(index, ticket.written.tool)
            for part in parts[:last]:
                _sleep(rest / len(parts))
                yield wire.delta(part, index, ticket.written.tool)
                sent += part

            booked = True
            if fault is None:
                self._finish(ticket, ticket.written.tokens, stop=ticket.written.stop_reason)
                yield wire.closing(ticket.outline, ticket.written)
            else:
                self._finish(ticket, _tokens(ticket, sent), failure=fault.kind)
                yield from _break(fault, drop)
        finally:
            if not booked:
                self._finish(ticket, _tokens(ticket, sent), failure="client went away")

    def _begin(self, ticket: Ticket) -> None:
        self.cache.begin_response(ticket.use)
        ticket.call.message_start = self.clock()

    def _finish(self, ticket: Ticket, tokens: int, *, stop: str | None = None, failure: str | None = None) -> None:
        call = ticket.call
        usage = ticket.outline.usage + Usage(output_tokens=tokens)
        dollars = price(usage, ticket.model.spec, hour_tokens=ticket.outline.hour_tokens, batch=call.batch)
        with self._lock:
            call.usage = usage
            call.cost = dollars
            call.stop_reason = stop
            call.failure = failure
            call.finished = self.clock()

        self.limits.wrote(tokens)


def _tokens(ticket: Ticket, sent: str) -> int:
    thought = ticket.written.thought
    return count_text(sent, newer=ticket.model.newer) + (0 if thought is None else thought.tokens)


def _break(fault: StreamFault, drop: Callable[[], NoReturn]) -> Iterator[bytes]:
    if fault.kind == "drop":
        drop()
    if fault.kind == "error":
        yield wire.event("error", error={"type": fault.error_type, "message": "Overloaded"})


def _sleep(seconds: float) -> None:
    if seconds > 0:
        time.sleep(seconds)
