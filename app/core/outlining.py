"""Outlines as processes of their own make them: one plain value in, one out. A grammar may take its process with it."""

from dataclasses import dataclass

from app.core.diff import FileDiff, LineKind
from app.core.languages import language
from app.core.outline import Outline, outline, plain_outline
from app.core.outline_plain import NOT_CODE


@dataclass(frozen=True, slots=True)
class Source:
    """A file whose outline is wanted, with what these rows (from 0) use."""

    path: str
    text: str
    rows: tuple[int, ...] = ()


def source_of(file: FileDiff, text: str) -> Source:
    """A changed file as the pull request has it: asked for is what its added lines use."""
    lines = (line for hunk in file.hunks for line in hunk.lines)
    return Source(file.path, text, tuple(line.new - 1 for line in lines if line.kind is LineKind.ADDED and line.new))


def is_prose(source: Source) -> bool:
    """Whether it is no code: its lines are all there is of its outline, and nothing parses them."""
    return language(source.path) in {None, *NOT_CODE}


def by_grammar(source: Source) -> Outline:
    """Its outline by the grammar of its language, where there is one."""
    return outline(source.path, source.text, source.rows)


def by_words(source: Source) -> Outline:
    """What words and indentation tell, where the grammar came to no end."""
    return plain_outline(source.path, source.text, source.rows)
