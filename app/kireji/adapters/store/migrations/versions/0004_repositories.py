"""Repositories by GitHub's id, so that a name may change."""

from alembic import op
from sqlalchemy import BigInteger, Column, Double, PrimaryKeyConstraint, Text

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add one table; nothing that is there changes. It fills as deliveries tell ids, and takes over what has the name."""
    op.create_table(
        "repositories",
        Column("id", BigInteger, nullable=False, autoincrement=False),
        Column("key", Text, nullable=False),
        Column("name", Text, nullable=False),
        Column("installation", BigInteger),
        Column("told_at", Double, nullable=False),
        PrimaryKeyConstraint("id"),
    )
    op.create_index("repositories_key", "repositories", ["key"], unique=True)
    op.create_index("repositories_name", "repositories", ["name"])
