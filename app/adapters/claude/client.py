"""The `Model` port on Anthropic's API.

A call's way: gate (may wait for the prefix to become readable) -> slot (concurrency) -> one streaming request; when
that fails in passing, it leaves slot and gate, waits, and begins again. So neither a wait at the gate nor a backoff
keeps others from working.
"""

import asyncio
import hashlib
import json
import logging
from dataclasses import dataclass, field

import anthropic
import httpx2
from anthropic import AsyncAnthropic
from anthropic.types import TextBlockParam

from app.adapters.claude.circuit import Circuit
from app.adapters.claude.failure import CUT_SHORT, UNKNOWN_STOP, Failure, failure_of, too_long
from app.adapters.claude.gate import Gate, Pass
from app.adapters.claude.report import Reporter
from app.adapters.claude.retry import Retry
from app.adapters.claude.stream import STOPS, Reading
from app.core.answer import Answer, Unanswered
from app.core.money import MODELS, ModelSpec, Usage
from app.core.prompt import ANSWER_SCHEMA, Prompt
from app.errors import SettingsError
from app.ports import Clock

# The API pings through long pauses, so two silent minutes mean a dead connection; the whole answer gets ten.
TIMEOUT = httpx2.Timeout(120.0, connect=10.0)
ATTEMPT_SECONDS = 600.0
# How a request fails; the last two are a garbled event, which the SDK lets through.
BROKEN = (anthropic.APIError, httpx2.RequestError, TimeoutError, json.JSONDecodeError, UnicodeDecodeError)


@dataclass(slots=True)
class Tally:
    """What the tries of one call add up to. `seconds` counts from each request's sending to its end."""

    usage: Usage = field(default_factory=Usage)
    attempts: int = 0
    seconds: float = 0.0
    request_id: str | None = None


class ClaudeModel:
    """A model of Anthropic's. One instance serves all reviews of a process, in one event loop at a time.

    When the loop changes, the connections that the old one left behind fail and cost their calls one retry each.

    `concurrency` bounds the requests in flight, `attempts` the tries of one call; `retry_after_limit` (seconds) is the
    longest wait that is granted to the service; `warm_seconds` how long after a request its prefix counts as cached.
    """

    def __init__(
        self,
        client: AsyncAnthropic,
        spec: ModelSpec,
        *,
        clock: Clock,
        concurrency: int = 32,
        attempts: int = 5,
        retry_after_limit: float = 60.0,
        warm_seconds: float = 240.0,
    ) -> None:
        self._client = client
        self._spec = spec
        self._clock = clock
        self._retry_after_limit = retry_after_limit
        self._retry = Retry(clock, attempts=attempts)
        self._gate = Gate(clock, warm_seconds=warm_seconds)
        self._circuit = Circuit(clock)
        self._slots = Slots(concurrency)
        self._reporter = Reporter(spec)

    @property
    def name(self) -> str:
        """The model's id."""
        return self._spec.name

    async def ask(self, prompt: Prompt) -> Answer | Unanswered:
        """Answer one prompt, see the port. `attempts` counts requests sent: 0 when the circuit spared it all."""
        tally = Tally()

        async def attempt() -> Reading | Failure:
            return await self._attempt(prompt, tally)

        outcome = await self._retry.run(attempt)
        answer = _answer(outcome, tally)
        self._reporter.report(answer, prompt, tally.request_id)
        return answer

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def _attempt(self, prompt: Prompt, tally: Tally) -> Reading | Failure:
        async with self._gate.enter(self._key(prompt)) as passage, self._slots.here():
            known = self._circuit.failure()
            if known is not None:
                return known
            outcome = await self._request(prompt, tally, passage)
            if not isinstance(outcome, Failure):
                return outcome
            # Inside the gate, so that the next opener sees the circuit open.
            failure = too_long(outcome, self._retry_after_limit)
            if failure.common:
                self._circuit.trip(failure)
            return self._circuit.failure() or failure

    async def _request(self, prompt: Prompt, tally: Tally, passage: Pass | None) -> Reading | Failure:
        reading = Reading()
        sent_at = self._clock.monotonic()
        tally.attempts += 1
        failure: Failure | None = None
        try:
            async with asyncio.timeout(ATTEMPT_SECONDS):
                await self._stream(prompt, tally, passage, reading)
        except BROKEN as error:
            # The error itself is not kept: with its traceback it would form a cycle, and the garbage collector would
            # then close the broken stream in whatever thread it happens to run.
            failure = failure_of(error, self._clock.now())
            if isinstance(error, anthropic.APIStatusError):
                tally.request_id = error.request_id
        finally:
            tally.usage += reading.usage
            tally.seconds += self._clock.monotonic() - sent_at
        if reading.stop in STOPS:
            return reading  # what came after the model had stopped takes nothing away
        return failure or (CUT_SHORT if reading.stop is None else UNKNOWN_STOP)

    async def _stream(self, prompt: Prompt, tally: Tally, passage: Pass | None, reading: Reading) -> None:
        if passage is not None:
            passage.sent()
        stream = await self._client.messages.create(
            model=self._spec.name,
            max_tokens=min(prompt.max_tokens, self._spec.max_output),
            system=[_cached(text) for text in (prompt.rules, prompt.brief) if text],
            messages=[{"role": "user", "content": _sendable(prompt.chunk)}],
            output_config={"format": {"type": "json_schema", "schema": dict(ANSWER_SCHEMA)}},
            stream=True,
        )
        async with stream:
            tally.request_id = stream.response.headers.get("request-id")
            async for event in stream:
                begun = reading.started
                reading.take(event)
                if passage is not None and reading.started and not begun:
                    passage.started()

    def _key(self, prompt: Prompt) -> str | None:
        """The prefix's name; None when it is too short to be cached, even if it has more tokens than we think."""
        if (len(prompt.rules) + len(prompt.brief)) / self._spec.chars_per_token < self._spec.cache_minimum:
            return None
        return hashlib.sha256(
            "\0".join((self._spec.name, prompt.rules, prompt.brief)).encode(errors="replace")
        ).hexdigest()


