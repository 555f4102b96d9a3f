"""What one review is done with: what the repository's policy chose, within the operator's limits."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from kireji.core.chunks.depth import Depth
from kireji.core.models import model_words
from kireji.core.models.catalogue import ModelSpec, spec_of
from kireji.core.policy.reading import Policy
from kireji.core.wording import review_words
from kireji.flow.memo import RememberingModel
from kireji.flow.world import Limits, World
from kireji.ports import Model


@dataclass(frozen=True, slots=True)
class ReviewSetup:
    """The models and limits of one review."""

    model: Model
    """Reads every chunk."""
    deep: Model | None
    """The better model of deep reviews, where the operator offers one."""
    limits: Limits
    """The operator's, with no more comments than the policy wants."""
    notes: tuple[str, ...] = ()
    """What of the policy could not be had here, in plain sentences."""

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

    def at_depth(self, depth: Depth) -> "ReviewSetup":
        """The same, its calls entered in the ledger under this depth."""
        return self._with_each(lambda model: model.at(depth))

    def forgetting(self) -> "ReviewSetup":
        """The same for a review whose answers are of no use to any other."""
        return self._with_each(RememberingModel.forgetting)

    def _with_each(self, change: Callable[[RememberingModel], Model]) -> "ReviewSetup":
        """The same with other models in place of those that remember."""

        def changed(model: Model) -> Model:
            return change(model) if isinstance(model, RememberingModel) else model

        deep = None if self.deep is None else changed(self.deep)
        return replace(self, model=changed(self.model), deep=deep)


def choose_setup(world: World, policy: Policy) -> ReviewSetup:
    """What a review under this policy is done with."""
    model = _choose_model(world, policy)
    wish = policy.findings.max_comments
    comments = world.limits.comments if wish is None else min(wish, world.limits.comments)
    limits = replace(world.limits, comments=comments)
    return ReviewSetup(model, _deep_model(world), limits, _refusals(world, policy, model))


def describe_setup(world: World, policy: Policy) -> tuple[str, ...]:
    """What a policy comes to within the operator's limits, in plain sentences."""
    setup = choose_setup(world, policy)
    return (review_words.in_force(setup.model.name, setup.limits.comments), *setup.notes)


def _choose_model(world: World, policy: Policy) -> Model:
    """The policy's, if the operator allows it and it can be had; else the operator's own."""
    if policy.model is None or policy.model not in world.limits.models or world.models is None:
        return world.model
    return world.model if world.is_retired(policy.model) else world.models(policy.model)


def _deep_model(world: World) -> Model | None:
    name = world.limits.deep_model
    if not name or world.models is None or world.is_retired(name):
        return None
    return world.models(name)


def _refusals(world: World, policy: Policy, model: Model) -> tuple[str, ...]:
    if policy.model is None or policy.model == model.name:
        return ()
    if world.is_retired(policy.model):
        return (model_words.retired_in_policy(spec_of(policy.model), model.name),)
    return (review_words.model_denied(policy.model, model.name),)
