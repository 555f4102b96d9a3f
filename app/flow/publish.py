"""Post what was read, if it is still wanted; then close the threads whose findings are fixed. Each a step of the journal."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from app.core import replies
from app.core.formats.github import review_draft, summary_comment
from app.core.job import ReviewJob
from app.core.posting import HeadMoved, NotWanted, Posted
from app.core.review import Review, refuse
from app.core.told import FIXED
from app.flow.review_pull import Read
from app.flow.world import World

SUMMARY = "summary"  # the marker of the one comment that a policy may ask for


async def publish(
    job: ReviewJob,
    read: Read | NotWanted | HeadMoved,
    world: World,
    attempt: int,
    clear: Callable[[], Awaitable[None]],
) -> Review | NotWanted | HeadMoved:
    """Post the comments, if this is still what is wanted; what GitHub refuses moves to the summary. Then settle.

    `clear` is awaited before anything is written. Both are steps also where there is nothing to post: after a crash
    the pull request may read differently, and the steps must be the same ones.
    """

    async def post() -> Posted | HeadMoved:
        if isinstance(read, HeadMoved):
            return read
        await clear()
        newer = await world.store.newer_head(job)  # here, not before: a remembered look would be stale after a crash
        if newer or isinstance(read, NotWanted):
            return HeadMoved(newer) if newer else Posted()
        return await world.forge.publish(job.ref, review_draft(read.review, job.name))

    async def settle() -> int:
        return await _settle(job, read, world) if isinstance(read, Read) and isinstance(posted, Posted) else 0

    posted = await world.journal.step(f"publish {attempt}", post, Posted | HeadMoved)
    closed = await world.journal.step(f"settle {attempt}", settle, int)
    if isinstance(posted, HeadMoved):
        return posted
    if isinstance(read, HeadMoved | NotWanted):
        return read
    review = read.review
    placed = dict(zip(review_draft(review, job.name).comments, review.inline, strict=True))
    refused = [placed[comment] for comment in posted.rejected if comment in placed]
    return replace(refuse(review, refused), urls=posted.urls, closed=closed)


async def _settle(job: ReviewJob, read: Read, world: World) -> int:
    """Close the threads whose findings are fixed, and keep the one comment that a policy may ask for; how many closed."""
    for one in read.fixed:
        await world.forge.close_thread(job.ref, one.thread, replies.fixed(one.reason), f"{FIXED} {job.name}")
    if read.policy.summary_comment:
        await world.forge.keep_comment(job.ref, summary_comment(read.review), SUMMARY)
    return len(read.fixed)
