"""The system prefix; Chunk -> Prompt; the answer's schema."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Prompt:
    """One question to the model, in the order in which the cache reads it.

    `rules` is the product's own text, the same for every call; `brief` is the same for every chunk of one review;
    `chunk` is what is to be read now. A cache breakpoint follows `rules` and `brief`.
    """

    rules: str
    brief: str
    chunk: str
    max_tokens: int
