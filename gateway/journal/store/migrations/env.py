"""The script that Alembic runs: the migrations on the connection it is handed, inside the caller's transaction."""

from __future__ import annotations

from alembic import context

from gateway.journal.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite alters a table by copying it
)
context.run_migrations()
