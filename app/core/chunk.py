"""Diff + token budget -> Chunks; every reviewable line in exactly one chunk."""

from dataclasses import dataclass

from app.core.diff import FileDiff, Hunk


@dataclass(frozen=True, slots=True)
class Slice:
    """The lines `hunk.lines[start:stop]`, which the chunk is to review, and `hunk.lines[lead:start]`, shown before them.

    `lead == start` where the slice begins the hunk; changed lines between `lead` and `start` belong to another chunk.
    """

    hunk: Hunk
    start: int
    stop: int
    lead: int


@dataclass(frozen=True, slots=True)
class Part:
    """What a chunk holds of one file, slices in the file's order."""

    file: FileDiff
    slices: tuple[Slice, ...]


@dataclass(frozen=True, slots=True)
class Chunk:
    """What one model call reads. `tokens` is an estimate that errs upwards."""

    parts: tuple[Part, ...]
    tokens: int
