"""Documents, what they state, what was withdrawn; subjects and relations; refusals and marks."""

import sqlalchemy as sa
from alembic import op

from egide.store.columns import bare_text, whole

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the first tables."""
    _documents()
    _said()
    _heads()
    _imports()


def _documents() -> None:
    op.create_table(
        "catalogue_documents",
        sa.Column("number", whole(), primary_key=True, autoincrement=False),
        sa.Column("digest", bare_text(), nullable=False, unique=True),
        sa.Column("name", bare_text(), nullable=False),
        sa.Column("size", whole(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", bare_text(), nullable=False),
        sa.Column("job", whole()),
        sa.Column("outcome", bare_text(), nullable=False),
        sa.Column("record", bare_text(), nullable=False),
        sa.Column("link", bare_text(), nullable=False),
    )
    op.create_table(
        "catalogue_withdrawn",
        sa.Column("number", whole(), primary_key=True, autoincrement=False),
        sa.Column("document", bare_text(), nullable=False),
        sa.Column("since", bare_text(), nullable=False),
        sa.Column("why", bare_text(), nullable=False),
        sa.Column("recorded_at", bare_text(), nullable=False),
        sa.Column("link", bare_text(), nullable=False),
    )
    op.create_index("catalogue_withdrawn_document", "catalogue_withdrawn", ["document"])


def _said() -> None:
    op.create_table(
        "catalogue_said",
        sa.Column("number", whole(), primary_key=True, autoincrement=False),
        sa.Column("subject", bare_text(), nullable=False),
        sa.Column("file", bare_text(), nullable=False),
        sa.Column("document", bare_text(), nullable=False),
        sa.Column("identity", bare_text(), nullable=False, unique=True),
        sa.Column("series", bare_text(), nullable=False),
        sa.Column("issuer", bare_text(), nullable=False),
        sa.Column("assurance", bare_text(), nullable=False),
        sa.Column("backing", bare_text(), nullable=False),
        sa.Column("source", bare_text(), nullable=False),
        sa.Column("issued", bare_text()),
        sa.Column("until", bare_text()),
        sa.Column("recorded_at", bare_text(), nullable=False),
        sa.Column("read", bare_text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("link", bare_text(), nullable=False),
    )
    op.create_index("catalogue_said_subject", "catalogue_said", ["subject", "number"])
    op.create_index("catalogue_said_document", "catalogue_said", ["document"])
    op.create_index("catalogue_said_series", "catalogue_said", ["series"])
    op.create_index("catalogue_said_until", "catalogue_said", ["until"])


def _heads() -> None:
    op.create_table(
        "catalogue_subjects",
        sa.Column("subject", bare_text(), primary_key=True),
        sa.Column("folded", bare_text(), nullable=False),
        sa.Column("kind", bare_text(), nullable=False),
        sa.Column("name", bare_text(), nullable=False),
        sa.Column("provider", bare_text(), nullable=False),
        sa.Column("last", whole(), nullable=False),
    )
    op.create_index("catalogue_subjects_folded", "catalogue_subjects", ["folded"])
    op.create_index("catalogue_subjects_kind", "catalogue_subjects", ["kind", "subject"])
    op.create_table(
        "catalogue_links",
        sa.Column("subject", bare_text(), primary_key=True),
        sa.Column("relation", bare_text(), primary_key=True),
        sa.Column("to", bare_text(), primary_key=True),
    )
    op.create_index("catalogue_links_to", "catalogue_links", ["to", "relation"])


def _imports() -> None:
    op.create_table(
        "catalogue_refused",
        sa.Column("job", whole(), primary_key=True, autoincrement=False),
        sa.Column("digest", bare_text(), primary_key=True),
        sa.Column("name", bare_text(), nullable=False),
        sa.Column("outcome", bare_text(), nullable=False),
        sa.Column("because", bare_text(), nullable=False),
        sa.Column("at", bare_text(), nullable=False),
    )
    op.create_table(
        "catalogue_marks",
        sa.Column("name", bare_text(), primary_key=True),
        sa.Column("moment", bare_text(), nullable=False),
    )
