"""What each pull request wants: one review, of its last push. A newer push makes the review before it stale."""

from collections.abc import Collection
from dataclasses import replace

from sqlalchemy import ColumnElement, Connection, Engine, and_, case, null, select, update

from kireji.adapters.store.engine import insert_new, reading, writing
from kireji.adapters.store.repositories import key_of
from kireji.adapters.store.tables import dismissals, model_calls, pulls, reviews
from kireji.core.events.job import ReviewJob
from kireji.core.operations.lifecycle import OPEN_STATES, PushResult, ReviewState
from kireji.core.pulls.pull import PullRef
from kireji.core.rounds.history import History

MAX_SEEN = 50_000  # digests of changes; the oldest go first


def bump(
    conn: Connection, ref: PullRef, head_sha: str, now: float, *, again: bool = False, told_at: float = 0.0
) -> PushResult:
    """Want a review of this head: a new generation, unless this head is wanted already and nobody asks for it `again`.

    `told_at` is the moment, by GitHub's clock, at which this was the head (0: now): what an older delivery tells that
    comes late is not wanted either.

    Holds the pull request's row until the caller's transaction ends, so whoever comes at the same moment comes after.
    The review made stale is marked superseded; cancelling its workflow is the caller's, after the commit.
    """
    its = _row_of(conn, ref)
    row = conn.execute(select(pulls).where(its).with_for_update()).one()

    late = 0 < told_at < (row.told_at or 0) and row.head_sha is not None
    if late or (row.head_sha == head_sha and not again):
        return PushResult(row.generation, new=False, superseded=None, first_unreviewed_at=row.first_unreviewed_at)

    since = now if row.first_unreviewed_at is None else row.first_unreviewed_at
    generation = _next(conn, ReviewJob(ref, head_sha, row.generation))
    conn.execute(
        update(pulls)
        .where(its)
        .values(
            generation=generation,
            head_sha=head_sha,
            installation=row.installation if ref.installation is None else ref.installation,
            first_unreviewed_at=since,
            review_id=None,
            told_at=max(told_at, row.told_at or 0),
        )
    )

    return PushResult(generation, True, _supersede(conn, row.review_id, now), since)


def _next(conn: Connection, job: ReviewJob) -> int:
    """The generation after the job's. One is passed over whose review's name another repository's review has already.

    That was called as this one is now, and may well have had the same commits.
    """
    while True:
        job = replace(job, generation=job.generation + 1)
        named = (select(reviews.c.id).where(reviews.c.id == job.name)).limit(1)
        paid = (select(model_calls.c.id).where(model_calls.c.review_id == job.name)).limit(1)
        if conn.scalar(named) is None and conn.scalar(paid) is None:
            return job.generation


def _supersede(conn: Connection, review_id: str | None, now: float) -> str | None:
    """End the review if it is open; its id if it was."""
    if review_id is None:
        return None
    return conn.scalar(
        update(reviews)
        .where(reviews.c.id == review_id, reviews.c.state.in_(OPEN_STATES))
        .values(state=ReviewState.SUPERSEDED, finished_at=now)
        .returning(reviews.c.id)
    )


def still_wants(conn: Connection, ref: PullRef, review_id: str) -> bool:
    """Whether the pull request wants this review and no newer one. Holds its row, as `bump` does."""
    query = select(pulls.c.review_id).where(_is(conn, ref)).with_for_update()
    return conn.scalar(query) == review_id


def has_failed(conn: Connection, ref: PullRef, head_sha: str) -> bool:
    """Whether this head is wanted and its review has failed. Holds the pull request's row, as `bump` does."""
    its = and_(_is(conn, ref), pulls.c.head_sha == head_sha)
    review_id = conn.scalar(select(pulls.c.review_id).where(its).with_for_update())
    return conn.scalar(select(reviews.c.state).where(reviews.c.id == review_id)) is ReviewState.FAILED


