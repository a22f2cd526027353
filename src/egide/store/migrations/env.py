"""Alembic's environment: it works in the transaction that `egide.store.schema` opened, with the version table of one room."""

from alembic import context

_given = context.config.attributes
context.configure(
    connection=_given["connection"], target_metadata=_given["metadata"], version_table=_given["version_table"], render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
