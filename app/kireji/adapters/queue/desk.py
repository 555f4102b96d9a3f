"""Reviews as the people who run Kireji see and steer them: our tables and the engine's queue, seen together."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Engine

from kireji.adapters.engine.jobs import UNFINISHED, Job, Jobs, JobStep
from kireji.adapters.queue.intake import DurableIntake
from kireji.adapters.store import costs, deliveries, listing, reviews
from kireji.adapters.store.engine import database_errors
from kireji.core.events.delivery import Delivery
from kireji.core.money.costs import CostGroup, CostRow
from kireji.core.operations.desk import FailedDelivery, ListedReview, ReviewDetails, Work, WorkStep, parse_review_name
from kireji.core.operations.lifecycle import OPEN_STATES, ReviewRecord, ReviewState
from kireji.errors import UserError
from kireji.ports import Clock

CANCELLED = "cancelled by hand"
MAX_OF_ONE_PULL = 1000  # reviews of one pull request that are looked at


class SqlReviewDesk:
    """Lists, shows, cancels and retries reviews. Reviews are named by their id, or shorter, see `desk.parse_review_name`.

    From any process; everything blocks. Raises UserError for what cannot be, TransientError if the database is away.
    """

    def __init__(self, database: Engine, intake: DurableIntake, clock: Clock) -> None:
        self._database = database
        self._intake = intake
        self._jobs = Jobs(database)
        self._clock = clock

    def list(
        self, state: ReviewState | None = None, repo: str | None = None, limit: int = 50
    ) -> tuple[ListedReview, ...]:
        """The newest reviews of this state and this repository, of all where none is named."""
        with database_errors():
            found = listing.list_reviews(self._database, state=state, name=repo, limit=limit)
        return self._listed(found)

    def show(self, name: str) -> ReviewDetails:
        """One review with all that is known of it."""
        review_id = self._find(name).id
        with database_errors():
            detail = listing.show(self._database, review_id)
        if detail is None:
            raise _unknown(name)
        work = self._jobs.show(review_id)
        return ReviewDetails(detail, None if work is None else _work(*work))

    def cancel(self, name: str) -> ListedReview:
        """Cancel a review that has not ended, or cancel again what was left of it; the worker closes its check run."""
        review = self._find(name)
        with database_errors():
            now = self._clock.now().timestamp()
            ended = reviews.finish(self._database, review.id, ReviewState.CANCELLED, now, CANCELLED)
        if not ended and self._find(review.id).state is not ReviewState.CANCELLED:
            remedy = "Only a review that waits or runs can be cancelled."
            raise UserError(f"review {review.id} is over: {review.state}", remedy)

        if any(job.state in UNFINISHED for job in self._jobs.find([review.id])):
            self._jobs.cancel(review.id)
        return self._listed([self._find(review.id)])[0]

    def retry(self, name: str) -> ListedReview:
        """Do a review that is over once more, as a new review, which is given back."""
        review = self._find(name)
        working = any(job.state in UNFINISHED for job in self._jobs.find([review.id]))
        if review.state in OPEN_STATES and working:
            raise UserError(
                f"review {review.id} is {review.state}", f"`kireji jobs cancel '{review.id}'` ends it first."
            )
        return self._listed([self._find(self._intake.repeat_review(review))])[0]

    def delivery(self, delivery_id: str) -> Delivery:
        """A delivery that was taken, as the worker would have it."""
        with database_errors():
            found = deliveries.show_delivery(self._database, delivery_id)
        if found is None:
            raise UserError(f"there is no delivery {delivery_id}", "GitHub's log of the App's webhook shows their ids.")
        return Delivery(found.id, found.event, self._intake.seal.open(found.payload))

    def failed_deliveries(self, limit: int = 50) -> tuple[FailedDelivery, ...]:
        """The deliveries whose errand failed for good, the newest first."""
        return tuple(_failed_delivery(job) for job in self._jobs.failed_errands(limit))

    def now(self) -> datetime:
        """The present moment, in UTC, by the desk's clock."""
        return self._clock.now()

    def costs(self, start: float, end: float, by: CostGroup) -> tuple[CostRow, ...]:
        """What calls cost from `start` until before `end` (epoch seconds), the dearest first."""
        with database_errors():
            return costs.costs(self._database, start, end, by)

    def _find(self, name: str) -> ReviewRecord:
        """The review of this name, the newest where several fit. Raises UserError where none does."""
        meant = parse_review_name(name)
        if meant is None:
            raise UserError(f"{name!r} is not a review's name", "A name is as octo/shop#7 or octo/shop#7@1a2b3c4/2.")

        with database_errors():
            known = listing.show(self._database, name.strip())  # a whole id has its repository's name of then
            if known is not None:
                return known.review
            found = listing.list_reviews(self._database, name=meant.repo, number=meant.number, limit=MAX_OF_ONE_PULL)

        fitting = [review for review in found if meant.fits(review)]
        if not fitting:
            raise _unknown(name)
        return max(fitting, key=lambda review: review.generation)

    def _listed(self, records: Sequence[ReviewRecord]) -> tuple[ListedReview, ...]:
        jobs: Mapping[str, Job] = {job.id: job for job in self._jobs.find([record.id for record in records])}
        return tuple(ListedReview(record, _work(jobs[record.id]) if record.id in jobs else None) for record in records)


def _unknown(name: str) -> UserError:
    return UserError(f"there is no review {name}", "`kireji jobs list` shows those there are.")


def _failed_delivery(errand: Job) -> FailedDelivery:
    delivery_id = errand.id.partition("/")[2]
    return FailedDelivery(delivery_id, errand.state, errand.attempts, errand.finished_at, errand.error)


def _work(job: Job, steps: Sequence[JobStep] = ()) -> Work:
    done = tuple(WorkStep(step.name, step.started_at, step.finished_at, step.error) for step in steps)
    return Work(job.state, job.attempts, job.due_at, job.error, done)
