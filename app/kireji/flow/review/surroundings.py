"""Reads, at the head commit, what a review's prompts say of the code around the changes. Less is known where that fails."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from kireji.core.code.identifiers import Hit
from kireji.core.code.outline import Outline
from kireji.core.context.files import NOTHING, Surroundings
from kireji.core.context.guess import imported_paths
from kireji.core.context.outlining import Source, source_of
from kireji.core.context.search import choose, wanted
from kireji.core.diff.unified import FileDiff, FileStatus
from kireji.core.events.job import ReviewJob
from kireji.core.operations.perils import RiskyPart
from kireji.core.policy.model import Pieces
from kireji.core.secrets.spans import KnownSecrets
from kireji.errors import KirejiError
from kireji.flow.apart import outlines, texts_without_credentials
from kireji.flow.world import World

MAX_FILES = 50  # one request
MAX_CHARS = 2_000_000  # of all files: their outlines are made while the review waits

log = logging.getLogger("kireji.context")


@dataclass(frozen=True, slots=True)
class RepositoryView:
    """What was read of the repository at the head commit."""

    known: Surroundings = NOTHING
    """The code around the changes, for the prompts."""
    texts: Mapping[str, str] = field(default_factory=dict)
    """The changed files as they are, "" for what is no text there."""


async def look_around(
    job: ReviewJob, files: Sequence[FileDiff], pieces: Pieces, world: World, known: KnownSecrets
) -> RepositoryView:
    """The outlines of the changed files, those with the most changes where there are many, and of what they import.

    And of other files of the repository, where these leave something open. `known` are the credentials of the diff, in
    no outline any more. Never fails a review.
    """
    wanted_pieces = pieces.enclosing or pieces.definitions or pieces.callers
    if world.plain or not world.limits.context_tokens or not wanted_pieces:
        return RepositoryView()

    at_head = [file for file in files if file.status is not FileStatus.DELETED and not file.symlink]
    most_changed_first = sorted(at_head, key=lambda file: -file.changed_lines)
    paths = [file.path for file in most_changed_first[:MAX_FILES]]
    try:
        texts = await world.forge.read_files(job.ref, job.head_sha, paths)
    except KirejiError as error:
        log.warning("no context for %s#%d: %s", job.ref.repo, job.ref.number, error)
        return RepositoryView()

    async with world.part(RiskyPart.CONTEXT):
        heads = await _heads(most_changed_first, texts, known, world)
    surroundings = Surroundings(heads)
    if pieces.definitions or pieces.callers:
        surroundings = Surroundings(heads, await _imported(job, heads, world, known))
        found = await _search(job, files, surroundings, pieces, world, known=known)
        surroundings = Surroundings(heads, {**surroundings.others, **found})
    return RepositoryView(surroundings, {path: texts.get(path, "") for path in paths})


async def _search(
    job: ReviewJob,
    files: Sequence[FileDiff],
    surroundings: Surroundings,
    pieces: Pieces,
    world: World,
    *,
    known: KnownSecrets,
) -> Mapping[str, Outline]:
    """Files of the rest of the repository, where there is something to search for: no request to GitHub's API."""
    if world.code is None:
        return {}
    async with world.part(RiskyPart.CONTEXT):
        asked = await asyncio.to_thread(wanted, files, surroundings, pieces)
    if not asked.names:
        return {}

    def pick(hits: Sequence[Hit]) -> Sequence[str]:
        return choose(hits, asked, surroundings)

    try:
        texts = await world.code.find(job.ref, job.head_sha, asked.names, pick)
    except KirejiError as error:
        log.warning("%s#%d is not searched: %s", job.ref.repo, job.ref.number, error)
        return {}

    async with world.part(RiskyPart.CONTEXT):
        return await _others(texts, known, world)


async def _imported(
    job: ReviewJob, heads: Mapping[str, Outline], world: World, known: KnownSecrets
) -> Mapping[str, Outline]:
    """The files that the changed ones import, as far as their paths can be guessed: one request."""
    paths = _guess_imports(heads)[:MAX_FILES]
    if not paths:
        return {}
    try:
        texts = await world.forge.read_files(job.ref, job.head_sha, paths)
    except KirejiError as error:
        log.warning("no imported files for %s#%d: %s", job.ref.repo, job.ref.number, error)
        return {}

    async with world.part(RiskyPart.CONTEXT):
        return await _others(texts, known, world)


def _guess_imports(heads: Mapping[str, Outline]) -> list[str]:
    """The paths of what the changed files import: the likeliest of each file first, then the second of each, and so on."""
    by_rank = zip_longest(*(imported_paths(head) for head in heads.values()))
    guesses = dict[str, None]()
    for paths in by_rank:
        guesses |= dict.fromkeys(path for path in paths if path and path not in heads)
    return list(guesses)


async def _others(texts: Mapping[str, str], known: KnownSecrets, world: World) -> Mapping[str, Outline]:
    """The outlines of files that the pull request does not change."""
    cleaned = await texts_without_credentials(texts, known, world.apart)
    return await outlines([Source(path, text) for path, text in cleaned.items()], world.apart)


async def _heads(
    files: Sequence[FileDiff], texts: Mapping[str, str], known: KnownSecrets, world: World
) -> Mapping[str, Outline]:
    """The outlines of the changed files, as many of them as there is room for."""
    by_path = {file.path: texts.get(file.path, "") for file in files}
    cleaned = await texts_without_credentials(by_path, known, world.apart)

    room = MAX_CHARS
    sources = list[Source]()
    for file in files:
        text = cleaned.get(file.path, "")
        room -= len(text)
        if text and room >= 0:
            sources.append(source_of(file, text))
    return await outlines(sources, world.apart)
