"""What was given for each piece of long work of a body, and what came of it; how far it is stands with the store's jobs."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Column, Index, LargeBinary, MetaData, Table

from egide.store.columns import Instant, Words, whole
from egide.store.rooms import Room

METADATA = MetaData()

WORKS = Table(
    "works_given", METADATA,
    Column("job", whole(), primary_key=True, autoincrement=False),
    Column("body", Words(), nullable=False),
    Column("kind", Words(), nullable=False),
    Column("name", Words(), nullable=False),
    Column("asked", Words(), nullable=False),
    Column("given", LargeBinary(), nullable=False),
    Column("made", LargeBinary()),
    Column("person", whole(), nullable=False),
    Column("at", Instant(), nullable=False),
    Column("about", Words(), nullable=False, server_default=""),
    Index("works_given_body", "body", "job"),
    Index("works_given_about", "body", "kind", "about", "job"),
)  # fmt: skip
"""``asked``: JSON of what was chosen; ``given``: JSON of file names to base 64 (deflate); ``made``: the answer (deflate). ``about``:
what one of the same kind that was made of the same has too."""

ROOM = Room("works", METADATA, Path(__file__).parent / "migrations")
