"""Tokens seen; requests for credentials, as an issuer and as a holder; credentials held."""

import sqlalchemy as sa
from alembic import op

from egide.store.columns import bare_text

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the first tables."""
    op.create_table(
        "claims_seen",
        sa.Column("did", bare_text(), primary_key=True),
        sa.Column("jti", bare_text(), primary_key=True),
        sa.Column("until", bare_text(), nullable=False),
    )
    op.create_index("claims_seen_until", "claims_seen", ["until"])
    op.create_table(
        "claims_requests",
        sa.Column("id", bare_text(), primary_key=True),
        sa.Column("holder", bare_text(), nullable=False),
        sa.Column("holder_pid", bare_text(), nullable=False),
        sa.Column("wanted", bare_text(), nullable=False),
        sa.Column("status", bare_text(), nullable=False),
        sa.Column("delivery", bare_text()),
        sa.Column("delivered", sa.Boolean(), nullable=False),
        sa.Column("asked_at", bare_text(), nullable=False),
        sa.UniqueConstraint("holder", "holder_pid", name="claims_requests_once"),
    )
    op.create_index("claims_requests_status", "claims_requests", ["status", "delivered"])
    op.create_table(
        "claims_asked",
        sa.Column("holder_pid", bare_text(), primary_key=True),
        sa.Column("issuer", bare_text(), nullable=False),
        sa.Column("wanted", bare_text(), nullable=False),
        sa.Column("status", bare_text(), nullable=False),
        sa.Column("because", bare_text()),
        sa.Column("asked_at", bare_text(), nullable=False),
    )
    op.create_table(
        "claims_held",
        sa.Column("digest", bare_text(), primary_key=True),
        sa.Column("token", bare_text(), nullable=False),
        sa.Column("issuer", bare_text(), nullable=False),
        sa.Column("holder_pid", bare_text(), nullable=False),
        sa.Column("received_at", bare_text(), nullable=False),
    )
    op.create_index("claims_held_received", "claims_held", ["received_at"])
