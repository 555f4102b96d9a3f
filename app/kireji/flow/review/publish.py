"""Post what was read, if it is still wanted; then close the threads whose findings are fixed. Each a step of the journal."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from kireji.core.events.job import ReviewJob
from kireji.core.formats.github import review_draft, summary_comment
from kireji.core.pulls.denial import Denial
from kireji.core.pulls.posting import HeadMoved, NotWanted, Posted
from kireji.core.review.assemble import record_posting
from kireji.core.review.result import Review
from kireji.core.rounds.own_comment import FIXED
from kireji.core.wording import denial_words, replies
from kireji.flow.review.read_pull import UnpostedReview
from kireji.flow.world import World

SUMMARY = "summary"  # the marker of the one comment that a policy may ask for


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of our threads, and of the summary comment. Journals keep it."""

    closed: int = 0
    """How many threads were closed."""
    left_open: int = 0
    """How many GitHub let nobody close."""
    no_closing: Denial | None = None
    """Why it did not."""
    no_summary: Denial | None = None
    """Why the summary comment could not be written."""

    @property
    def notes(self) -> tuple[str, ...]:
        """What the check run must say of it."""
        paragraphs = list[str]()
        if self.no_closing:
            paragraphs.append(denial_words.not_closed(self.no_closing, self.left_open))
        if self.no_summary:
            paragraphs.append(denial_words.no_summary_comment(self.no_summary))
        return tuple(filter(None, paragraphs))


async def publish(
    job: ReviewJob,
    read: UnpostedReview | NotWanted | HeadMoved,
    world: World,
    attempt: int,
    clear: Callable[[], Awaitable[None]],
) -> Review | NotWanted | HeadMoved:
    """Post the comments, if this is still what is wanted; what GitHub refuses moves to the summary. Then settle.

    `clear` is awaited before anything is written. Both are steps also where there is nothing to post: after a crash
    the pull request may read differently, and the steps must be the same ones.
    """
    post = partial(_post, job, read, world, clear)
    posted = await world.journal.step(f"publish {attempt}", post, Posted | HeadMoved)

    settle = partial(_settle, job, read, posted, world)
    settled = await world.journal.step(f"settle {attempt}", settle, Settled | int)

    if isinstance(posted, HeadMoved):
        return posted
    if not isinstance(read, UnpostedReview):
        return read
    if isinstance(settled, int):  # from the journal of an earlier version, which kept the number only
        settled = Settled(settled)
    return _with_posted(job, read.review, posted, settled)


async def _post(
    job: ReviewJob,
    read: UnpostedReview | NotWanted | HeadMoved,
    world: World,
    clear: Callable[[], Awaitable[None]],
) -> Posted | HeadMoved:
    """Post the comments, unless the head has moved or there is no review to post."""
    if isinstance(read, HeadMoved):
        return read
    await clear()

    newer = await world.store.newer_head(job)  # here, not before: a remembered look would be stale after a crash
    if newer:
        return HeadMoved(newer)
    if isinstance(read, NotWanted):
        return Posted()
    return await world.forge.publish(job.ref, review_draft(read.review, job.name))


async def _settle(
    job: ReviewJob, read: UnpostedReview | NotWanted | HeadMoved, posted: Posted | HeadMoved, world: World
) -> Settled | int:
    """Close the threads whose findings are fixed, and keep the one comment that a policy may ask for.

    What GitHub refuses of it costs nothing but itself. Nothing happens where nothing was to be posted.
    """
    if not isinstance(read, UnpostedReview) or isinstance(posted, HeadMoved):
        return Settled()

    refusals = list[Denial]()
    for fixed in read.fixed:
        marker = f"{FIXED} {job.name}"
        closed = await world.forge.resolve_thread(job.ref, fixed.thread, replies.fixed(fixed.reason), marker)
        if isinstance(closed, Denial):
            refusals.append(closed)

    no_summary: Denial | None = None
    if read.policy.summary_comment:
        kept = await world.forge.keep_comment(job.ref, summary_comment(read.review), SUMMARY)
        no_summary = kept if isinstance(kept, Denial) else None

    left_open = len(refusals)
    return Settled(len(read.fixed) - left_open, left_open, refusals[0] if refusals else None, no_summary)


def _with_posted(job: ReviewJob, review: Review, posted: Posted, settled: Settled) -> Review:
    """The review with what became of it on GitHub."""
    drafts = review_draft(review, job.name).comments
    placed = dict(zip(drafts, review.inline, strict=True))
    refused = [placed[draft] for draft in posted.rejected if draft in placed]
    return record_posting(review, refused, posted.refused, urls=posted.urls, closed=settled.closed, notes=settled.notes)
