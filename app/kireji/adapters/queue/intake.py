"""What the web process does with a delivery: one transaction over our tables and the engine's queue, then it is safe."""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, assert_never

from sqlalchemy import Connection, Engine

from kireji.adapters.queue.seal import Seal
from kireji.adapters.store.deliveries import Body, TakenDelivery, seal_again, take_body, take_delivery
from kireji.adapters.store.engine import answers, database_errors, lock, writing
from kireji.adapters.store.listing import ask_of, caused_by, is_reviewed
from kireji.adapters.store.pulls import bump, close, dismiss, has_failed, pause, still_wants, unwant
from kireji.adapters.store.repositories import note
from kireji.adapters.store.reviews import add_review
from kireji.core.events.delivery import Delivery
from kireji.core.events.happened import CommentWritten, LabelChanged, PullRequestStacked
from kireji.core.events.job import CloseJob, Errand, Job, ReviewJob, ReviewRequest
from kireji.core.events.payloads.kept import kept
from kireji.core.events.payloads.repositories import whereabouts
from kireji.core.operations.lifecycle import NewReview, ReviewRecord
from kireji.core.pulls.pull import PullRef
from kireji.core.wording import end_words
from kireji.errors import UserError
from kireji.ports.machine import Clock

log = logging.getLogger(__name__)

MAX_DEBOUNCE = 60.0  # seconds from the first push that no review has answered


class Queue(Protocol):
    """The engine's queue; see `engine.intake.Enqueuer`."""

    def enqueue(
        self, conn: Connection, review_id: str, partition: str, delay_seconds: float = 0, priority: int = 0
    ) -> None:
        """Enqueue a review within the caller's transaction."""
        ...

    def enqueue_errand(self, conn: Connection, delivery_id: str, partition: str) -> None:
        """Enqueue an errand within the caller's transaction."""
        ...

    def retry_errand(self, delivery_id: str, partition: str) -> None:
        """Queue an errand again if it failed for good, outside any transaction."""
        ...

    def cancel(self, review_id: str) -> bool:
        """Cancel a review, outside any transaction."""
        ...


