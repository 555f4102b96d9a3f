"""The tables. A change here needs a new file in `migrations/versions/`; a test compares the two.

Times (`…_at`, `at`, `until`) are epoch seconds. DBOS keeps its own tables in the same database, under other names.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    MetaData,
    Table,
    Text,
    and_,
    or_,
)

from kireji.adapters.store.columns import Json, Prose, words
from kireji.core.chunks.depth import Depth
from kireji.core.models.answer import Stop
from kireji.core.money.ledger import CallOutcome, Purpose
from kireji.core.operations.lifecycle import ReviewState
from kireji.core.pulls.posting import Conclusion

metadata = MetaData()


def _text(name: str, *, null: bool = False) -> Column[str]:
    return Column(name, Text, nullable=null)


def _whole(name: str, *, null: bool = False) -> Column[int]:
    return Column(name, BigInteger, nullable=null)


def _real(name: str, *, null: bool = False) -> Column[float]:
    return Column(name, Double, nullable=null)


def _key(name: str) -> Column[str]:
    return Column(name, Text, primary_key=True)


def _tokens() -> tuple[Column[int], ...]:
    """The counters of `money.Usage`, under its names."""
    return tuple(_whole(name) for name in ("input_tokens", "output_tokens", "cache_write_tokens", "cache_read_tokens"))


deliveries = Table(
    "deliveries",
    metadata,
    _key("id"),  # GitHub's, the same when it delivers again
    _text("event"),
    _text("action", null=True),
    _text("repo", null=True),
    _whole("number", null=True),
    _whole("installation", null=True),
    _real("received_at"),
    Column("payload", Json, nullable=False),
    Index("deliveries_received", "received_at"),
)

repositories = Table(  # one row for each that was heard of by its id; see `repositories.py`
    "repositories",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),  # GitHub's, the same under every name
    _text("key"),  # what `repo` is in all other tables
    _text("name"),  # as heard last
    _whole("installation", null=True),
    _real("told_at"),  # when the name was, by GitHub's clock
    Index("repositories_key", "key", unique=True),
    Index("repositories_name", "name"),
)

pulls = Table(  # one small row a pull request, never purged: its generation must not start again
    "pulls",
    metadata,
    _key("repo"),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    _whole("installation", null=True),
    _whole("generation"),
    _text("head_sha", null=True),  # wanted last
    _text("reviewed_head", null=True),
    _real("first_unreviewed_at", null=True),
    _text("review_id", null=True),  # the review now wanted; it may have been purged
    _real("told_at", null=True),  # of the delivery that told of the head, by GitHub's clock
    _text("paused_by", null=True),
    Column("seen", Json, nullable=True),  # digests of the changes that were read
)

reviews = Table(
    "reviews",
    metadata,
    _key("id"),
    _text("repo"),
    _whole("number"),
    _whole("installation", null=True),
    _text("head_sha"),
    _whole("generation"),
    _whole("attempt"),
    Column("state", words(ReviewState), nullable=False),
    Column("note", Prose, nullable=False),
    _whole("check_run_id", null=True),
    Column("conclusion", words(Conclusion), nullable=True),
    _real("created_at"),
    _real("started_at", null=True),
    _real("finished_at", null=True),
    _text("worker", null=True),
    _real("writing_at", null=True),  # when it last began to write on GitHub
    Column("ask", Json, nullable=True),  # a `ReviewRequest`'s fields
    _text("cause", null=True),  # the errand that asked for it
    _whole("reserved", null=True),  # nanodollars that it may spend, and that others must leave it while it is open
    ForeignKeyConstraint(["repo", "number"], ["pulls.repo", "pulls.number"], name="reviews_pull"),
    Index("reviews_state", "state", "created_at"),
    Index("reviews_repo", "repo", "state", "created_at"),
    Index("reviews_created", "created_at"),
    Index("reviews_cause", "cause"),
)
# A review that was begun may have a check run although nobody came to note its number.
check_is_open = and_(
    or_(reviews.c.check_run_id.is_not(None), reviews.c.started_at.is_not(None)), reviews.c.conclusion.is_(None)
)
Index("reviews_check_open", reviews.c.finished_at, postgresql_where=check_is_open, sqlite_where=check_is_open)

model_calls = Table(  # outlives its review, so without a foreign key; `repo` makes a day's sum one stretch of an index
    "model_calls",
    metadata,
    _key("id"),
    _text("review_id"),
    _text("repo"),
    _text("prompt_key"),
    _text("model"),
    *_tokens(),
    _whole("nanodollars"),
    _real("seconds"),
    _whole("attempts"),
    Column("outcome", words(CallOutcome), nullable=False),
    _real("at"),
    _whole("installation", null=True),
    Column("depth", words(Depth), nullable=True),
    Column("purpose", words(Purpose), nullable=True),
    Index("model_calls_review", "review_id"),
    Index("model_calls_repo", "repo", "at"),
    Index("model_calls_installation", "installation", "at"),
    Index("model_calls_at", "at"),
)

memo = Table(
    "memo",
    metadata,
    _key("key"),
    _text("model"),
    Column("text", Json, nullable=False),
    Column("stop", words(Stop), nullable=False),
    *_tokens(),
    _text("review_id"),
    _real("created_at"),
    Index("memo_created", "created_at"),
)

postings = Table(
    "postings",
    metadata,
    _key("marker"),
    Column("review_id", Text, ForeignKey("reviews.id", name="postings_review", ondelete="CASCADE"), nullable=False),
    _text("url"),
    _real("posted_at"),
    Index("postings_review_id", "review_id"),
)

dismissals = Table(  # findings that are not to be told again in a pull request; kept as long as its row
    "dismissals",
    metadata,
    _key("repo"),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    _key("fingerprint"),
    _text("dismissed_by"),
    _real("dismissed_at"),
)

perils = Table(  # one row a job while it runs or is suspected, see `perils.py`
    "perils",
    metadata,
    _key("id"),
    _text("part", null=True),  # under way now
    Column("died", Json, nullable=False),  # the parts in which earlier starts died
    _real("at"),
    Index("perils_at", "at"),
)

bodies = Table(  # signed bodies that were taken, and the delivery that brought each first
    "bodies",
    metadata,
    _key("digest"),
    _text("delivery"),
    _real("at"),
    Index("bodies_at", "at"),
)

slots = Table("slots", metadata, _key("name"), _text("owner"), _real("until"))

governors = Table("governors", metadata, _key("name"), Column("state", Json, nullable=False), _real("updated_at"))

cursors = Table("cursors", metadata, _key("name"), _text("value"))
