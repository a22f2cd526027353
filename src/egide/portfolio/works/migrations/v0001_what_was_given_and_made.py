"""What was given for long work, and what came of it."""

import sqlalchemy as sa
from alembic import op

from egide.store.columns import bare_text, whole

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "works_given",
        sa.Column("job", whole(), primary_key=True, autoincrement=False),
        sa.Column("body", bare_text(), nullable=False),
        sa.Column("kind", bare_text(), nullable=False),
        sa.Column("name", bare_text(), nullable=False),
        sa.Column("asked", bare_text(), nullable=False),
        sa.Column("given", sa.LargeBinary(), nullable=False),
        sa.Column("made", sa.LargeBinary()),
        sa.Column("person", whole(), nullable=False),
        sa.Column("at", bare_text(), nullable=False),
    )
    op.create_index("works_given_body", "works_given", ["body", "job"])
