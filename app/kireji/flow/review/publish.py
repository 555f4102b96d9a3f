"""Post what was read, if it is still wanted; then close the threads whose findings are fixed. Each a step of the journal."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

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
    """How many threads were closed; and what GitHub let nobody do: close others, and write the summary comment."""

    closed: int = 0
    left_open: int = 0
    no_closing: Denial | None = None
    no_summary: Denial | None = None

    @property
    def notes(self) -> tuple[str, ...]:
        """What the check run must say of it."""
        told = (
            denial_words.not_closed(self.no_closing, self.left_open) if self.no_closing else "",
            denial_words.no_summary_comment(self.no_summary) if self.no_summary else "",
        )
        return tuple(filter(None, told))


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

    async def post() -> Posted | HeadMoved:
        if isinstance(read, HeadMoved):
            return read
        await clear()
        newer = await world.store.newer_head(job)  # here, not before: a remembered look would be stale after a crash
        if newer or isinstance(read, NotWanted):
            return HeadMoved(newer) if newer else Posted()
        return await world.forge.publish(job.ref, review_draft(read.review, job.name))

    async def settle() -> Settled | int:
        return (
            await _settle(job, read, world)
            if isinstance(read, UnpostedReview) and isinstance(posted, Posted)
            else Settled()
        )

    posted = await world.journal.step(f"publish {attempt}", post, Posted | HeadMoved)
    settled = await world.journal.step(f"settle {attempt}", settle, Settled | int)
    if isinstance(posted, HeadMoved):
        return posted
    if isinstance(read, HeadMoved | NotWanted):
        return read
    review = read.review
    placed = dict(zip(review_draft(review, job.name).comments, review.inline, strict=True))
    refused = [placed[comment] for comment in posted.rejected if comment in placed]
    if isinstance(settled, int):  # a journal's, from before there was more to tell
        settled = Settled(settled)
    return record_posting(review, refused, posted.refused, urls=posted.urls, closed=settled.closed, notes=settled.notes)


async def _settle(job: ReviewJob, read: UnpostedReview, world: World) -> Settled:
    """Close the threads whose findings are fixed, and keep the one comment that a policy may ask for.

    What GitHub refuses of it costs nothing but itself.
    """
    refusals = list[Denial]()
    for one in read.fixed:
        marker = f"{FIXED} {job.name}"
        closed = await world.forge.close_thread(job.ref, one.thread, replies.fixed(one.reason), marker)
        if isinstance(closed, Denial):
            refusals.append(closed)

    no_summary: Denial | None = None
    if read.policy.summary_comment:
        kept = await world.forge.keep_comment(job.ref, summary_comment(read.review), SUMMARY)
        no_summary = kept if isinstance(kept, Denial) else None

    left_open = len(refusals)
    return Settled(len(read.fixed) - left_open, left_open, refusals[0] if refusals else None, no_summary)
