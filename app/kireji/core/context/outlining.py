"""Outlines as processes of their own make them: one plain value in, one out. A grammar may take its process with it."""

from dataclasses import dataclass

from kireji.core.code.outline import Outline, outline, plain_outline
from kireji.core.diff.unified import FileDiff, LineKind


@dataclass(frozen=True, slots=True)
class OutlineRequest:
    """A file whose outline is wanted."""

    path: str
    text: str

    rows: tuple[int, ...] = ()
    """Those of which is wanted what they use, from 0."""


def request_outline(file: FileDiff, text: str) -> OutlineRequest:
    """A changed file as the pull request has it: asked for is what its added lines use."""
    rows = tuple(line.new - 1 for line in file.lines if line.kind is LineKind.ADDED and line.new)
    return OutlineRequest(file.path, text, rows)


def outline_by_grammar(source: OutlineRequest) -> Outline:
    """Its outline by the grammar of its language, where there is one."""
    return outline(source.path, source.text, source.rows)


def outline_by_words(source: OutlineRequest) -> Outline:
    """What words and indentation tell, where the grammar came to no end."""
    return plain_outline(source.path, source.text, source.rows)
