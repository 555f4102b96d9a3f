"""A review's life: queued, perhaps waiting, running, and one of four ends. An ended review stays ended.

Who changes a review and its pull request changes the pull request first, as the intake does: no deadlock.
"""

from dataclasses import asdict

from sqlalchemy import Connection, Engine, func, insert, select, update

from kireji.adapters.store.engine import lock, reading, writing
from kireji.adapters.store.repositories import key_of
from kireji.adapters.store.tables import pulls, reviews
from kireji.core.events.job import ReviewRequest
from kireji.core.operations.lifecycle import OPEN_STATES, Admission, NewReview, ReviewState
from kireji.core.pulls.posting import Conclusion
from kireji.errors import DefectError


def add_review(conn: Connection, review: NewReview, now: float) -> None:
    """Queue a review and make it the one its pull request wants; call after `bump`, in the same transaction."""
    repo = key_of(conn, review.ref)
    number = review.ref.number

    conn.execute(
        insert(reviews).values(
            id=review.id,
            repo=repo,
            number=number,
            installation=review.ref.installation,
            head_sha=review.head_sha,
            generation=review.generation,
            attempt=review.attempt,
            state=ReviewState.QUEUED,
            note="",
            created_at=now,
            ask=None if review.ask == ReviewRequest() else asdict(review.ask),
            cause=review.cause,
        )
    )

    conn.execute(update(pulls).where(pulls.c.repo == repo, pulls.c.number == number).values(review_id=review.id))


def start(engine: Engine, review_id: str, worker: str, now: float, repo_limit: int) -> Admission:
    """Run the review unless `repo_limit` others of its repository run; one that runs already may always go on.

    Starts of one repository wait for each other, on Postgres by an advisory lock, so the limit holds across workers.
    """
    with writing(engine) as conn:
        repo = conn.scalar(select(reviews.c.repo).where(reviews.c.id == review_id))
        if repo is None:
            raise DefectError(f"there is no review {review_id}")

        lock(conn, f"starts in {repo}")
        state = conn.scalar(select(reviews.c.state).where(reviews.c.id == review_id))
        if state not in OPEN_STATES:
            return Admission.OVER
        if state is not ReviewState.RUNNING and _running(conn, repo) >= repo_limit:
            return Admission.FULL

        values = {"state": ReviewState.RUNNING, "note": "", "worker": worker}
        started = func.coalesce(reviews.c.started_at, now)
        changed = update(reviews).where(reviews.c.id == review_id, reviews.c.state.in_(OPEN_STATES))
        gone_on = conn.scalar(changed.values(**values, started_at=started).returning(reviews.c.id))
        return Admission.STARTED if gone_on else Admission.OVER


def _running(conn: Connection, repo: str) -> int:
    query = select(func.count()).where(reviews.c.state == ReviewState.RUNNING, reviews.c.repo == repo)
    return conn.scalar(query) or 0


def note_writing(engine: Engine, review_id: str, since: float, seconds: float, now: float) -> float:
    """Note that the review writes on GitHub now; or, if a run from before `since` wrote less than `seconds` ago, how
    many seconds to wait, and then nothing is noted."""
    with writing(engine) as conn:
        last = conn.scalar(select(reviews.c.writing_at).where(reviews.c.id == review_id))
        if last is not None and last < since and (wait := last + seconds - now) > 0:
            return wait
        conn.execute(update(reviews).where(reviews.c.id == review_id).values(writing_at=now))
    return 0.0


def set_state(engine: Engine, review_id: str, state: ReviewState, note: str = "") -> bool:
    """Move an open review to another open state (`start` makes it run, `finish` ends it); False if it has ended.

    `note` is the plain reason why it waits.
    """
    return _set(engine, review_id, OPEN_STATES, {"state": state, "note": note})


def set_check_run(engine: Engine, review_id: str, check_run_id: int) -> None:
    """The review's check run is open on GitHub."""
    _set(engine, review_id, frozenset(ReviewState), {"check_run_id": check_run_id})


def close_check(engine: Engine, review_id: str, conclusion: Conclusion) -> None:
    """The review's check run is completed on GitHub; also for a review that was superseded or cancelled."""
    _set(engine, review_id, frozenset(ReviewState), {"conclusion": conclusion})


def cancellation_of(engine: Engine, review_id: str) -> str | None:
    """Why the review was cancelled; None if it was not."""
    with reading(engine) as conn:
        its = reviews.c.id == review_id
        return conn.scalar(select(reviews.c.note).where(its, reviews.c.state == ReviewState.CANCELLED))


def finish(engine: Engine, review_id: str, state: ReviewState, now: float, note: str = "") -> bool:
    """End an open review; False if it had ended. `note` is the plain reason why it failed.

    `done` also replaces `superseded`: a push that came while the review was being posted does not undo the posting.
    If it is the one its pull request wants, no push waits for a review any more; and if it was `skipped`, its head is
    wanted no more, so that whatever happens next to the pull request may ask for it again.
    """
    before = OPEN_STATES | ({ReviewState.SUPERSEDED} if state is ReviewState.DONE else set())

    with writing(engine) as conn:
        query = select(reviews.c.repo, reviews.c.number).where(reviews.c.id == review_id)
        if pull := conn.execute(query).first():
            its = update(pulls).where(pulls.c.repo == pull.repo, pulls.c.number == pull.number)
            ended: dict[str, object] = {"first_unreviewed_at": None}
            if state is ReviewState.SKIPPED:
                ended |= {"head_sha": None}
            conn.execute(its.where(pulls.c.review_id == review_id).values(ended))

        return _change(conn, review_id, before, {"state": state, "note": note, "finished_at": now})


def _set(engine: Engine, review_id: str, before: frozenset[ReviewState], values: dict[str, object]) -> bool:
    with writing(engine) as conn:
        return _change(conn, review_id, before, values)


def _change(conn: Connection, review_id: str, before: frozenset[ReviewState], values: dict[str, object]) -> bool:
    """Change a review that is in one of these states; whether it was."""
    statement = update(reviews).where(reviews.c.id == review_id, reviews.c.state.in_(before)).values(values)
    return conn.scalar(statement.returning(reviews.c.id)) is not None
