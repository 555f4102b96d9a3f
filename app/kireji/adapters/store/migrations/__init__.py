"""The tables' versions, run by Alembic through `schema.upgrade`. Begin with `versions`."""
