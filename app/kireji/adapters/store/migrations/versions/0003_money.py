"""What budgets and `kireji costs` ask of the ledger, and what open reviews have reserved."""

from alembic import op
from sqlalchemy import BigInteger, Column, String

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add columns and an index; nothing that is there changes."""
    op.add_column("model_calls", Column("installation", BigInteger))
    op.add_column("model_calls", Column("depth", String(16)))
    op.add_column("model_calls", Column("purpose", String(16)))
    op.create_index("model_calls_installation", "model_calls", ["installation", "at"])
    op.add_column("reviews", Column("reserved", BigInteger))
