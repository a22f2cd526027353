"""Chains, records, jobs and accepted bundles."""

import sqlalchemy as sa
from alembic import op

from egide.store.columns import bare_text, whole

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the first tables."""
    _chains_and_records()
    _jobs()
    _bundles()


def _chains_and_records() -> None:
    op.create_table(
        "store_chains",
        sa.Column("name", bare_text(), primary_key=True),
        sa.Column("number", whole(), nullable=False),
        sa.Column("link", bare_text(), nullable=False),
    )
    op.create_table(
        "store_records",
        sa.Column("number", whole(), primary_key=True, autoincrement=False),
        sa.Column("kind", bare_text(), nullable=False),
        sa.Column("subject", bare_text(), nullable=False),
        sa.Column("issuer", bare_text(), nullable=False),
        sa.Column("digest", bare_text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("valid_from", bare_text()),
        sa.Column("valid_until", bare_text()),
        sa.Column("recorded_at", bare_text(), nullable=False),
        sa.Column("identity", bare_text(), nullable=False, unique=True),
        sa.Column("link", bare_text(), nullable=False),
    )
    op.create_index("store_records_subject", "store_records", ["subject", "kind", "number"])
    op.create_index("store_records_kind", "store_records", ["kind", "number"])
    op.create_index("store_records_digest", "store_records", ["digest"])


def _jobs() -> None:
    op.create_table(
        "store_jobs",
        sa.Column("id", whole(), primary_key=True, autoincrement=True),
        sa.Column("kind", bare_text(), nullable=False),
        sa.Column("arguments", bare_text(), nullable=False),
        sa.Column("state", bare_text(), nullable=False),
        sa.Column("done", whole(), nullable=False),
        sa.Column("of", whole()),
        sa.Column("checkpoint", bare_text()),
        sa.Column("result", bare_text()),
        sa.Column("error", bare_text()),
        sa.Column("cancelling", sa.Boolean(), nullable=False),
        sa.Column("attempts", whole(), nullable=False),
        sa.Column("most_attempts", whole(), nullable=False),
        sa.Column("worker", bare_text()),
        sa.Column("lease_until", bare_text()),
        sa.Column("not_before", bare_text(), nullable=False),
        sa.Column("created_at", bare_text(), nullable=False),
        sa.Column("updated_at", bare_text(), nullable=False),
        sa.Column("ended_at", bare_text()),
        sqlite_autoincrement=True,
    )
    op.create_index("store_jobs_state", "store_jobs", ["state", "id"])


def _bundles() -> None:
    op.create_table(
        "store_bundles",
        sa.Column("number", whole(), primary_key=True, autoincrement=False),
        sa.Column("name", bare_text(), nullable=False),
        sa.Column("edition", whole(), nullable=False),
        sa.Column("digest", bare_text(), nullable=False),
        sa.Column("key", bare_text(), nullable=False),
        sa.Column("accepted_at", bare_text(), nullable=False),
        sa.Column("link", bare_text(), nullable=False),
    )
    op.create_index("store_bundles_name", "store_bundles", ["name", "edition"], unique=True)
