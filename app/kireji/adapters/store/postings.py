"""What was posted on GitHub, by the marker in it: the short way to know; the marker itself is the sure one."""

from sqlalchemy import Engine, and_, select

from kireji.adapters.store.engine import insert_new, reading, writing
from kireji.adapters.store.repositories import key_of
from kireji.adapters.store.tables import postings, reviews
from kireji.core.pulls.posting import OwnPosts
from kireji.core.pulls.pull import PullRef
from kireji.core.text.patterns import regex

_REVIEW = regex(r"#pullrequestreview-([0-9]{1,18})\Z")  # how a review's address on GitHub ends


def note_posting(engine: Engine, marker: str, review_id: str, url: str, now: float) -> bool:
    """Note a posting of an existing review; False if it was noted before, and then the first note stays."""
    values = {"marker": marker, "review_id": review_id, "url": url, "posted_at": now}
    with writing(engine) as conn:
        return insert_new(conn, postings, values)


def list_posted(engine: Engine, ref: PullRef) -> OwnPosts:
    """What was posted on a pull request: the reviews, and the check runs that were completed."""
    with reading(engine) as conn:
        its = and_(reviews.c.repo == key_of(conn, ref), reviews.c.number == ref.number)
        urls = conn.scalars(select(postings.c.url).join(reviews, reviews.c.id == postings.c.review_id).where(its)).all()
        completed = and_(its, reviews.c.check_run_id.is_not(None), reviews.c.conclusion.is_not(None))
        checks = conn.execute(select(reviews.c.check_run_id, reviews.c.conclusion).where(completed)).all()

    numbers = (match[1] for match in map(_REVIEW.search, urls) if match is not None)
    conclusions = {row.check_run_id: row.conclusion for row in checks}
    return OwnPosts(frozenset(map(int, numbers)), conclusions)
