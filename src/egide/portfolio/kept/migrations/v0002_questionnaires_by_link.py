"""Links by which owners of data answer."""

import sqlalchemy as sa
from alembic import op

from egide.store.columns import bare_text

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "portfolio_questionnaires",
        sa.Column("digest", bare_text(), primary_key=True),
        sa.Column("body", bare_text(), nullable=False),
        sa.Column("owner", bare_text(), nullable=False),
        sa.Column("created_at", bare_text(), nullable=False),
        sa.Column("ends_at", bare_text(), nullable=False),
    )
    op.create_index("portfolio_questionnaires_body", "portfolio_questionnaires", ["body"])
