"""The first tables."""

from alembic import op
from sqlalchemy import BigInteger, Column, Double, ForeignKeyConstraint, PrimaryKeyConstraint, String, Text, text

revision = "0001"
down_revision = None

WORD = String(16)
CHECK_IS_OPEN = "(check_run_id IS NOT NULL OR started_at IS NOT NULL) AND conclusion IS NULL"


def upgrade() -> None:
    """Create all tables."""
    _deliveries()
    _pulls()
    _reviews()
    _model_calls()
    _memo()
    _postings()
    _small()


def _tokens() -> list[Column[int]]:
    names = ("input_tokens", "output_tokens", "cache_write_tokens", "cache_read_tokens")
    return [Column(name, BigInteger, nullable=False) for name in names]


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        Column("id", Text, nullable=False),
        Column("event", Text, nullable=False),
        Column("action", Text),
        Column("repo", Text),
        Column("number", BigInteger),
        Column("installation", BigInteger),
        Column("received_at", Double, nullable=False),
        Column("payload", Text, nullable=False),
        PrimaryKeyConstraint("id"),
    )
    op.create_index("deliveries_received", "deliveries", ["received_at"])


def _pulls() -> None:
    op.create_table(
        "pulls",
        Column("repo", Text, nullable=False),
        Column("number", BigInteger, nullable=False, autoincrement=False),
        Column("installation", BigInteger),
        Column("generation", BigInteger, nullable=False),
        Column("head_sha", Text),
        Column("reviewed_head", Text),
        Column("first_unreviewed_at", Double),
        Column("review_id", Text),
        PrimaryKeyConstraint("repo", "number"),
    )


def _reviews() -> None:
    op.create_table(
        "reviews",
        Column("id", Text, nullable=False),
        Column("repo", Text, nullable=False),
        Column("number", BigInteger, nullable=False),
        Column("installation", BigInteger),
        Column("head_sha", Text, nullable=False),
        Column("generation", BigInteger, nullable=False),
        Column("attempt", BigInteger, nullable=False),
        Column("state", WORD, nullable=False),
        Column("note", Text, nullable=False),
        Column("check_run_id", BigInteger),
        Column("conclusion", WORD),
        Column("created_at", Double, nullable=False),
        Column("started_at", Double),
        Column("finished_at", Double),
        Column("worker", Text),
        Column("writing_at", Double),
        PrimaryKeyConstraint("id"),
        ForeignKeyConstraint(["repo", "number"], ["pulls.repo", "pulls.number"], name="reviews_pull"),
    )
    op.create_index("reviews_state", "reviews", ["state", "created_at"])
    op.create_index("reviews_repo", "reviews", ["repo", "state", "created_at"])
    op.create_index("reviews_created", "reviews", ["created_at"])
    where = text(CHECK_IS_OPEN)
    op.create_index("reviews_check_open", "reviews", ["finished_at"], postgresql_where=where, sqlite_where=where)


def _model_calls() -> None:
    op.create_table(
        "model_calls",
        Column("id", Text, nullable=False),
        Column("review_id", Text, nullable=False),
        Column("repo", Text, nullable=False),
        Column("prompt_key", Text, nullable=False),
        Column("model", Text, nullable=False),
        *_tokens(),
        Column("nanodollars", BigInteger, nullable=False),
        Column("seconds", Double, nullable=False),
        Column("attempts", BigInteger, nullable=False),
        Column("outcome", WORD, nullable=False),
        Column("at", Double, nullable=False),
        PrimaryKeyConstraint("id"),
    )
    op.create_index("model_calls_review", "model_calls", ["review_id"])
    op.create_index("model_calls_repo", "model_calls", ["repo", "at"])
    op.create_index("model_calls_at", "model_calls", ["at"])


def _memo() -> None:
    op.create_table(
        "memo",
        Column("key", Text, nullable=False),
        Column("model", Text, nullable=False),
        Column("text", Text, nullable=False),
        Column("stop", WORD, nullable=False),
        *_tokens(),
        Column("review_id", Text, nullable=False),
        Column("created_at", Double, nullable=False),
        PrimaryKeyConstraint("key"),
    )
    op.create_index("memo_created", "memo", ["created_at"])


def _postings() -> None:
    op.create_table(
        "postings",
        Column("marker", Text, nullable=False),
        Column("review_id", Text, nullable=False),
        Column("url", Text, nullable=False),
        Column("posted_at", Double, nullable=False),
        PrimaryKeyConstraint("marker"),
        ForeignKeyConstraint(["review_id"], ["reviews.id"], name="postings_review", ondelete="CASCADE"),
    )
    op.create_index("postings_review_id", "postings", ["review_id"])


def _small() -> None:
    op.create_table(
        "slots",
        Column("name", Text, nullable=False),
        Column("owner", Text, nullable=False),
        Column("until", Double, nullable=False),
        PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "governors",
        Column("name", Text, nullable=False),
        Column("state", Text, nullable=False),
        Column("updated_at", Double, nullable=False),
        PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "cursors",
        Column("name", Text, nullable=False),
        Column("value", Text, nullable=False),
        PrimaryKeyConstraint("name"),
    )
