"""Bodies, people, roles, sessions, tokens, invitations; the trail."""

import sqlalchemy as sa
from alembic import op

from egide.store.columns import bare_text, whole

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the first tables."""
    _people()
    _secrets()
    _trail()


def _people() -> None:
    op.create_table(
        "accounts_bodies",
        sa.Column("id", bare_text(), primary_key=True),
        sa.Column("name", bare_text(), nullable=False),
        sa.Column("marking", bare_text(), nullable=False),
        sa.Column("created_at", bare_text(), nullable=False),
    )
    op.create_table(
        "accounts_people",
        sa.Column("number", whole(), primary_key=True, autoincrement=True),
        sa.Column("login", bare_text(), nullable=False, unique=True),
        sa.Column("name", bare_text(), nullable=False),
        sa.Column("password", bare_text()),
        sa.Column("provider", bare_text()),
        sa.Column("subject", bare_text()),
        sa.Column("created_at", bare_text(), nullable=False),
        sa.Column("closed_at", bare_text()),
    )
    op.create_index("accounts_people_subject", "accounts_people", ["provider", "subject"], unique=True)
    op.create_table(
        "accounts_roles",
        sa.Column("body", bare_text(), primary_key=True),
        sa.Column("person", whole(), primary_key=True, autoincrement=False),
        sa.Column("role", bare_text(), primary_key=True),
    )
    op.create_index("accounts_roles_person", "accounts_roles", ["person"])
    op.create_table(
        "accounts_failures",
        sa.Column("login", bare_text(), primary_key=True),
        sa.Column("count", whole(), nullable=False),
        sa.Column("last_at", bare_text(), nullable=False),
    )


def _secrets() -> None:
    op.create_table(
        "accounts_sessions",
        sa.Column("digest", bare_text(), primary_key=True),
        sa.Column("person", whole(), nullable=False),
        sa.Column("created_at", bare_text(), nullable=False),
        sa.Column("seen_at", bare_text(), nullable=False),
        sa.Column("ends_at", bare_text(), nullable=False),
    )
    op.create_index("accounts_sessions_person", "accounts_sessions", ["person"])
    op.create_table(
        "accounts_tokens",
        sa.Column("digest", bare_text(), primary_key=True),
        sa.Column("id", bare_text(), nullable=False, unique=True),
        sa.Column("body", bare_text(), nullable=False),
        sa.Column("person", whole(), nullable=False),
        sa.Column("name", bare_text(), nullable=False),
        sa.Column("scopes", bare_text(), nullable=False),
        sa.Column("created_at", bare_text(), nullable=False),
        sa.Column("ends_at", bare_text(), nullable=False),
        sa.Column("revoked", sa.Boolean(), nullable=False),
    )
    op.create_index("accounts_tokens_body", "accounts_tokens", ["body"])
    op.create_table(
        "accounts_invitations",
        sa.Column("digest", bare_text(), primary_key=True),
        sa.Column("body", bare_text(), nullable=False),
        sa.Column("roles", bare_text(), nullable=False),
        sa.Column("person", whole()),
        sa.Column("created_at", bare_text(), nullable=False),
        sa.Column("ends_at", bare_text(), nullable=False),
        sa.Column("used_at", bare_text()),
    )


def _trail() -> None:
    op.create_table(
        "accounts_trail",
        sa.Column("number", whole(), primary_key=True, autoincrement=False),
        sa.Column("at", bare_text(), nullable=False),
        sa.Column("body", bare_text()),
        sa.Column("person", whole()),
        sa.Column("token", bare_text()),
        sa.Column("act", bare_text(), nullable=False),
        sa.Column("about", bare_text(), nullable=False),
        sa.Column("details", bare_text(), nullable=False),
        sa.Column("link", bare_text(), nullable=False),
    )
    op.create_index("accounts_trail_body", "accounts_trail", ["body", "number"])
