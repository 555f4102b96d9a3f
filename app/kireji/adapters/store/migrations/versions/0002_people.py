"""What people ask for: pauses, asks, dismissed findings, and what earlier rounds have read."""

from alembic import op
from sqlalchemy import BigInteger, Column, Double, PrimaryKeyConstraint, Text

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add columns and one table; nothing that is there changes."""
    op.add_column("pulls", Column("told_at", Double))
    op.add_column("pulls", Column("paused_by", Text))
    op.add_column("pulls", Column("seen", Text))
    op.add_column("reviews", Column("ask", Text))
    op.add_column("reviews", Column("cause", Text))
    op.create_index("reviews_cause", "reviews", ["cause"])
    op.create_table(
        "dismissals",
        Column("repo", Text, nullable=False),
        Column("number", BigInteger, nullable=False, autoincrement=False),
        Column("fingerprint", Text, nullable=False),
        Column("dismissed_by", Text, nullable=False),
        Column("dismissed_at", Double, nullable=False),
        PrimaryKeyConstraint("repo", "number", "fingerprint"),
    )
