"""Reviews that nobody works on any more, check runs that nobody will close, and heads that no delivery told of."""

import logging
from dataclasses import dataclass, field

from app.core.formats.github import left_report
from app.core.job import ReviewJob
from app.core.lifecycle import ReviewRecord
from app.core.mending import ending
from app.core.posting import Conclusion
from app.errors import DefectError, UserError
from app.ports import Clock, Forge, Store, Upkeep

log = logging.getLogger(__name__)

GRACE = 120.0  # seconds: what ended later may still be told by the worker that ended it
LONG = 900.0  # seconds in the queue that the operator should hear of
AT_ONCE = 50  # check runs closed in one sweep
REFUSED = 3_600.0  # seconds until a check run that GitHub refused to close is tried again
GIVEN_UP = 3 * 86_400.0  # seconds after its review's end: then it is left open


async def mend_reviews(store: Store, upkeep: Upkeep, clock: Clock) -> None:
    """Queue again what lost its work, end what cannot go on, hand over what a vanished worker has."""
    now = clock.now().timestamp()
    for stray in await upkeep.strays(now - GRACE):
        review, end = stray.review, ending(stray.fate)
        if end is None:
            log.warning("review %s was in no queue: it is queued again", review.id)
            await upkeep.queue_again(review)
        else:
            log.warning("review %s was still %s, but its work is %s", review.id, review.state, stray.fate)
            await store.finish(review.id, *end)
    for worker in await upkeep.disown():
        log.warning("worker %s has reviews and is gone: they will be taken over", worker)
    since = await upkeep.waiting_since(now - LONG)
    if since is not None:
        waits = (now - since) / 60
        log.warning(
            "a review has been in the queue for %d minutes: is a worker running, and are the limits wide?", waits
        )


@dataclass
class Checks:
    """Completes the check runs that ended reviews left open. `_later` are those that GitHub refused, and until when."""

    forge: Forge
    store: Store
    upkeep: Upkeep
    clock: Clock
    _later: dict[str, float] = field(default_factory=dict)

    async def close(self) -> None:
        """Close those that are open, unless GitHub has them completed already."""
        now = self.clock.now().timestamp()
        self._later = {review_id: until for review_id, until in self._later.items() if until > now}
        left_open = await self.upkeep.open_checks(now - GRACE)
        for review in [one for one in left_open if one.id not in self._later][:AT_ONCE]:
            try:
                await self._close(review)
            except (UserError, DefectError) as error:
                log.warning("the check run of review %s cannot be closed: %s", review.id, error)
                self._later[review.id] = now + REFUSED
                if (review.finished_at or 0) < now - GIVEN_UP:
                    await self.store.closed_check(review.id, Conclusion.NEUTRAL)

    async def _close(self, review: ReviewRecord) -> None:
        """Who died between opening it and noting its number left only its name."""
        check = review.check_run_id or await self.forge.find_check(review.ref, review.head_sha, review.id)
        if check is None:
            await self.store.closed_check(review.id, Conclusion.NEUTRAL)  # there is none: nobody need look again
            return
        conclusion = await self.forge.check_conclusion(review.ref, check)
        if conclusion is None:
            job = ReviewJob(review.ref, review.head_sha, review.generation)
            report = left_report(review, await self.store.newer_head(job))
            await self.forge.update_check(review.ref, check, report)
            conclusion = report.conclusion or Conclusion.NEUTRAL
            log.info("the check run of review %s was left open: closed as %s", review.id, conclusion)
        await self.store.closed_check(review.id, conclusion)


async def follow_heads(forge: Forge, upkeep: Upkeep, clock: Clock) -> None:
    """Reviews that found another head than they were asked for, while no delivery told of it: ask for that one's.

    The delivery was lost, or an older one came after it: redelivered ones come in any order.
    """
    for review in await upkeep.in_vain(clock.now().timestamp() - GRACE):
        try:
            head = await forge.pull_head(review.ref)
        except UserError as error:
            log.warning("the head of %s#%d cannot be read: %s", review.ref.repo, review.ref.number, error)
            await upkeep.want(review, None)
            continue
        if await upkeep.want(review, head.sha if head.open else None):
            log.info("no delivery told of head %s of %s#%d: it is queued", head.sha, review.ref.repo, review.ref.number)
