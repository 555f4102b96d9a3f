"""The model table and what usage costs."""

from datetime import date
from decimal import Decimal

import pytest

from kireji.core.models import model_words
from kireji.core.models.catalogue import MODELS, Usage, cost, retires_soon

SONNET = MODELS["claude-sonnet-4-5"]


@pytest.mark.parametrize(
    ("model", "usage", "dollars"),
    [
        ("claude-haiku-4-5", Usage(1_000, 100, 5_000, 20_000), "0.00975"),
        ("claude-haiku-4-5", Usage(150_000), "0.15"),
        ("claude-haiku-5-5", Usage(100_000, 1_000), "0.0105"),
        ("claude-haiku-5-5", Usage(100_001, 1_000), "0.0525005"),
        ("claude-haiku-5-5", Usage(1, 0, 0, 100_000), "0.0050005"),
    ],
)
def test_cost(model: str, usage: Usage, dollars: str) -> None:
    """By the table; Haiku 5.5 costs five times as much once the prompt, cached or not, has more than 100k tokens."""
    assert cost(usage, MODELS[model]) == Decimal(dollars)


@pytest.mark.parametrize(
    ("today", "soon", "words"),
    [
        (date(2026, 9, 30), False, ""),
        (date(2026, 10, 1), True, "retires on 2026-11-30: set claude-sonnet-5-5 instead before that day"),
        (
            date(2026, 11, 30),
            True,
            "retired the model claude-sonnet-4-5 on 2026-11-30: it is not used; set claude-sonnet-5-5 instead",
        ),
        (
            date(2027, 3, 1),
            True,
            "retired the model claude-sonnet-4-5 on 2026-11-30: it is not used; set claude-sonnet-5-5 instead",
        ),
    ],
)
def test_retirement(today: date, soon: bool, words: str) -> None:
    """Sixty days before it there is a warning, and from the day on another."""
    assert retires_soon(SONNET, today) is soon
    if soon:
        assert words in model_words.retiring(SONNET, today)
    assert not retires_soon(MODELS["claude-haiku-4-5"], today)
    assert not model_words.retiring(MODELS["claude-haiku-4-5"], today)