def unwant(conn: Connection, ref: PullRef, head_sha: str | None) -> None:
    """No review is wanted now; `head_sha` is the head that needs none, None if nothing is known of it."""
    head = pulls.c.head_sha if head_sha is None else head_sha
    changed = update(pulls).where(_is(conn, ref))
    conn.execute(changed.values(review_id=None, first_unreviewed_at=None, head_sha=head))


def newer_head(engine: Engine, ref: PullRef, generation: int) -> str | None:
    """The head that is wanted now, if that is of a newer generation than this."""
    with reading(engine) as conn:
        query = select(pulls.c.head_sha).where(_is(conn, ref), pulls.c.generation > generation)
        return conn.scalar(query)


def mark_reviewed(engine: Engine, ref: PullRef, head_sha: str, seen: Collection[str] = ()) -> None:
    """This head's review is on GitHub, and these changes were read. Unless a newer one is wanted, no push is unreviewed."""
    unanswered = case((pulls.c.head_sha == head_sha, null()), else_=pulls.c.first_unreviewed_at)
    with writing(engine) as conn:
        its = _is(conn, ref)
        before = conn.scalar(select(pulls.c.seen).where(its).with_for_update())
        known = dict.fromkeys(str(digest) for digest in before) if isinstance(before, list) else {}
        new = (digest for digest in sorted(seen) if digest not in known)
        all_seen = [*known, *new][-MAX_SEEN:]

        conn.execute(
            update(pulls).where(its).values(reviewed_head=head_sha, first_unreviewed_at=unanswered, seen=all_seen)
        )


def history(engine: Engine, ref: PullRef) -> History:
    """What earlier rounds left behind of the pull request, as far as the tables know."""
    with reading(engine) as conn:
        repo = key_of(conn, ref)
        row = conn.execute(select(pulls).where(pulls.c.repo == repo, pulls.c.number == ref.number)).first()
        its = and_(dismissals.c.repo == repo, dismissals.c.number == ref.number)
        dismissed = frozenset(conn.scalars(select(dismissals.c.fingerprint).where(its)))

    if row is None:
        return History(dismissed=dismissed)
    return History(row.reviewed_head, row.paused_by or "", frozenset(row.seen or ()), dismissed)


def pause(conn: Connection, ref: PullRef, by: str) -> None:
    """Reviews that nobody asks for are held back from now on; "": no more."""
    conn.execute(update(pulls).where(_row_of(conn, ref)).values(paused_by=by or None))


def dismiss(conn: Connection, ref: PullRef, fingerprint: str, by: str, now: float) -> None:
    """A finding is not to be told again; who said so first stays."""
    whose = {"repo": key_of(conn, ref), "number": ref.number}
    insert_new(conn, dismissals, {**whose, "fingerprint": fingerprint, "dismissed_by": by, "dismissed_at": now})


def close(conn: Connection, ref: PullRef, note: str, now: float) -> str | None:
    """End the review that is wanted, if it is open, and want none; its id if there was one."""
    its = _is(conn, ref)
    row = conn.execute(select(pulls).where(its).with_for_update()).first()
    if row is None or row.review_id is None:
        return None

    still_open = update(reviews).where(reviews.c.id == row.review_id, reviews.c.state.in_(OPEN_STATES))
    cancelled = still_open.values(state=ReviewState.CANCELLED, note=note, finished_at=now)
    ended = conn.scalar(cancelled.returning(reviews.c.id))
    if ended is not None:  # the head has no review: whatever comes next may ask for one
        gone = update(pulls).where(its)
        conn.execute(gone.values(review_id=None, first_unreviewed_at=None, head_sha=None))

    return ended


def _row_of(conn: Connection, ref: PullRef) -> ColumnElement[bool]:
    """Which row is the pull request's; it is made if it is not there."""
    repo = key_of(conn, ref)
    insert_new(conn, pulls, {"repo": repo, "number": ref.number, "generation": 0})
    return and_(pulls.c.repo == repo, pulls.c.number == ref.number)


def _is(conn: Connection, ref: PullRef) -> ColumnElement[bool]:
    """Which row is the pull request's, if it is there."""
    return and_(pulls.c.repo == key_of(conn, ref), pulls.c.number == ref.number)
