"""What a review needs of the outside."""

from dataclasses import dataclass

from app.core.money import MODELS, ModelSpec
from app.ports import Clock, Forge, Journal, Model, Store


@dataclass(frozen=True, slots=True)
class Limits:
    """The operator's limits. Tokens are the model's; `comments` is the most inline comments a review may have."""

    chunk_tokens: int = 4000
    output_tokens: int = 4096
    comments: int = 30
    file_lines: int = 5000


@dataclass(frozen=True, slots=True)
class World:
    """The ports and limits of one process."""

    forge: Forge
    model: Model
    store: Store
    journal: Journal
    clock: Clock
    limits: Limits

    @property
    def spec(self) -> ModelSpec:
        """The model's row in the price table."""
        return MODELS[self.model.name]
