"""Chunk -> Reading: ask, and where an answer is unusable ask again differently. Failure is data: nothing raises."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import assert_never

from kireji.core.chunks.chunk import Chunk, split
from kireji.core.findings.coverage import Reading
from kireji.core.findings.parsing import ParsedFindings, parse, together
from kireji.core.models import model_words
from kireji.core.models.answer import Answer, Outcome, Stop, Unanswered
from kireji.core.models.catalogue import ModelSpec
from kireji.core.models.structured import AnswerError
from kireji.core.prompts.prompt import RULES, Prompt, asked_again, prefix_tokens, prompt
from kireji.core.wording import review_words
from kireji.ports import Model


@dataclass(frozen=True, slots=True)
class ChunkReader:
    """How chunks of one review are read: the same brief and model for all."""

    model: Model
    spec: ModelSpec
    """The model's row in the price table."""
    brief: str
    """What every reader is told."""
    output_tokens: int
    """How many tokens an answer may have at first."""
    context: Callable[[Chunk], str] = lambda _chunk: ""
    """The code around a chunk."""
    better: "ChunkReader | None" = None
    """Reads what this one cannot read however small the piece, where policy and operator allow that."""

    @property
    def prefix_tokens(self) -> int:
        """How many tokens the shared prefix has at the least."""
        return prefix_tokens(RULES, self.brief)

    async def read(self, chunk: Chunk, thinking: int = 0) -> tuple[Reading, ...]:
        """Read a chunk: once more with twice the room if the answer was cut or malformed, then in smaller pieces.

        More than the model can hold is read in smaller pieces at once: more room would not help. Only the first answer is
        thought about: thought is what may have cut it. An answer with findings that nobody can use is asked for once more
        as well.
        """
        first = await self._query(chunk, self.output_tokens, thinking)
        if not first.again:
            return (first.reading(),)
        if first.too_much:
            return await self._read_pieces(chunk, first, self.output_tokens)

        twice_the_room = min(2 * self.output_tokens, self.spec.max_output)
        second = (await self._query(chunk, twice_the_room)).after(first)
        if not second.again:
            return (second.reading(),)
        return await self._read_pieces(chunk, second, twice_the_room)

    async def _read_pieces(self, chunk: Chunk, spent: "_Try", room: int) -> tuple[Reading, ...]:
        """Halve the chunk until its pieces are answered or cannot be halved; `spent` is charged to the first piece."""
        pieces = split(chunk, self.spec.chars_per_token)
        if len(pieces) == 1:
            if self.better is None:
                return (spent.reading(),)
            last = await self.better._query(chunk, room)  # noqa: SLF001 - its own kind
            return (last.after(spent).reading(),)

        readings = list[Reading]()
        for piece in pieces:
            tried = await self._query(piece, room)
            if not readings:
                tried = tried.after(spent)

            if tried.again:
                readings += await self._read_pieces(piece, tried, room)
            else:
                readings.append(tried.reading())
        return tuple(readings)

    async def _query(self, chunk: Chunk, room: int, thinking: int = 0) -> "_Try":
        # Written beside the loop: the context of a hundred chunks takes longer than others should wait.
        asked = await asyncio.to_thread(lambda: prompt(chunk, self.brief, room, thinking, self.context(chunk)))
        outcome = await self.model.ask(asked)
        judged = judge(outcome)
        if judged.parsed is None or not judged.parsed.rejected:
            return _Try(chunk, (outcome,), judged)

        parsed, second = await ask_for_the_rest(self.model, asked, judged.parsed)
        return _Try(chunk, (outcome, second), replace(judged, parsed=parsed))


@dataclass(frozen=True, slots=True)
class JudgedAnswer:
    """What an answer is worth."""

    parsed: ParsedFindings | None
    """Its findings, if it can be used."""
    unread: str = ""
    """Why it cannot be."""
    again: bool = False
    """Whether asking again can help."""


@dataclass(frozen=True, slots=True)
class _Try:
    """A chunk, and what came back for it so far."""

    chunk: Chunk
    outcomes: tuple[Outcome, ...]
    last: JudgedAnswer

    @property
    def again(self) -> bool:
        """Whether asking again can help."""
        return self.last.again

    @property
    def too_much(self) -> bool:
        """Whether chunk and answer together were more than the model can hold."""
        outcome = self.outcomes[-1]
        return isinstance(outcome, Answer) and outcome.stop is Stop.FULL

    def after(self, earlier: "_Try") -> "_Try":
        """The same try with the earlier one's calls on its account."""
        return replace(self, outcomes=(*earlier.outcomes, *self.outcomes))

    def reading(self) -> Reading:
        """The result, as far as it goes."""
        parsed = self.last.parsed
        return Reading(
            chunk=self.chunk,
            findings=parsed.findings if parsed else (),
            unread=self.last.unread,
            usages=tuple(outcome.usage for outcome in self.outcomes),
            attempts=sum(outcome.attempts for outcome in self.outcomes),
            rejected=parsed.rejected if parsed else (),
        )


async def ask_for_the_rest(model: Model, asked: Prompt, first: ParsedFindings) -> tuple[ParsedFindings, Outcome]:
    """Ask once more, and only once, as findings of the first answer could not be used; nothing of that answer is lost."""
    outcome = await model.ask(asked_again(asked, first.rejected))
    second = judge(outcome).parsed
    return (first if second is None else together(first, second)), outcome


def judge(outcome: Outcome) -> JudgedAnswer:
    """What an outcome is worth."""
    match outcome:
        case Unanswered(reason=reason):
            return JudgedAnswer(None, reason)
        case Answer(stop=Stop.REFUSAL):
            return JudgedAnswer(None, review_words.REFUSED_BY_MODEL)
        case Answer(stop=Stop.CUT):
            return JudgedAnswer(None, review_words.CUT_SHORT, again=True)
        case Answer(stop=Stop.FULL):
            return JudgedAnswer(None, model_words.TOO_MUCH, again=True)
        case Answer(text=text):
            try:
                return JudgedAnswer(parse(text))
            except AnswerError:
                return JudgedAnswer(None, review_words.NOT_AN_ANSWER, again=True)
        case _:
            assert_never(outcome)
