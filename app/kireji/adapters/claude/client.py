"""The `Model` port on Anthropic's API.

A call's way: gate (may wait for the prefix to become readable) -> turn (its tenant's share, the rate limit, a
connection) -> one streaming request; when that fails in passing, it leaves turn and gate, waits, and begins again. So
neither a wait at the gate nor a backoff keeps others from working. Before the rate limit only openers hold the gate, and
they only hold up those who would have to wait as well; a reader whose prefix went cold meanwhile goes back to the gate.
"""

import asyncio
import hashlib
import json
import random
from collections.abc import Mapping

import anthropic
import httpx2
from anthropic import AsyncAnthropic
from typing_extensions import override

from kireji.adapters.claude.circuit import Circuit
from kireji.adapters.claude.cut_off import usage_so_far
from kireji.adapters.claude.failure import CUT_SHORT, UNKNOWN_STOP, FailedRequest, Failure, failure_of, too_long
from kireji.adapters.claude.fair_queue import MAX_WAIT, FairQueue, OutOfPatienceError
from kireji.adapters.claude.form import Form, form_for, is_in_form
from kireji.adapters.claude.gate import Gate, Pass
from kireji.adapters.claude.limits import needed, taken, told
from kireji.adapters.claude.report import Reporter
from kireji.adapters.claude.request import fields
from kireji.adapters.claude.retry import Retry
from kireji.adapters.claude.signin import FailureSorter
from kireji.adapters.claude.stream import STOPS, StreamedAnswer
from kireji.adapters.claude.tally import Tally
from kireji.core.models import model_words
from kireji.core.models.answer import Answer, Stop, Unanswered
from kireji.core.models.catalogue import ModelSpec, Usage, is_retired
from kireji.core.prompts.prompt import Prompt
from kireji.ports import ANYBODY, Caller, Clock, Governor, Model

ATTEMPT_SECONDS = 600.0
DEFAULT_PAUSE = 5.0  # seconds, where a rate limit names none
# How a request fails; the last two are a garbled event, which the SDK lets through.
HELD_TOO_LONG = Failure(f"Claude's rate limit left no room for it within {MAX_WAIT / 60:.0f} minutes")
CUT_OFF = Failure("the call was cut off")
BROKEN = (anthropic.AnthropicError, httpx2.RequestError, TimeoutError, json.JSONDecodeError, UnicodeDecodeError)


