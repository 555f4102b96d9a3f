"""Synthetic changes of any size for tests and benchmarks: plausible code, deterministic, with mistakes at known lines."""

import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from string import Template
from typing import Literal

from tests.sandbox.synthetic_code import LANGUAGES, PARTS, WORDS, Language, Mistake

_OPENING = 4  # lines before a file's first block
_LEAST = 12
_LEAST_FOR_MISTAKE = 10


@dataclass(frozen=True, slots=True)
class Planted:
    """A mistake put in on purpose. `line` is 1-based on `side`; `title` is the stand-in reviewer's for it."""

    path: str
    line: int
    side: Literal["LEFT", "RIGHT"]
    title: str


@dataclass(frozen=True, slots=True)
class SyntheticChange:
    """A repository's files before a pull request, what it changes (path -> text), and the mistakes in it."""

    base: dict[str, str]
    head: dict[str, str | None]
    planted: tuple[Planted, ...]


@dataclass(frozen=True, slots=True)
class _Block:
    """Lines of a file. `planted` is the index of the line with a mistake, and the title of that."""

    lines: tuple[str, ...]
    planted: tuple[int, str] | None = None


def make_change(files: int, lines: int, planted: int, seed: int = 0) -> SyntheticChange:
    """Change so many files with so many added and deleted lines in all, so many of them mistakes.

    A third of the files is new, the others are modified in several hunks. Raises ValueError where the lines do not
    suffice: a file needs 12, and 10 more for each mistake, of which two files in three can have some.
    """
    spare = lines - _LEAST * files - _LEAST_FOR_MISTAKE * planted
    languages = [LANGUAGES[index % len(LANGUAGES)] for index in range(files)]
    plots = [index for index, language in enumerate(languages) if language.mistakes]
    if not plots or spare < 0:
        raise ValueError(f"{lines} lines in {files} files are too few for {planted} mistakes")

    rng = random.Random(seed)
    rng.shuffle(plots)
    mistakes = Counter(plots[index % len(plots)] for index in range(planted))
    change = SyntheticChange({}, {}, ())
    found: list[Planted] = []
    for index, (language, extra) in enumerate(zip(languages, _shares(spare, files, rng), strict=True)):
        path = f"{PARTS[index // 9 % len(PARTS)]}/{language.folder}/{rng.choice(WORDS)}_{index}{language.suffix}"
        chosen = [rng.choice(language.mistakes) for _ in range(mistakes[index])]
        quota = _LEAST + extra + _LEAST_FOR_MISTAKE * len(chosen)
        found += _write_file(change, path, language, chosen, quota=quota, rng=rng)

    return SyntheticChange(change.base, change.head, tuple(found))


def _write_file(
    change: SyntheticChange,
    path: str,
    language: Language,
    mistakes: Sequence[Mistake],
    *,
    quota: int,
    rng: random.Random,
) -> Iterator[Planted]:
    """Put one file into the change, of `quota` changed lines, and give its mistakes."""
    new = len(change.head) % 3 == 2
    limit = rng.randint(10, 99)
    added = _added(language, mistakes, quota - (_OPENING if new else 2), rng)
    old = [] if new else [_function(language, rng) for _ in range(rng.randint(3, 6))]

    if not new:
        change.base[path] = _text([_opening(language, path, limit), *old])
        limit += 100  # this line is deleted and added

    blocks = [_opening(language, path, limit), *_interleave(old, added, rng)]
    change.head[path] = _text(blocks)
    line = 1
    for block in blocks:
        if block.planted is not None:
            yield Planted(path, line + block.planted[0], "RIGHT", block.planted[1])
        line += len(block.lines)


def _added(language: Language, mistakes: Sequence[Mistake], size: int, rng: random.Random) -> list[_Block]:
    """Blocks of exactly so many lines, with these mistakes among them."""
    blocks = [_Block(tuple(_fill(mistake.code, rng)), (mistake.line, mistake.title)) for mistake in mistakes]
    size -= sum(len(block.lines) for block in blocks)
    while size > 0:
        block = _function(language, rng)
        if len(block.lines) > size:
            block = _Block(tuple(f"{language.comment} {_name(rng)} of the {rng.choice(PARTS)}" for _ in range(size)))
        blocks.append(block)
        size -= len(block.lines)

    rng.shuffle(blocks)
    return blocks


def _interleave(old: Sequence[_Block], added: Sequence[_Block], rng: random.Random) -> list[_Block]:
    """The old blocks in their order, with the added ones at up to four places between them."""
    places = [rng.randint(0, len(old)) for _ in range(4)]
    at = sorted((rng.choice(places), index) for index in range(len(added)))
    mixed = list(old)
    for place, index in reversed(at):
        mixed.insert(place, added[index])
    return mixed


def _opening(language: Language, path: str, limit: int) -> _Block:
    lines = tuple(Template(language.opening).substitute(path=path, limit=limit).split("\n"))
    if len(lines) != _OPENING:
        raise ValueError(f"the opening of {language.suffix} has {len(lines)} lines")
    return _Block(lines)


def _function(language: Language, rng: random.Random) -> _Block:
    return _Block(tuple(_fill(rng.choice(language.functions), rng)))


def _fill(code: str, rng: random.Random) -> Iterable[str]:
    first, second, third = rng.sample(WORDS, 3)
    number = rng.randint(2, 999)
    return Template(code).substitute(name=_name(rng), a=first, b=second, c=third, n=number).split("\n")


def _name(rng: random.Random) -> str:
    return f"{rng.choice(WORDS)}_{rng.choice(WORDS)}_{rng.randint(100, 99999)}"


def _shares(total: int, count: int, rng: random.Random) -> list[int]:
    """Whole numbers that add up to the total, some of them several times as large as others."""
    weights = [rng.uniform(0.3, 2) for _ in range(count)]
    shares = [int(total * weight / sum(weights)) for weight in weights]
    shares[0] += total - sum(shares)
    return shares


def _text(blocks: Iterable[_Block]) -> str:
    return "".join(f"{line}\n" for line in chain.from_iterable(block.lines for block in blocks))
