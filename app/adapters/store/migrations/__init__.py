"""The tables' versions, one file each in `versions/`, run by Alembic through `schema.upgrade`. A file never changes."""
