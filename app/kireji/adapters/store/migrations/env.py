"""Alembic runs this file for each upgrade, on the connection and in the transaction of `schema.upgrade`."""

from alembic import context

from kireji.adapters.store.tables import metadata

attributes = context.config.attributes
context.configure(
    connection=attributes["connection"],
    target_metadata=metadata,
    version_table=attributes["version_table"],
    render_as_batch=True,  # SQLite alters a table by copying it
)
context.run_migrations()
