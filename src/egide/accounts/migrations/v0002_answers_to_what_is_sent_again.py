"""Answers to requests that carry a key of their own."""

import sqlalchemy as sa
from alembic import op

from egide.store.columns import bare_text

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "accounts_repeats",
        sa.Column("token", bare_text(), primary_key=True),
        sa.Column("key", bare_text(), primary_key=True),
        sa.Column("request", bare_text(), nullable=False),
        sa.Column("answer", bare_text()),
        sa.Column("at", bare_text(), nullable=False),
    )
