"""The warning about a cache that is not used."""

import logging

import pytest

from kireji.adapters.claude.report import Reporter
from kireji.core.models.answer import Answer, Stop
from kireji.core.models.catalogue import MODELS, Usage
from kireji.core.prompts.prompt import Prompt

LONG = 4.5 * 4096
MISS = Usage(5000, 10)
READ = Usage(10, 10, 0, 5000)
WRITE = Usage(10, 10, 5000, 0)


@pytest.mark.parametrize(
    ("usages", "characters", "warnings"),
    [
        ((MISS, MISS), LONG, 1),
        ((MISS, MISS, MISS, MISS), LONG, 1),
        ((MISS, MISS, READ, MISS, MISS), LONG, 2),
        ((MISS, READ, MISS, WRITE, MISS), LONG, 0),
        ((MISS,), LONG, 0),
        ((MISS, MISS), LONG - 5, 0),
        ((Usage(), Usage()), LONG, 0),
    ],
)
def test_a_dead_cache_is_told_once(
    usages: tuple[Usage, ...], characters: float, warnings: int, caplog: pytest.LogCaptureFixture
) -> None:
    """Two calls in a row without the cache: one warning until it works again; none for what cannot be cached."""
    caplog.set_level(logging.WARNING, logger="kireji.claude")
    reporter = Reporter(MODELS["claude-haiku-4-5"])
    for usage in usages:
        reporter.report(Answer("", Stop.END, usage, 1.0), Prompt("x" * int(characters), "", "chunk", 1), None)
    assert caplog.text.count("two calls in a row neither wrote nor read the prompt cache") == warnings
