"""What a review needs of the outside."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field, replace

from kireji.core.chunks.depth import Depth
from kireji.core.events.job import Ask
from kireji.core.models import model_words
from kireji.core.models.catalogue import ModelSpec, is_retired, spec_of
from kireji.core.money.budget import SpendingLimits
from kireji.core.operations.perils import RiskyPart
from kireji.core.policy.overrides import NONE, Overrides
from kireji.core.policy.reading import Policy
from kireji.core.wording import review_words
from kireji.flow.lives import Life
from kireji.ports import Apart, Clock, Code, Forge, Journal, Model, Store

LONGEST_WAIT = 3700.0  # seconds; a longer one ends what waits: GitHub's primary limit refills within the hour


@dataclass(frozen=True, slots=True)
class Limits:
    """The operator's limits. Tokens are the model's; `comments` is the most inline comments a review may have.

    `models` are those that a policy may choose besides the operator's own, `deep_model` the better one of deep reviews,
    "" for none. Models that Anthropic retires are not to be had any more where `anthropic_runs_it`. `answers` are those
    that one person gets in a repository within an hour.
    """

    chunk_tokens: int = 4000
    context_tokens: int = 1000
    output_tokens: int = 4096
    comments: int = 30
    file_lines: int = 5000
    models: tuple[str, ...] = ()
    deep_model: str = ""
    anthropic_runs_it: bool = True
    budget: SpendingLimits = SpendingLimits()  # noqa: RUF009 - frozen
    answers: int = 20


@dataclass(frozen=True, slots=True)
class World:
    """The ports and limits of one process. `models` gives one of `limits.models`, or `limits.deep_model`, by its name.

    Without `code` no repository is searched as a whole. `shows`: whoever runs this shows each review himself, as the
    Action's step does in its summary, so that a review can do without its check run where GitHub allows none. `life` is
    the start of the job that this is the world of, where starts are counted.
    """

    forge: Forge
    model: Model
    store: Store
    journal: Journal
    clock: Clock
    limits: Limits
    models: Callable[[str], Model] | None = None
    overrides: Overrides = NONE
    code: Code | None = None
    shows: bool = False
    apart: Apart = field(kw_only=True)
    life: Life | None = None

    @property
    def plain(self) -> bool:
        """Whether to do without what may end the process and can be left out: earlier starts of this job did end it."""
        return self.life is not None and self.life.past.suspect

    def part(self, part: RiskyPart) -> AbstractAsyncContextManager[None]:
        """While a part of the work is under way that may end the process; see `lives.py`."""
        return nullcontext() if self.life is None else self.life.part(part)

    @property
    def spec(self) -> ModelSpec:
        """The model's row in the price table."""
        return spec_of(self.model.name)

    @property
    def chunk_room(self) -> int:
        """How many tokens a chunk may have: with all that goes before it, less than makes a prompt of the model's dear."""
        return min(self.limits.chunk_tokens, self.spec.prompt_room // 2)

    @property
    def context_room(self) -> int:
        """How many bytes of context a prompt may have."""
        return int(self.limits.context_tokens * self.spec.chars_per_token)

    @property
    def deep(self) -> Model | None:
        """The better model of deep reviews, if there is one."""
        name = self.limits.deep_model
        return self.models(name) if self.models is not None and name and not self._is_retired(name) else None

    def wanted(self, policy: Policy, ask: Ask) -> Depth:
        """How deep a review is to go, if it can."""
        return Depth.DEEP if ask.deep else policy.depth

    def under(self, policy: Policy) -> "World":
        """The world as a repository's policy wants it, within the operator's limits."""
        most = policy.findings.max_comments
        limits = self.limits if most is None else replace(self.limits, comments=min(most, self.limits.comments))
        if policy.model is None or policy.model not in self.limits.models or self.models is None:
            return replace(self, limits=limits)
        if self._is_retired(policy.model):
            return replace(self, limits=limits)
        return replace(self, limits=limits, model=self.models(policy.model))

    def in_force(self, policy: Policy) -> tuple[str, ...]:
        """What a policy comes to within the operator's limits, in plain sentences."""
        under = self.under(policy)
        return (review_words.in_force(under.model.name, under.limits.comments), *under.notes(policy))

    def notes(self, policy: Policy) -> tuple[str, ...]:
        """What of a policy could not be had here, in plain sentences."""
        if policy.model is None or policy.model == self.model.name:
            return ()
        if self._is_retired(policy.model):
            return (model_words.retired_in_policy(spec_of(policy.model), self.model.name),)
        return (review_words.model_denied(policy.model, self.model.name),)

    def _is_retired(self, model: str) -> bool:
        return self.limits.anthropic_runs_it and is_retired(spec_of(model), self.clock.now().date())
