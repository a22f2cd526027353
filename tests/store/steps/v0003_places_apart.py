"""The place moves to a table of its own, and the label goes."""

import sqlalchemy as sa
from alembic import op

from egide.store.columns import bare_text, whole

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "shelf_places",
        sa.Column("box", whole(), sa.ForeignKey("shelf_boxes.id"), primary_key=True, autoincrement=False),
        sa.Column("place", bare_text(), nullable=False),
        sa.Column("sealed", sa.Boolean(), nullable=False),
    )
    boxes = sa.table("shelf_boxes", sa.column("id"), sa.column("label"))
    places = sa.table("shelf_places", sa.column("box"), sa.column("place"), sa.column("sealed"))
    connection = op.get_bind()
    for number, label in connection.execute(sa.select(boxes.c.id, boxes.c.label)).all():
        connection.execute(places.insert().values(box=number, place=label.split("/")[1], sealed=False))
    with op.batch_alter_table("shelf_boxes") as batch:
        batch.drop_column("label")
