"""Dossiers of labels: their files, the reviews of their evidence, what was assessed and signed."""

import sqlalchemy as sa
from alembic import op

from egide.store.columns import bare_text, whole

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "dossiers_blobs",
        sa.Column("body", bare_text(), primary_key=True),
        sa.Column("digest", bare_text(), primary_key=True),
        sa.Column("size", whole(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
    )
    op.create_table(
        "dossiers_versions",
        sa.Column("body", bare_text(), primary_key=True),
        sa.Column("id", bare_text(), primary_key=True),
        sa.Column("version", whole(), primary_key=True, autoincrement=False),
        sa.Column("name", bare_text(), nullable=False),
        sa.Column("files", bare_text(), nullable=False),
        sa.Column("person", whole(), nullable=False),
        sa.Column("at", bare_text(), nullable=False),
    )
    op.create_table(
        "dossiers_reviews",
        sa.Column("body", bare_text(), primary_key=True),
        sa.Column("dossier", bare_text(), primary_key=True),
        sa.Column("number", whole(), primary_key=True, autoincrement=False),
        sa.Column("path", bare_text(), nullable=False),
        sa.Column("digest", bare_text(), nullable=False),
        sa.Column("state", bare_text(), nullable=False),
        sa.Column("why", bare_text(), nullable=False),
        sa.Column("person", whole(), nullable=False),
        sa.Column("at", bare_text(), nullable=False),
    )
    op.create_table(
        "dossiers_assessments",
        sa.Column("body", bare_text(), primary_key=True),
        sa.Column("dossier", bare_text(), primary_key=True),
        sa.Column("number", whole(), primary_key=True, autoincrement=False),
        sa.Column("version", whole(), nullable=False),
        sa.Column("scheme", bare_text(), nullable=False),
        sa.Column("day", bare_text(), nullable=False),
        sa.Column("answer", bare_text(), nullable=False),
        sa.Column("digest", bare_text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("person", whole(), nullable=False),
        sa.Column("at", bare_text(), nullable=False),
        sa.Column("signer", whole()),
        sa.Column("signed_at", bare_text()),
    )
