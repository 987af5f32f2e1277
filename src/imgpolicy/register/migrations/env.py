"""Run by Alembic: takes the steps on the connection that `upgrade` was given, and sets up nothing else."""

from __future__ import annotations

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    # SQLite can alter a table only by copying it, and rolls that back like anything else.
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
