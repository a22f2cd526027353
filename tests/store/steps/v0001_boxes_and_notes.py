"""Boxes with a label such as «blue/left», and notes on them that are only added."""

import sqlalchemy as sa
from alembic import op

from egide.store.columns import bare_text, whole

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "shelf_boxes",
        sa.Column("id", whole(), primary_key=True, autoincrement=True),
        sa.Column("label", bare_text(), nullable=False),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "shelf_notes",
        sa.Column("number", whole(), primary_key=True, autoincrement=False),
        sa.Column("box", whole(), sa.ForeignKey("shelf_boxes.id"), nullable=False),
        sa.Column("said", bare_text(), nullable=False),
        sa.Column("link", bare_text(), nullable=False),
    )
