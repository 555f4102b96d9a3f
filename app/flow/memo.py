"""The model with a memory: an answer that was paid for is never paid for again, and every call is in the ledger."""

import hashlib
import uuid
from dataclasses import dataclass

from app.core.answer import Answer, Outcome, Stop
from app.core.finding import AnswerError, parse
from app.core.job import ReviewJob
from app.core.ledger import ModelCall, nanodollars, outcome_of
from app.core.money import MODELS, Usage, cost
from app.core.prompt import Prompt
from app.ports import ANYBODY, Caller, Clock, Model, Store


@dataclass(frozen=True, slots=True)
class RememberingModel:
    """A Model for one review. The answer and its cost are written together, before anybody sees the answer.

    The key is the repository, the model, the rules and the chunk. Not the brief: another title, or one more file, does
    not make an answer about these lines wrong, and a re-review should pay only for what is new. But the answer was given
    under that brief, so it stays within its repository: what one account writes must not steer another's review.
    """

    model: Model
    store: Store
    clock: Clock
    job: ReviewJob
    caller: Caller = ANYBODY

    @property
    def name(self) -> str:
        """The model's id."""
        return self.model.name

    async def ask(self, prompt: Prompt, caller: Caller = ANYBODY) -> Outcome:  # noqa: ARG002 - the review asks
        """Answer from memory if it can, with no attempts and no usage; else ask, and remember."""
        key = self._key(prompt)
        known = await self.store.recall(key)
        if known is not None:
            return Answer(known.text, known.stop, Usage(), 0.0, attempts=0)
        outcome = await self.model.ask(prompt, self.caller)
        call = self._call(key, outcome)
        if isinstance(outcome, Answer) and _usable(outcome):
            await self.store.remember(call, outcome)
        elif outcome.attempts:
            await self.store.enter(call)
        return outcome

    def _key(self, prompt: Prompt) -> str:
        text = "\0".join((self.job.ref.repo, self.name, prompt.rules, prompt.chunk))
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

    def _call(self, key: str, outcome: Outcome) -> ModelCall:
        return ModelCall(
            id=uuid.uuid4().hex,
            review_id=self.job.name,
            repo=self.job.ref.repo,
            key=key,
            model=self.name,
            usage=outcome.usage,
            nanodollars=nanodollars(cost(outcome.usage, MODELS[self.name])),
            seconds=outcome.seconds,
            attempts=outcome.attempts,
            outcome=outcome_of(outcome),
            at=self.clock.now().timestamp(),
        )


def _usable(answer: Answer) -> bool:
    """Whether the same answer would do again: whole, and in the agreed form."""
    if answer.stop is not Stop.END:
        return False
    try:
        parse(answer.text)
    except AnswerError:
        return False
    return True
