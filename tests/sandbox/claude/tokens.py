"""The sandbox's token estimate. It is not Claude's tokenizer: it is deterministic, and near enough for budgets.

3.5 characters make a token on the 4.5 models, and the 5.x models count 30 % more for the same text. A message costs
four tokens for its role, an image 1,500. An answer schema is written into the prompt, so its text is counted too.
"""

import math

CHARS_PER_TOKEN = 3.5
NEWER_FACTOR = 1.3
TURN_TOKENS = 4
IMAGE_TOKENS = 1500


def count_text(text: str, *, newer: bool) -> int:
    """The tokens of a text; 0 for an empty one."""
    return math.ceil(len(text) / CHARS_PER_TOKEN * (NEWER_FACTOR if newer else 1))


def cut_text(text: str, tokens: int, *, newer: bool) -> str:
    """The longest beginning of a text that has at most so many tokens."""
    return text[: math.floor(tokens * CHARS_PER_TOKEN / (NEWER_FACTOR if newer else 1))]
