"""Reads, at the head commit, what a review's prompts say of the code around the changes. Less is known where that fails."""

import asyncio
import logging
from collections.abc import Mapping, Sequence

from app.core.context_files import NOTHING, Surroundings
from app.core.context_view import outline_head
from app.core.diff import FileDiff, FileStatus
from app.core.job import ReviewJob
from app.core.outline import Outline
from app.core.policy_model import Pieces
from app.core.redact import redact_text
from app.errors import KirejiError
from app.flow.world import World

MOST_FILES = 50  # one request
MOST_CHARS = 2_000_000  # of all files: their outlines are made while the review waits

log = logging.getLogger("kireji.context")


async def look_around(job: ReviewJob, files: Sequence[FileDiff], pieces: Pieces, world: World) -> Surroundings:
    """The outlines of the changed files, those with the most changes where there are many. Never fails a review."""
    if not world.limits.context_tokens or not (pieces.enclosing or pieces.definitions or pieces.callers):
        return NOTHING
    there = [file for file in files if file.status is not FileStatus.DELETED and not file.symlink]
    there.sort(key=lambda file: -file.changed_lines)
    try:
        texts = await world.forge.read_files(job.ref, job.head_sha, [file.path for file in there[:MOST_FILES]])
    except KirejiError as error:
        log.warning("no context for %s#%d: %s", job.ref.repo, job.ref.number, error)
        return NOTHING
    return Surroundings(await asyncio.to_thread(_outlines, there, texts))


def _outlines(files: Sequence[FileDiff], texts: Mapping[str, str]) -> dict[str, Outline]:
    found: dict[str, Outline] = {}
    room = MOST_CHARS
    for file in files:
        text = redact_text(file.path, texts.get(file.path, ""))
        room -= len(text)
        if text and room >= 0:
            found[file.path] = outline_head(file, text)
    return found