class DurableIntake:
    """Takes deliveries. Make it after gunicorn has forked; methods block, and many threads may call them at once."""

    def __init__(self, database: Engine, enqueuer: Queue, clock: Clock, debounce: float, seal: Seal) -> None:
        self.seal = seal
        self._database = database
        self._enqueuer = enqueuer
        self._clock = clock
        self._debounce = debounce

    def accept(self, delivery: Delivery, jobs: Sequence[Job]) -> None:
        """Write the delivery down and queue its jobs, all or nothing.

        One that is known already changes nothing, unless its review or errand has failed: then that is done again. What newer
        jobs make stale is cancelled afterwards, as well as can be: its first step looks for itself. Raises
        TransientError if the database is away: GitHub is answered 503, and the sweep asks for the delivery again.

        A body that another delivery had is a replay, of which nothing comes.

        What people wrote is not looked into: what is stored is under seal, and whoever opens it redacts it.
        """
        now = self._clock.now().timestamp()
        place = whereabouts(delivery.payload)
        stale = list[str]()

        with database_errors(), writing(self._database) as conn:
            if place is not None:
                note(conn, place)

            record = self._record_of(delivery, jobs, now)
            new = take_delivery(conn, record)
            body = take_body(conn, delivery.id, delivery.digest, now) if delivery.digest else Body.NEW
            replayed = body is Body.REPLAYED
            if body is Body.AGAIN and not new:
                seal_again(conn, record)

            if not replayed:
                for job in jobs:
                    stale += self._take_job(conn, delivery, job, now, new=new)

        self._cancel_all(stale)
        if replayed:
            log.warning("delivery %s is another one's body under a new id: nothing is done", delivery.id)
        elif not new:
            for job in jobs:
                if isinstance(job, Errand):
                    self._enqueuer.retry_errand(delivery.id, _installation(job))

    def _record_of(self, delivery: Delivery, jobs: Sequence[Job], now: float) -> TakenDelivery:
        """The delivery as it is written down."""
        ref = next((_ref(job) for job in jobs), None)
        action = delivery.payload.get("action")

        return TakenDelivery(
            id=delivery.id,
            event=delivery.event,
            payload=self.seal.close(kept(delivery.payload)),
            received_at=now,
            action=action if isinstance(action, str) else None,
            repo=ref.repo if ref else None,
            number=ref.number if ref else None,
            installation=ref.installation if ref else None,
        )

    def _take_job(self, conn: Connection, delivery: Delivery, job: Job, now: float, *, new: bool) -> tuple[str, ...]:
        """Take one job of a delivery; the reviews that it makes stale."""
        match job:
            case ReviewJob():
                failed = has_failed(conn, job.ref, job.head_sha)
                return self._enqueue_review(conn, job, now, again=failed).stale if new or failed else ()
            case CloseJob():
                ended = close(conn, job.ref, end_words.CLOSED, now) if new else None
                return (ended,) if ended else ()
            case Errand():
                if new:
                    self._enqueuer.enqueue_errand(conn, delivery.id, partition=_installation(job))
                return ()
            case _:
                assert_never(job)

    def request_review(self, ref: PullRef, head_sha: str, ask: ReviewRequest, cause: str) -> str:
        """Queue a review of this head for a person, as `ReviewQueue.request` has it; once a cause. Its id."""
        now = self._clock.now().timestamp()
        with database_errors(), writing(self._database) as conn:
            lock(conn, f"errand {cause}")
            known = caused_by(conn, cause)
            if known is not None:
                return known

            enqueued = self._enqueue_review(conn, ReviewJob(ref, head_sha, ask=ask), now, again=True, cause=cause)

        self._cancel_all(enqueued.stale)
        return enqueued.id

    def cancel(self, ref: PullRef, note: str) -> bool:
        """End the review that the pull request waits for, for a plain reason; whether there was one."""
        with database_errors(), writing(self._database) as conn:
            ended = close(conn, ref, note, self._clock.now().timestamp())
        if ended is not None:
            self._enqueuer.cancel(ended)
        return ended is not None

    def pause(self, ref: PullRef, by: str) -> None:
        """Hold back the reviews that no person asks for; no more where `by` is empty."""
        with database_errors(), writing(self._database) as conn:
            pause(conn, ref, by)

    def dismiss(self, ref: PullRef, fingerprint: str, by: str) -> None:
        """Remember that this person dismissed a finding of the pull request."""
        with database_errors(), writing(self._database) as conn:
            dismiss(conn, ref, fingerprint, by, self._clock.now().timestamp())

    def move_request(self, review: ReviewRecord, head_sha: str | None) -> bool:
        """Move the request behind an ended review to this head, as `Upkeep.request_head`; whether a review is enqueued."""
        ref = review.ref
        now = self._clock.now().timestamp()

        with database_errors(), writing(self._database) as conn:
            if not still_wants(conn, ref, review.id):
                return False

            if head_sha is None or is_reviewed(conn, ref, head_sha):
                unwant(conn, ref, head_sha)
                return False

            self._enqueue_review(conn, ReviewJob(ref, head_sha, ask=review.ask), now, again=True)
            return True

    def repeat_review(self, review: ReviewRecord) -> str:
        """Do a review once more, as it was asked for, under a new id, which is given back. Its work must be over.

        Raises UserError unless it is the one that its pull request wants.
        """
        now = self._clock.now().timestamp()
        with database_errors(), writing(self._database) as conn:
            if not still_wants(conn, review.ref, review.id):
                newer = f"review {review.id} is not what its pull request wants: newer commits, or a newer review, are"
                raise UserError(newer, f"`kireji jobs show '{review.ref.repo}#{review.ref.number}'` shows the newest.")

            ask = replace(review.ask, pushed=False)  # no push: it need not wait for others
            enqueued = self._enqueue_review(conn, ReviewJob(review.ref, review.head_sha, ask=ask), now, again=True)

        self._cancel_all(enqueued.stale)
        return enqueued.id

    def enqueue_lost_work(self, review: ReviewRecord) -> None:
        """Queue the work of a review that has none; if it has some after all, nothing changes."""
        with database_errors(), writing(self._database) as conn:
            self._enqueuer.enqueue(conn, review.id, partition=str(review.ref.installation))

    def ready(self) -> bool:
        """Whether the database answers, so that deliveries can be taken."""
        return answers(self._database)

    def _enqueue_review(
        self, conn: Connection, job: ReviewJob, now: float, *, again: bool = False, cause: str | None = None
    ) -> "_Enqueued":
        """Queue one job, unless its head is wanted already and nobody asks for it `again`.

        What was asked of an open review that it makes stale is asked of this one.
        """
        bumped = bump(conn, job.ref, job.head_sha, now, again=again or job.again, told_at=job.told_at)
        wanted = replace(job, generation=bumped.generation)
        if not bumped.new:
            return _Enqueued(wanted.name)

        ask = job.ask.after(ask_of(conn, bumped.superseded)) if bumped.superseded else job.ask
        review = NewReview(wanted.name, job.ref, job.head_sha, bumped.generation, ask=ask, cause=cause)
        add_review(conn, review, now)

        delay = 0.0
        if job.ask.pushed:
            since = now if bumped.first_unreviewed_at is None else bumped.first_unreviewed_at
            delay = max(0.0, min(self._debounce, since + MAX_DEBOUNCE - now))
        self._enqueuer.enqueue(conn, wanted.name, partition=str(job.ref.installation), delay_seconds=delay)
        return _Enqueued(wanted.name, (bumped.superseded,) if bumped.superseded else ())

    def _cancel_all(self, review_ids: Iterable[str]) -> None:
        """Cancel reviews that a newer job made stale; after the transaction, as well as can be."""
        for review_id in review_ids:
            self._enqueuer.cancel(review_id)


@dataclass(frozen=True, slots=True)
class _Enqueued:
    """A review that is in the queue."""

    id: str
    stale: tuple[str, ...] = ()  # the ids of those that it makes stale


def _ref(job: Job) -> PullRef | None:
    """The pull request that a job is about; None where that is still to be found."""
    match job:
        case ReviewJob() | CloseJob():
            return job.ref
        case Errand(event=CommentWritten() | LabelChanged() | PullRequestStacked() as event):
            return event.ref
        case Errand():
            return None
        case _:
            assert_never(job)


def _installation(job: Errand) -> str:
    event = job.event
    about_a_pull = isinstance(event, CommentWritten | LabelChanged | PullRequestStacked)
    return str(event.ref.installation if about_a_pull else event.installation)
