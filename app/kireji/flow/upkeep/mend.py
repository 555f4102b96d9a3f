"""Reviews that nobody works on any more, check runs that nobody will close, and heads that no delivery reported."""

import contextlib
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from kireji.core.events.job import ReviewJob
from kireji.core.formats.github import left_report
from kireji.core.operations.lifecycle import ReviewRecord
from kireji.core.operations.mending import ending
from kireji.core.pulls.posting import Conclusion
from kireji.errors import DefectError, TransientError, UserError
from kireji.ports import Clock, Forge, Store, Upkeep

log = logging.getLogger(__name__)

GRACE = 120.0  # seconds: what ended later may still be reported by the worker that ended it
LONG = 900.0  # seconds in the queue that the operator should hear of
AT_ONCE = 50  # check runs closed in one sweep
HEADS_AT_ONCE = 20
REFUSED = 3_600.0  # seconds until a check run that GitHub refused to close is tried again
GIVEN_UP = 3 * 86_400.0  # seconds after its review's end: then it is left open


async def mend_reviews(store: Store, upkeep: Upkeep, clock: Clock) -> None:
    """Queue again what lost its work, end what cannot go on, hand over what a vanished worker has."""
    now = clock.now().timestamp()

    for stray in await upkeep.strays(now - GRACE):
        review = stray.review
        end = ending(stray.fate)
        if end is None:
            log.warning("review %s was in no queue: it is queued again", review.id)
            await upkeep.enqueue_again(review)
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
class _Turns:
    """Whose turn it is in a sweep. What failed comes after all others, so that no repository holds up another."""

    _failed: set[str] = field(default_factory=set)
    """The reviews that failed at their last turn."""
    _later: dict[str | int | None, float] = field(default_factory=dict)
    """The reviews, and the installations, whose turn must wait, and until when."""

    def each(self, reviews: Sequence[ReviewRecord], now: float, most: int) -> Iterator[ReviewRecord]:
        """At most so many of these reviews, one after the other."""
        self._failed &= {review.id for review in reviews}
        self._later = {key: until for key, until in self._later.items() if until > now}

        failed_last = sorted(reviews, key=lambda review: review.id in self._failed)
        for review in failed_last:
            must_wait = review.id in self._later or review.ref.installation in self._later
            if most and not must_wait:
                most -= 1
                yield review

    @contextlib.contextmanager
    def turn(self, review: ReviewRecord, now: float, what: str) -> Iterator[None]:
        """What goes wrong in here is logged, and the others have their turns.

        Where GitHub named a time, the installation's other reviews wait, too.
        """
        self._failed.add(review.id)  # until it went well: the sweep's time may be over before

        try:
            yield
        except (UserError, DefectError) as error:
            log.warning("%s of review %s: %s", what, review.id, error)
            self._later[review.id] = now + REFUSED
        except TransientError as error:
            log.warning("%s of review %s: %s; it has another turn", what, review.id, error)
            if error.retry_after is not None:
                self._later[review.ref.installation] = now + error.retry_after
        else:
            self._failed.discard(review.id)

    def failed(self, review: ReviewRecord) -> bool:
        """Whether its last turn failed."""
        return review.id in self._failed


@dataclass
class Checks:
    """Completes the check runs that ended reviews left open."""

    forge: Forge
    store: Store
    upkeep: Upkeep
    clock: Clock
    _turns: _Turns = field(default_factory=_Turns)

    async def close(self) -> None:
        """Close those that are open, unless GitHub has them completed already."""
        now = self.clock.now().timestamp()
        left_open = await self.upkeep.open_checks(now - GRACE)
        for review in self._turns.each(left_open, now, AT_ONCE):
            with self._turns.turn(review, now, "closing the check run"):
                await self._close(review)
            if self._turns.failed(review) and (review.finished_at or 0) < now - GIVEN_UP:
                await self.store.closed_check(review.id, Conclusion.NEUTRAL)

    async def _close(self, review: ReviewRecord) -> None:
        """Who died between opening it and noting its number left only its name."""
        check = review.check_run_id or await self.forge.find_check(review.ref, review.head_sha, review.id)
        if check is None:  # GitHub has no such check run: it is not looked for again
            await self.store.closed_check(review.id, Conclusion.NEUTRAL)
            return

        conclusion = await self.forge.check_conclusion(review.ref, check)
        if conclusion is None:
            job = ReviewJob(review.ref, review.head_sha, review.generation, id=review.id)
            report = left_report(review, await self.store.newer_head(job))
            await self.forge.update_check(review.ref, check, report)
            conclusion = report.conclusion or Conclusion.NEUTRAL
            log.info("the check run of review %s was left open: closed as %s", review.id, conclusion)

        await self.store.closed_check(review.id, conclusion)


@dataclass
class Heads:
    """Follows the heads that no delivery reported.

    The delivery was lost, or an older one came after it: redelivered ones come in any order.
    """

    forge: Forge
    upkeep: Upkeep
    clock: Clock
    _turns: _Turns = field(default_factory=_Turns)

    async def follow(self) -> None:
        """Reviews that found another head than they were asked for: ask for that one's."""
        now = self.clock.now().timestamp()
        in_vain = await self.upkeep.in_vain(now - GRACE)
        for review in self._turns.each(in_vain, now, HEADS_AT_ONCE):
            with self._turns.turn(review, now, "looking for the head"):
                await self._follow(review)

    async def _follow(self, review: ReviewRecord) -> None:
        ref = review.ref
        try:
            head = await self.forge.pull_head(ref)
        except UserError as error:
            log.warning("the head of %s#%d cannot be read: %s", ref.repo, ref.number, error)
            await self.upkeep.request_head(review, None)
            return
        if await self.upkeep.request_head(review, head.sha if head.open else None):
            log.info("no delivery reported head %s of %s#%d: it is queued", head.sha, ref.repo, ref.number)