class ClaudeModel(Model):
    """A model of Anthropic's. One instance serves all reviews of a process, in one event loop at a time.

    When the loop changes, the connections that the old one left behind fail and cost their calls one retry each.

    - `concurrency` bounds the requests in flight, `attempts` the tries of one call.
    - `retry_after_limit` (seconds) is the longest wait that is granted to the service.
    - `warm_seconds` is how long after a request its prefix counts as cached.
    - `model_id` is the provider's name for the model, `setting` what an operator names it with.
    - Without `structured` outputs the answer is the input of a tool, forced on models that take that.
    - A model that is retired is not asked where it `ends` then.
    - `keys` are credentials, which are in nothing that is reported.
    - `sort` sorts what a call may raise.
    """

    def __init__(
        self,
        client: AsyncAnthropic,
        spec: ModelSpec,
        *,
        clock: Clock,
        governor: Governor,
        concurrency: int = 32,
        attempts: int = 5,
        retry_after_limit: float = 60.0,
        warm_seconds: float = 240.0,
        model_id: str = "",
        setting: str = "KIREJI_MODEL",
        structured: bool = True,
        ends: bool = True,
        keys: tuple[str, ...] = (),
        sort: FailureSorter = failure_of,
    ) -> None:
        self._client = client
        self._spec = spec
        self._model_id = model_id or spec.name
        self._setting = setting
        self._form = form_for(spec, structured=structured)
        self._ends = ends
        self._keys = keys
        self._sort = sort
        self._clock = clock
        self._retry_after_limit = retry_after_limit

        self._retry = Retry(clock, attempts=attempts)
        self._gate = Gate(clock, warm_seconds=warm_seconds)
        self._circuit = Circuit(clock)
        self._governor = governor
        self._queue = FairQueue(governor, clock, most=concurrency)
        self._reporter = Reporter(spec)

    @property
    @override
    def name(self) -> str:
        return self._spec.name

    @override
    async def ask(self, prompt: Prompt, caller: Caller = ANYBODY) -> Answer | Unanswered:
        """Counts in `attempts` the requests sent: 0 when circuit or calendar spared them all."""
        if self._ends and is_retired(self._spec, self._clock.now().date()):
            return Unanswered(model_words.retired_model(self._spec, self._setting), Usage(), 0.0, attempts=0)

        tally = Tally()
        try:
            outcome = await self._asked(prompt, caller, tally)
        except asyncio.CancelledError:
            raise asyncio.CancelledError(tally.answer(CUT_OFF)) from None

        answer = tally.answer(outcome)
        self._reporter.report(answer, prompt, tally.request_id, tally.said)
        return answer

    async def _asked(self, prompt: Prompt, caller: Caller, tally: Tally) -> StreamedAnswer | Failure:
        """With retries; and once more with a reminder where the tool that is offered was left aside."""

        async def attempt() -> StreamedAnswer | Failure:
            return await self._attempt(prompt, caller, tally)

        outcome = await self._retry.run(attempt, lambda: tally.held)
        if self._form is not Form.OFFERED or not _left_aside(outcome, prompt):
            return outcome

        tally.reminded = True
        outcome = await self._retry.run(attempt, lambda: tally.held)
        if not _left_aside(outcome, prompt):
            return outcome
        return Failure(model_words.tool_left_aside(self._spec, self._setting))

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def _attempt(self, prompt: Prompt, caller: Caller, tally: Tally) -> StreamedAnswer | Failure:
        key = self._key(prompt)
        outcome = None
        again = False
        while outcome is None:
            async with self._gate.enter(key) as passage:
                outcome = await self._in_turn(prompt, caller, tally, passage, again=again)
            again = True
        return outcome

    async def _in_turn(
        self, prompt: Prompt, caller: Caller, tally: Tally, passage: Pass | None, *, again: bool
    ) -> StreamedAnswer | Failure | None:
        """Send when it is the call's turn; None if it was to read a prefix that went cold while it waited."""
        known = self._circuit.failure()
        if known is not None:
            return known

        asked_at = self._clock.monotonic()
        need = needed(prompt, self._spec, cached=passage is not None and not passage.opening)
        used: Mapping[str, float] = {}
        try:
            async with self._queue.turn(caller, need, again=again):
                try:
                    tally.held += self._clock.monotonic() - asked_at
                    if passage is not None and not passage.holds():
                        return None
                    known = self._circuit.failure()
                    if known is not None:
                        return known

                    used = need
                    streamed, failure = await self._request(prompt, tally, passage)
                    if streamed.started or (failure is not None and failure.limited):
                        used = taken(streamed.usage) if streamed.started else {}

                    # Inside the gate, so that the next opener sees the circuit open.
                    return streamed if failure is None else self._failed(failure)
                finally:
                    self._governor.settle(need, used)
        except OutOfPatienceError:
            return HELD_TOO_LONG

    def _failed(self, failure: Failure) -> Failure:
        """Let the other calls know what they would meet."""
        failure = too_long(failure, self._retry_after_limit)
        if failure.limited:
            spread = random.uniform(1.02, 1.1)  # noqa: S311 - no secret; what was refused together comes back apart
            self._governor.pause((failure.wait or DEFAULT_PAUSE) * spread)
        if failure.common:
            self._circuit.trip(failure)
        return self._circuit.failure() or failure

    async def _request(
        self, prompt: Prompt, tally: Tally, passage: Pass | None
    ) -> tuple[StreamedAnswer, Failure | None]:
        streamed = StreamedAnswer()
        sent_at = self._clock.monotonic()
        tally.attempts += 1
        failure: Failure | None = None

        try:
            async with asyncio.timeout(ATTEMPT_SECONDS):
                await self._stream(prompt, tally, passage, streamed)
        except asyncio.CancelledError:
            opening = passage is not None and passage.opening
            cached = passage is not None and not opening
            streamed.usage = usage_so_far(streamed, prompt, self._spec, opening=opening, cached=cached)
            raise
        except BROKEN as error:
            # The error itself is not kept: with its traceback it would form a cycle, and the garbage collector would
            # then close the broken stream in whatever thread it happens to run.
            failure = self._sort(error, self._clock.now(), self._failed_request(prompt))
            tally.said = failure.said or tally.said
            if isinstance(error, anthropic.APIStatusError):
                tally.request_id = error.request_id
                self._learn(error.response.headers)
        finally:
            tally.usage += streamed.usage
            tally.seconds += self._clock.monotonic() - sent_at

        if streamed.stop in STOPS:
            return streamed, None  # what came after the model had stopped takes nothing away
        return streamed, failure or (CUT_SHORT if streamed.stop is None else UNKNOWN_STOP)

    async def _stream(self, prompt: Prompt, tally: Tally, passage: Pass | None, streamed: StreamedAnswer) -> None:
        if passage is not None:
            passage.sent()

        asked = fields(prompt, self._spec, self._form, reminded=tally.reminded)
        stream = await self._client.messages.create(model=self._model_id, stream=True, **asked)
        async with stream:
            tally.request_id = stream.response.headers.get("request-id")
            self._learn(stream.response.headers)
            async for event in stream:
                begun = streamed.started
                streamed.take(event)
                if passage is not None and streamed.started and not begun:
                    passage.started()

    def _failed_request(self, prompt: Prompt) -> FailedRequest:
        return FailedRequest(self._spec.name, self._setting, f"{prompt.brief}\n{prompt.question}", self._keys)

    def _learn(self, headers: Mapping[str, str]) -> None:
        self._governor.learn(told(headers, self._clock.now().timestamp()))

    def _key(self, prompt: Prompt) -> str | None:
        """The prefix's name; None when it is too short to be cached, even if it has more tokens than we think."""
        if (len(prompt.rules) + len(prompt.brief)) / self._spec.chars_per_token < self._spec.cache_minimum:
            return None

        prefix = "\0".join((self._spec.name, prompt.rules, prompt.brief))
        return hashlib.sha256(prefix.encode(errors="replace")).hexdigest()


def _left_aside(outcome: StreamedAnswer | Failure, prompt: Prompt) -> bool:
    """Whether a model that has stopped by itself gave no answer by the tool, nor one in its form without it."""
    if isinstance(outcome, Failure) or STOPS[outcome.stop or ""] is not Stop.END:
        return False
    return outcome.tool_at is None and not is_in_form(outcome.text, prompt.schema)
