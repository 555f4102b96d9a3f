"""What a review needs of the outside: the ports, and the operator's limits."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass, field, replace

from kireji.core.models.catalogue import is_retired, spec_of
from kireji.core.money.budget import SpendingLimits
from kireji.core.operations.perils import RiskyPart
from kireji.core.policy.overrides import NONE, Overrides
from kireji.flow.lives import Life
from kireji.ports import Apart, Clock, Code, Forge, Journal, Model, Store

LONGEST_WAIT = 3700.0  # seconds; a longer one ends what waits: GitHub's primary limit refills within the hour


@dataclass(frozen=True, slots=True)
class Limits:
    """The operator's limits."""

    chunk_tokens: int = 4000
    """How many of the model's tokens a chunk may have."""
    context_tokens: int = 1000
    """How many tokens of code around the change each prompt may have; 0 for none."""
    output_tokens: int = 4096
    """How many tokens an answer may have."""
    comments: int = 30
    """How many inline comments a review may have."""
    file_lines: int = 5000
    """How many changed lines a file may have to be read."""
    models: tuple[str, ...] = ()
    """The models that a policy may choose besides the operator's own."""
    deep_model: str = ""
    """The better model of deep reviews, "" for none."""
    anthropic_runs_it: bool = True
    """Whether Anthropic serves the models, so that those that it retires cannot be used any more."""
    budget: SpendingLimits = SpendingLimits()  # noqa: RUF009 - frozen
    """What may be spent."""
    answers: int = 20
    """How many answers one person gets in a repository within an hour."""


@dataclass(frozen=True, slots=True)
class World:
    """The ports and limits of one process. What one review chose within them is its `ReviewSetup`."""

    forge: Forge
    model: Model
    """The operator's own model."""
    store: Store
    journal: Journal
    clock: Clock
    limits: Limits
    models: Callable[[str], Model] | None = None
    """One of `limits.models`, or `limits.deep_model`, by its name."""
    overrides: Overrides = NONE
    """What the operator has decided instead of the repositories."""
    code: Code | None = None
    """The repositories as a whole; without it none is searched."""
    shows: bool = False
    """Whether whoever runs this shows each review himself, as the Action's step does in its summary: then a review can do
    without its check run where GitHub allows none."""
    apart: Apart = field(kw_only=True)
    life: Life | None = None
    """The start of the job that this is the world of, where starts are counted."""

    @property
    def plain(self) -> bool:
        """Whether to do without what may end the process and can be left out: earlier starts of this job did end it."""
        return self.life is not None and self.life.past.suspect

    def part(self, part: RiskyPart) -> AbstractAsyncContextManager[None]:
        """While a part of the work is under way that may end the process; see `lives.py`."""
        return nullcontext() if self.life is None else self.life.part(part)

    def with_each_model(self, change: Callable[[Model], Model]) -> "World":
        """The same with another model in place of each: of its own, and of those that are had by their names."""
        models = self.models
        if models is None:
            return replace(self, model=change(self.model))

        def changed(name: str) -> Model:
            return change(models(name))

        return replace(self, model=change(self.model), models=changed)

    def is_retired(self, model: str) -> bool:
        """Whether it cannot be used any more."""
        return self.limits.anthropic_runs_it and is_retired(spec_of(model), self.clock.now().date())
