"""Files of services and the answers about them."""

import sqlalchemy as sa
from alembic import op

from egide.store.columns import bare_text, whole

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the first tables."""
    op.create_table(
        "portfolio_files",
        sa.Column("body", bare_text(), primary_key=True),
        sa.Column("id", bare_text(), primary_key=True),
        sa.Column("name", bare_text(), nullable=False),
        sa.Column("digest", bare_text(), nullable=False),
        sa.Column("size", whole(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("person", whole(), nullable=False),
        sa.Column("added_at", bare_text(), nullable=False),
        sa.Column("removed_at", bare_text()),
    )
    op.create_index("portfolio_files_body", "portfolio_files", ["body", "removed_at"])
    op.create_table(
        "portfolio_answers",
        sa.Column("body", bare_text(), primary_key=True),
        sa.Column("version", whole(), primary_key=True, autoincrement=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("person", whole(), nullable=False),
        sa.Column("at", bare_text(), nullable=False),
    )
