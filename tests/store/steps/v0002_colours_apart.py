"""The colour becomes a column that must be there; a note may have a weight."""

import sqlalchemy as sa
from alembic import op

from egide.store.columns import bare_text, whole

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("shelf_boxes", sa.Column("colour", bare_text()))
    boxes = sa.table("shelf_boxes", sa.column("id"), sa.column("label"), sa.column("colour"))
    connection = op.get_bind()
    for number, label in connection.execute(sa.select(boxes.c.id, boxes.c.label)).all():
        connection.execute(boxes.update().where(boxes.c.id == number).values(colour=label.split("/")[0]))
    with op.batch_alter_table("shelf_boxes") as batch:
        batch.alter_column("colour", existing_type=bare_text(), nullable=False)
    with op.batch_alter_table("shelf_notes") as batch:
        batch.add_column(sa.Column("weight", whole()))
