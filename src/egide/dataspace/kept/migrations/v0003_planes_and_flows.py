"""Data planes that registered, flows of data, and signals on their way to planes."""

import sqlalchemy as sa
from alembic import op

from egide.store.columns import bare_text, whole

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the three tables."""
    op.create_table(
        "dataspace_planes",
        sa.Column("id", bare_text(), primary_key=True),
        *(sa.Column(name, bare_text(), nullable=False) for name in ("endpoint", "profiles", "labels")),
        sa.Column("secret", bare_text()),
        sa.Column("registered_at", bare_text(), nullable=False),
    )
    op.create_table(
        "dataspace_flows",
        sa.Column("pid", bare_text(), primary_key=True),
        *(sa.Column(name, bare_text(), nullable=False) for name in ("plane", "side", "state", "body")),
        sa.Column("sent", whole(), nullable=False),
        sa.Column("lease_until", bare_text()),
        sa.Column("updated_at", bare_text(), nullable=False),
    )
    op.create_index("dataspace_flows_state", "dataspace_flows", ["plane", "state"])
    op.create_table(
        "dataspace_signals",
        sa.Column("id", whole(), primary_key=True, autoincrement=True),
        *(sa.Column(name, bare_text(), nullable=False) for name in ("pid", "plane", "what")),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("attempts", whole(), nullable=False),
        sa.Column("not_before", bare_text(), nullable=False),
        *(sa.Column(name, bare_text()) for name in ("lease_until", "error")),
        sa.Column("created_at", bare_text(), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("dataspace_signals_pid", "dataspace_signals", ["pid", "id"])
