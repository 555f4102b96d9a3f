"""The model with a memory: an answer that was paid for is never paid for again, and every call is in the ledger."""

import asyncio
import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

from kireji.core.chunks.depth import Depth
from kireji.core.events.job import ReviewJob
from kireji.core.models.answer import Answer, Outcome, Unanswered
from kireji.core.models.catalogue import Usage, cost, spec_of
from kireji.core.models.structured import AnswerError
from kireji.core.money.ledger import CallOutcome, ModelCall, outcome_of, to_nanodollars
from kireji.core.prompts.prompt import Prompt, without_files
from kireji.core.secrets.leaks import answer_without_secrets
from kireji.flow.world import World
from kireji.ports import ANYBODY, Caller, Clock, Model, Store

ENTERING = 2.0  # seconds that a cancelled call waits for its row in the ledger, which is written in any case


@dataclass(frozen=True, slots=True)
class RememberingModel:
    """A Model for one review, or one errand. The answer and its cost are written together, before anybody sees the answer.

    An answer's key is the repository, the model, the rules, the brief but for its list of files, the chunk with its context
    and the room for thought: all that could have bent the answer. What an author wrote in a description, or anybody in an
    issue, steers no review under other words, be it of another pull request or of the same one after an edit, in whatever
    language it was written. The list of files is left out, since nearly every push changes it, and each would pay for every
    chunk again; names in it that may be a sentence count, though.
    An edited description is paid for once, with the next push; that is no more than the first review, about a cent.
    """

    model: Model
    store: Store
    clock: Clock

    repo: str
    """What `Store.key` says of the repository."""

    review_id: str
    caller: Caller = ANYBODY
    installation: int | None = None

    depth: Depth | None = None
    """The review's, for the ledger; None for an errand."""

    keeps: bool = True
    """False where anything of the pull request speaks to its reviewer, as far as `findings.addressed` sees, the list of files
    too: then nothing is recalled, and nothing is remembered but the cost."""

    @property
    def name(self) -> str:
        """The model's id."""
        return self.model.name

    async def ask(self, prompt: Prompt, caller: Caller = ANYBODY) -> Outcome:  # noqa: ARG002 - the review asks
        """Answer from memory if it can, with no attempts and no usage; else ask, and remember."""
        key = self.key(prompt)
        recalled = await self.store.recall(key) if self.keeps else None
        if recalled is not None:
            return Answer(recalled.text, recalled.stop, Usage(), 0.0, attempts=0)

        try:
            outcome = _without_secrets(await self.model.ask(prompt, self.caller))
        except asyncio.CancelledError as error:
            await self._cut_off(key, prompt, error)
            raise

        call = self._call(key, prompt, outcome)
        if self.keeps and isinstance(outcome, Answer) and _usable(prompt, outcome):
            await asyncio.shield(self.store.remember(call, outcome))  # who is cancelled now has paid all the same
        elif outcome.attempts:
            await asyncio.shield(self.store.enter(call))
        return outcome

    async def knows(self, prompts: Sequence[Prompt]) -> list[bool]:
        """Which answers would be recalled."""
        if not self.keeps or not prompts:
            return [False] * len(prompts)

        keys = [self.key(prompt) for prompt in prompts]
        remembered = await self.store.remembered_keys(keys)
        return [key in remembered for key in keys]

    async def _cut_off(self, key: str, prompt: Prompt, error: asyncio.CancelledError) -> None:
        """Enter what a cancelled call has cost. A store that is slow does not hold up the end for long."""
        for cost_so_far in error.args:
            if isinstance(cost_so_far, Unanswered) and cost_so_far.attempts:
                call = replace(self._call(key, prompt, cost_so_far), outcome=CallOutcome.CANCELLED)
                await asyncio.wait({asyncio.ensure_future(self.store.enter(call))}, timeout=ENTERING)

    def at(self, depth: Depth) -> "RememberingModel":
        """The same, for calls of a review of this depth."""
        return replace(self, depth=depth)

    def forgetting(self) -> "RememberingModel":
        """The same without its memory."""
        return replace(self, keeps=False)

    def key(self, prompt: Prompt) -> str:
        """The name under which the answer is remembered."""
        thought = (str(prompt.thinking),) if prompt.thinking else ()
        text = "\0".join((self.repo, self.name, prompt.rules, without_files(prompt.brief), prompt.question, *thought))
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

    def _call(self, key: str, prompt: Prompt, outcome: Outcome) -> ModelCall:
        return ModelCall(
            id=uuid.uuid4().hex,
            review_id=self.review_id,
            repo=self.repo,
            key=key,
            model=self.name,
            usage=outcome.usage,
            nanodollars=to_nanodollars(cost(outcome.usage, spec_of(self.name))),
            seconds=outcome.seconds,
            attempts=outcome.attempts,
            outcome=outcome_of(outcome),
            at=self.clock.now().timestamp(),
            installation=self.installation,
            depth=self.depth,
            purpose=prompt.purpose,
        )


def _without_secrets(outcome: Outcome) -> Outcome:
    """Before it is remembered, or seen by anybody: the model saw none, but it may make one up, or know one."""
    if isinstance(outcome, Answer):
        return replace(outcome, text=answer_without_secrets(outcome.text))
    return outcome


def _usable(prompt: Prompt, answer: Answer) -> bool:
    """Whether the same answer would do again: whole, and in the agreed form."""
    if answer.whole_text is None:
        return False

    try:
        prompt.read(answer.whole_text)
    except AnswerError:
        return False
    return True


async def with_memory(world: World, job: ReviewJob, caller: Caller = ANYBODY) -> World:
    """The world in which a review's models remember, the policy's own choice too."""
    repo = await world.store.key(job.ref)

    def remembering(model: Model) -> RememberingModel:
        return RememberingModel(model, world.store, world.clock, repo, job.name, caller, job.ref.installation)

    return world.with_each_model(remembering)
