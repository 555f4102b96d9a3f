"""What the second reader costs, by the sandbox's token counts and Claude's prices: as built, and two other ways to ask it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from kireji.core.chunks.chunk import Chunk, cut
from kireji.core.chunks.rendering import render
from kireji.core.diff.unified import Diff, parse
from kireji.core.findings.parsing import parse as parse_answer
from kireji.core.findings.placement import Inline, by_path, place
from kireji.core.models.catalogue import MODELS, Usage, cost
from kireji.core.prompts.prompt import Prompt, brief, prompt
from kireji.core.prompts.verify import questions
from tests.bench.core import unified
from tests.fakes.forge import pull
from tests.sandbox.claude.tokens import count_text
from tests.sandbox.reviewer import review_chunk
from tests.sandbox.reviewer_talk import verify

SPEC = MODELS["claude-haiku-4-5"]


@dataclass(frozen=True, slots=True)
class Priced:
    """Dollars of one review: without a second reader, and with one asked in each of the ways."""

    files: int
    lines: int
    warm: bool
    findings: int
    alone: float
    batched: float
    by_chunk: float
    on_prefix: float


def measure(files: int, lines: int, planted: int) -> list[Priced]:
    """A synthetic pull request with a cold cache, and with a warm one."""
    diff = parse(unified(files, lines, planted))
    about, chunks = brief(pull(), diff.files), cut(diff.files, 4_000)
    found = [_found(chunk, diff) for chunk in chunks]
    every = [one for ones in found for one in ones]
    asked = [prompt(chunk, about, 4_096) for chunk in chunks]
    prefix = _tokens(asked[0].rules) + _tokens(asked[0].brief)
    rows = list[Priced]()
    for warm in (False, True):
        alone = sum(
            _finder(one, chunk, prefix, cold=not warm and not number)
            for number, (one, chunk) in enumerate(zip(asked, chunks, strict=True))
        )
        rows.append(
            Priced(
                files,
                sum(file.changed_lines for file in diff.files),
                warm,
                len(every),
                alone,
                alone + _own(every, diff),
                alone + sum(_own(ones, diff) for ones in found),
                alone + sum(_riding(one, ones, diff, prefix) for one, ones in zip(asked, found, strict=True) if ones),
            )
        )
    return rows


def _found(chunk: Chunk, diff: Diff) -> list[Inline]:
    told = parse_answer(json.dumps({"findings": review_chunk(render(chunk))})).findings
    spots = [place(one, by_path(diff.files)) for one in told]
    return [spot for spot in spots if isinstance(spot, Inline)]


def _finder(asked: Prompt, chunk: Chunk, prefix: int, *, cold: bool) -> float:
    said = _tokens(json.dumps({"findings": review_chunk(render(chunk))}))
    own = _tokens(asked.chunk)
    return _dollars(Usage(own, said, prefix, 0) if cold else Usage(own, said, 0, prefix))


def _own(placed: Sequence[Inline], diff: Diff) -> float:
    """Asked under its own short rules, in batches."""
    asked = [one.prompt for one in questions(placed, by_path(diff.files), pull().title)]
    return sum(_dollars(Usage(_sent(one), _tokens(json.dumps(verify(one.chunk, review_chunk))))) for one in asked)


def _riding(finder: Prompt, placed: Sequence[Inline], diff: Diff, prefix: int) -> float:
    """Asked behind the finder's prefix, read from the cache, and its chunk, sent again, with the findings but no code."""
    rules, said = 0, 0
    for one in questions(placed, by_path(diff.files), ""):
        blocks = one.prompt.chunk.split("\n")
        rules += _tokens(one.prompt.rules) + _tokens(
            "\n".join(line for line in blocks if line.startswith(("|", "===")))
        )
        said += _tokens(json.dumps(verify(one.prompt.chunk, review_chunk)))
    return _dollars(Usage(_tokens(finder.chunk) + rules, said, 0, prefix))


def _sent(asked: Prompt) -> int:
    return sum(map(_tokens, (asked.rules, asked.brief, asked.chunk)))


def _tokens(text: str) -> int:
    return count_text(text, newer=False)


def _dollars(usage: Usage) -> float:
    return float(cost(usage, SPEC))
