"""In which part of the work processes died, and which signed bodies were taken."""

from alembic import op
from sqlalchemy import Column, Double, PrimaryKeyConstraint, Text

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add two tables; nothing that is there changes."""
    op.create_table(
        "perils",
        Column("id", Text, nullable=False),
        Column("part", Text),
        Column("died", Text, nullable=False),
        Column("at", Double, nullable=False),
        PrimaryKeyConstraint("id"),
    )
    op.create_index("perils_at", "perils", ["at"])
    op.create_table(
        "bodies",
        Column("digest", Text, nullable=False),
        Column("delivery", Text, nullable=False),
        Column("at", Double, nullable=False),
        PrimaryKeyConstraint("digest"),
    )
    op.create_index("bodies_at", "bodies", ["at"])
