"""A room as another part of the house would bring one, in each of the three versions that its tables have had."""

from __future__ import annotations

import shutil
from pathlib import Path

from sqlalchemy import Boolean, Column, ForeignKey, MetaData, Table

from egide.store.chain import AppendOnly
from egide.store.columns import Words, chained, whole
from egide.store.rooms import Room

STEPS = Path(__file__).parent / "steps"
METADATA = MetaData()
BOXES = Table(
    "shelf_boxes", METADATA,
    Column("id", whole(), primary_key=True, autoincrement=True),
    Column("colour", Words(), nullable=False),
    sqlite_autoincrement=True,
)  # fmt: skip
PLACES = Table(
    "shelf_places", METADATA,
    Column("box", whole(), ForeignKey("shelf_boxes.id"), primary_key=True, autoincrement=False),
    Column("place", Words(), nullable=False),
    Column("sealed", Boolean(), nullable=False),
)  # fmt: skip
NOTES = chained(
    "shelf_notes", METADATA,
    Column("box", whole(), ForeignKey("shelf_boxes.id"), nullable=False),
    Column("said", Words(), nullable=False),
    Column("weight", whole()),
)  # fmt: skip
SHELF = Room("shelf", METADATA, STEPS)

FIRST_METADATA = MetaData()
FIRST_BOXES = Table(
    "shelf_boxes", FIRST_METADATA, Column("id", whole(), primary_key=True, autoincrement=True), Column("label", Words(), nullable=False),
)  # fmt: skip
FIRST_NOTES = chained(
    "shelf_notes", FIRST_METADATA,
    Column("box", whole(), ForeignKey("shelf_boxes.id"), nullable=False), Column("said", Words(), nullable=False),
)  # fmt: skip


def first_shelf(folder: Path) -> Room:
    """The room as it was when its tables had their first version."""
    return Room("shelf", FIRST_METADATA, steps(folder, 1))


def steps(folder: Path, count: int) -> Path:
    """A folder with the first steps only."""
    into = folder / f"steps{count}"
    into.mkdir()
    for step in sorted(STEPS.glob("v*.py"))[:count]:
        shutil.copy(step, into)
    return into


def fill_first(store: object, boxes: int = 50) -> None:
    """Rows of the first version: a box of each label, two notes on each."""
    from egide.store.connection import Store

    assert isinstance(store, Store)
    with store.write() as tx:
        for number in range(1, boxes + 1):
            tx.execute(FIRST_BOXES.insert().values(label=f"colour {number}/place {number}"))
        AppendOnly(FIRST_NOTES).append(tx, ({"box": 1 + number // 2, "said": f"note {number}, «é»"} for number in range(boxes * 2)))
