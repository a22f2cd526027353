"""What was read of large files, so that a server that starts needs not read them again."""

import sqlalchemy as sa
from alembic import op

from egide.store.columns import bare_text

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "portfolio_readings",
        sa.Column("body", bare_text(), primary_key=True),
        sa.Column("file", bare_text(), primary_key=True),
        sa.Column("lang", bare_text(), primary_key=True),
        sa.Column("read_with", bare_text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
    )
