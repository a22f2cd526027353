"""Assets, policies and contract definitions of the common management API, and the offers that definitions make."""

import sqlalchemy as sa
from alembic import op

from egide.store.columns import bare_text

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the two tables."""
    op.create_table(
        "dataspace_resources",
        sa.Column("kind", bare_text(), primary_key=True),
        sa.Column("id", bare_text(), primary_key=True),
        sa.Column("body", bare_text(), nullable=False),
        sa.Column("about", bare_text()),
        sa.Column("created_at", bare_text(), nullable=False),
    )
    op.create_index("dataspace_resources_about", "dataspace_resources", ["kind", "about"])
    op.create_table(
        "dataspace_defined",
        sa.Column("offer", bare_text(), primary_key=True),
        sa.Column("definition", bare_text(), nullable=False),
        sa.Column("access", bare_text()),
    )
    op.create_index("dataspace_defined_definition", "dataspace_defined", ["definition"])
