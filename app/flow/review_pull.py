"""The path of one review, on one screen: fetch, cut, ask, place, publish."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from app.core.chunk import Chunk, cut
from app.core.diff import parse
from app.core.formats.github import review_draft
from app.core.job import ReviewJob
from app.core.posting import HeadMoved, Posted
from app.core.prompt import brief
from app.core.review import Reading, Review, assemble, bill, refuse
from app.core.scope import choose
from app.flow.read_chunk import Reader
from app.flow.world import World

ATTRIBUTES = ".gitattributes"


async def read_pull(job: ReviewJob, world: World) -> Review | HeadMoved:
    """Fetch, cut, ask, place: everything that costs time or money, and nothing that anybody sees."""
    started = world.clock.monotonic()
    fetched = await world.forge.fetch(job.ref, [ATTRIBUTES])
    pull = fetched.opened.pull
    if pull.head_sha != job.head_sha:
        return HeadMoved(pull.head_sha)
    attributes = fetched.opened.base_files.get(ATTRIBUTES, "")
    scope = choose(parse(fetched.diff.text), attributes=attributes, max_lines=world.limits.file_lines)
    reader = Reader(world.model, world.spec, brief(pull, scope.reviewed), world.limits.output_tokens)
    readings = await _ask(cut(scope.reviewed, world.limits.chunk_tokens, world.spec.chars_per_token), reader)
    spent = await world.store.spent(job.name)
    paid = bill(world.spec, spent, readings, world.clock.monotonic() - started, reader.prefix_tokens)
    return assemble(job.head_sha, scope, fetched.diff.unread, readings, paid, most=world.limits.comments)


async def _ask(chunks: Sequence[Chunk], reader: Reader) -> list[Reading]:
    """All chunks at once; the model's adapter holds them to its limits and lets the first one open the cache.

    The largest goes first: it is likely to be answered last, and the one that opens the cache has a head start.
    """
    order = sorted(range(len(chunks)), key=lambda number: -chunks[number].tokens)
    done = dict(zip(order, await asyncio.gather(*(reader.read(chunks[number]) for number in order)), strict=True))
    return [reading for number in range(len(chunks)) for reading in done[number]]


async def publish(
    job: ReviewJob, read: Review | HeadMoved, world: World, attempt: int, clear: Callable[[], Awaitable[None]]
) -> Review | HeadMoved:
    """Post the comments, if this is still what is wanted; what GitHub refuses moves to the summary.

    `clear` is awaited before anything is written. A step also where there is nothing to post: after a crash the pull
    request may read differently, and the steps must be the same ones.
    """

    async def post() -> Posted | HeadMoved:
        if isinstance(read, HeadMoved):
            return read
        await clear()
        newer = await world.store.newer_head(job)  # here, not before: a remembered look would be stale after a crash
        return HeadMoved(newer) if newer else await world.forge.publish(job.ref, review_draft(read, job.name))

    posted = await world.journal.step(f"publish {attempt}", post, Posted | HeadMoved)
    if isinstance(posted, HeadMoved):
        return posted
    if isinstance(read, HeadMoved):
        return read
    placed = dict(zip(review_draft(read, job.name).comments, read.inline, strict=True))
    return replace(refuse(read, [placed[comment] for comment in posted.rejected]), urls=posted.urls)
