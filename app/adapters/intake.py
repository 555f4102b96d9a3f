"""What the web process does with a delivery: one transaction over our tables and the engine's queue, then it is safe."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection, Engine

from app.adapters.engine.intake import Enqueuer
from app.adapters.store.deliveries import TakenDelivery, take_delivery
from app.adapters.store.engine import answers, database_errors, writing
from app.adapters.store.listing import is_reviewed
from app.adapters.store.pulls import bump, has_failed, still_wants, unwant
from app.adapters.store.reviews import add_review
from app.core.events import Delivery
from app.core.job import ReviewJob
from app.core.lifecycle import NewReview, ReviewRecord
from app.errors import UserError
from app.ports import Clock

LONGEST_DEBOUNCE = 60.0  # seconds from the first push that no review has answered


class DurableIntake:
    """Takes deliveries. Make it after gunicorn has forked; methods block, and many threads may call them at once."""

    def __init__(self, database: Engine, enqueuer: Enqueuer, clock: Clock, debounce: float) -> None:
        self._database = database
        self._enqueuer = enqueuer
        self._clock = clock
        self._debounce = debounce

    def accept(self, delivery: Delivery, jobs: Sequence[ReviewJob]) -> None:
        """Write the delivery down and queue its jobs, all or nothing.

        One that is known already changes nothing, unless its review has failed: then that is done again. What newer
        jobs make stale is cancelled afterwards, as well as can be: its first step looks for itself. Raises
        TransientError if the database is away: GitHub is answered 503, and the sweep asks for the delivery again.
        """
        now = self._clock.now().timestamp()
        stale = list[str]()
        with database_errors(), writing(self._database) as conn:
            new = take_delivery(conn, _taken(delivery, jobs, now))
            for job in jobs:
                failed = has_failed(conn, job.ref, job.head_sha)
                if new or failed:
                    stale += self._queue(conn, job, now, again=failed).stale
        for review_id in stale:
            self._enqueuer.cancel(review_id)

    def want(self, review: ReviewRecord, head_sha: str | None) -> bool:
        """See `Upkeep.want`."""
        ref, now = review.ref, self._clock.now().timestamp()
        with database_errors(), writing(self._database) as conn:
            if not still_wants(conn, ref, review.id):
                return False
            if head_sha is None or is_reviewed(conn, ref, head_sha):
                unwant(conn, ref, head_sha)
                return False
            self._queue(conn, ReviewJob(ref, head_sha), now, again=True)
            return True

    def again(self, review: ReviewRecord) -> str:
        """Do a review once more, under a new id, which is given back. Its work must be over.

        Raises UserError unless it is the one that its pull request wants.
        """
        now = self._clock.now().timestamp()
        with database_errors(), writing(self._database) as conn:
            if not still_wants(conn, review.ref, review.id):
                newer = f"review {review.id} is not what its pull request wants: newer commits, or a newer review, are"
                raise UserError(newer, f"`kireji jobs show '{review.ref.repo}#{review.ref.number}'` shows the newest.")
            queued = self._queue(conn, ReviewJob(review.ref, review.head_sha), now, again=True)
        for review_id in queued.stale:
            self._enqueuer.cancel(review_id)
        return queued.id

    def queue_again(self, review: ReviewRecord) -> None:
        """Queue the work of a review that has none; if it has some after all, nothing changes."""
        with database_errors(), writing(self._database) as conn:
            self._enqueuer.enqueue(conn, review.id, partition=str(review.ref.installation))

    def ready(self) -> bool:
        """Whether the database answers."""
        return answers(self._database)

    def _queue(self, conn: Connection, job: ReviewJob, now: float, *, again: bool = False) -> "_Queued":
        """Queue one job, unless its head is wanted already and nobody asks for it `again`."""
        bumped = bump(conn, job.ref, job.head_sha, now, again=again)
        wanted = replace(job, generation=bumped.generation)
        if not bumped.new:
            return _Queued(wanted.name)
        add_review(conn, NewReview(wanted.name, job.ref, job.head_sha, bumped.generation), now)
        delay = 0.0
        if job.pushed:
            since = now if bumped.first_unreviewed_at is None else bumped.first_unreviewed_at
            delay = max(0.0, min(self._debounce, since + LONGEST_DEBOUNCE - now))
        self._enqueuer.enqueue(conn, wanted.name, partition=str(job.ref.installation), delay_seconds=delay)
        return _Queued(wanted.name, (bumped.superseded,) if bumped.superseded else ())


@dataclass(frozen=True, slots=True)
class _Queued:
    """A review's id, and the ids of those that it makes stale."""

    id: str
    stale: tuple[str, ...] = ()


def _taken(delivery: Delivery, jobs: Sequence[ReviewJob], now: float) -> TakenDelivery:
    ref = jobs[0].ref if jobs else None
    action = delivery.payload.get("action")
    return TakenDelivery(
        id=delivery.id,
        event=delivery.event,
        payload=delivery.payload,
        received_at=now,
        action=action if isinstance(action, str) else None,
        repo=ref.repo if ref else None,
        number=ref.number if ref else None,
        installation=ref.installation if ref else None,
    )