class Slots:
    """A semaphore for whichever event loop is running: asyncio's own belongs to the first loop that waits on it."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._loop: asyncio.AbstractEventLoop | None = None
        self._semaphore = asyncio.Semaphore(limit)

    def here(self) -> asyncio.Semaphore:
        """The running loop's semaphore."""
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            self._loop = loop
            self._semaphore = asyncio.Semaphore(self._limit)
        return self._semaphore


def connect(api_key: str, base_url: str | None, model_name: str, clock: Clock, concurrency: int = 32) -> ClaudeModel:
    """A model ready to ask. `base_url` None is the SDK's default. Raises SettingsError for a model we do not know.

    The SDK's own retries are off: they obey any Retry-After, however long, and repeat what cannot succeed. Its loggers
    are held at WARNING, as at DEBUG it logs whole requests.
    """
    spec = MODELS.get(model_name)
    if spec is None:
        raise SettingsError((f"KIREJI_MODEL is {model_name!r}, which is none of: {', '.join(MODELS)}",))
    for name in ("anthropic", "httpx2", "httpcore2"):
        logging.getLogger(name).setLevel(logging.WARNING)
    client = AsyncAnthropic(api_key=api_key, base_url=base_url, max_retries=0, timeout=TIMEOUT)
    return ClaudeModel(client, spec, clock=clock, concurrency=concurrency)


def _cached(text: str) -> TextBlockParam:
    return {"type": "text", "text": _sendable(text), "cache_control": {"type": "ephemeral"}}


def _sendable(text: str) -> str:
    """The text without lone surrogates, which a hostile file may smuggle in and UTF-8 cannot carry."""
    return text.encode(errors="replace").decode()


def _answer(outcome: Reading | Failure, tally: Tally) -> Answer | Unanswered:
    if isinstance(outcome, Failure):
        return Unanswered(outcome.reason, tally.usage, tally.seconds, tally.attempts)
    stop = STOPS[outcome.stop or ""]
    return Answer(outcome.text, stop, tally.usage, tally.seconds, tally.attempts)
