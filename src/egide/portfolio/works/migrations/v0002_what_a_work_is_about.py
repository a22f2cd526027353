"""What a work is about, so that one that was made of the same is found again; and in which form it lies."""

import sqlalchemy as sa
from alembic import op

from egide.store.columns import bare_text

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the column."""
    op.add_column("works_given", sa.Column("about", bare_text(), nullable=False, server_default=""))
    op.create_index("works_given_about", "works_given", ["body", "kind", "about", "job"])
