"""What was posted on GitHub, by the marker in it: the short way to know; the marker itself is the sure one."""

from dataclasses import dataclass

from sqlalchemy import Engine, select

from app.adapters.store.engine import insert_new, reading, writing
from app.adapters.store.tables import postings


@dataclass(frozen=True, slots=True)
class Posting:
    """Something posted: `url` is its address on GitHub, `posted_at` epoch seconds."""

    marker: str
    review_id: str
    url: str
    posted_at: float


def posted(engine: Engine, marker: str) -> Posting | None:
    """What carries this marker, if it was noted. A crash may fall between the posting and the note."""
    with reading(engine) as conn:
        row = conn.execute(select(postings).where(postings.c.marker == marker)).first()
    return None if row is None else Posting(**row._asdict())


def note_posting(engine: Engine, marker: str, review_id: str, url: str, now: float) -> bool:
    """Note a posting of an existing review; False if it was noted before, and then the first note stays."""
    values = {"marker": marker, "review_id": review_id, "url": url, "posted_at": now}
    with writing(engine) as conn:
        return insert_new(conn, postings, values)
