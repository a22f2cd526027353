"""Processes, events, inbox, outbox; datasets, offers and policies."""

import sqlalchemy as sa
from alembic import op

from egide.store.columns import bare_text, whole

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the first tables."""
    _processes()
    _letters()
    _offered()


def _processes() -> None:
    op.create_table(
        "dataspace_processes",
        sa.Column("pid", bare_text(), primary_key=True),
        *(sa.Column(name, bare_text(), nullable=False) for name in ("kind", "side", "peer")),
        sa.Column("peer_pid", bare_text()),
        *(sa.Column(name, bare_text(), nullable=False) for name in ("address", "state")),
        sa.Column("version", whole(), nullable=False),
        sa.Column("subject", bare_text(), nullable=False),
        sa.Column("agreement", bare_text()),
        sa.Column("body", bare_text(), nullable=False),
        *(sa.Column(name, bare_text()) for name in ("reason", "last_in", "due")),
        *(sa.Column(name, bare_text(), nullable=False) for name in ("created_at", "updated_at")),
    )
    op.create_index("dataspace_processes_peer", "dataspace_processes", ["peer", "peer_pid", "kind", "side"], unique=True)
    op.create_index("dataspace_processes_due", "dataspace_processes", ["due"])
    op.create_index("dataspace_processes_agreement", "dataspace_processes", ["agreement", "kind"])
    op.create_index("dataspace_processes_updated", "dataspace_processes", ["updated_at"])
    op.create_table(
        "dataspace_events",
        sa.Column("number", whole(), primary_key=True, autoincrement=False),
        sa.Column("pid", bare_text(), nullable=False),
        sa.Column("version", whole(), nullable=False),
        sa.Column("at", bare_text(), nullable=False),
        sa.Column("what", bare_text(), nullable=False),
        sa.Column("step", bare_text()),
        sa.Column("state", bare_text(), nullable=False),
        sa.Column("reason", bare_text()),
        sa.Column("message", bare_text()),
        sa.Column("link", bare_text(), nullable=False),
    )
    op.create_index("dataspace_events_pid", "dataspace_events", ["pid", "number"])


def _letters() -> None:
    op.create_table(
        "dataspace_inbox",
        sa.Column("pid", bare_text(), primary_key=True),
        sa.Column("key", bare_text(), primary_key=True),
        sa.Column("at", bare_text(), nullable=False),
    )
    op.create_table(
        "dataspace_outbox",
        sa.Column("id", whole(), primary_key=True, autoincrement=True),
        *(sa.Column(name, bare_text(), nullable=False) for name in ("pid", "address", "step")),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("key", bare_text(), nullable=False),
        sa.Column("attempts", whole(), nullable=False),
        sa.Column("not_before", bare_text(), nullable=False),
        *(sa.Column(name, bare_text()) for name in ("lease_until", "error")),
        sa.Column("created_at", bare_text(), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_index("dataspace_outbox_pid", "dataspace_outbox", ["pid", "id"])
    op.create_index("dataspace_outbox_not_before", "dataspace_outbox", ["not_before"])


def _offered() -> None:
    op.create_table(
        "dataspace_policies",
        sa.Column("digest", bare_text(), primary_key=True),
        sa.Column("body", bare_text(), nullable=False),
    )
    op.create_table(
        "dataspace_datasets",
        sa.Column("id", bare_text(), primary_key=True),
        sa.Column("title", bare_text(), nullable=False),
        sa.Column("description", bare_text()),
        sa.Column("source", bare_text(), nullable=False),
        sa.Column("media_type", bare_text()),
        sa.Column("formats", bare_text(), nullable=False),
        sa.Column("created_at", bare_text(), nullable=False),
    )
    op.create_table(
        "dataspace_offers",
        *(sa.Column(name, bare_text(), primary_key=name == "id", nullable=False) for name in ("id", "dataset", "policy")),
    )
    op.create_index("dataspace_offers_dataset", "dataspace_offers", ["dataset"])
