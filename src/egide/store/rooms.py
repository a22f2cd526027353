"""A room of the house that stores: its tables, and how they came to be as they are, one numbered step after another.

Steps are Alembic scripts ``v0001_what_it_does.py``, ``v0002_….py`` in the room's folder; each says ``revision = "0001"`` and
``down_revision`` the one before. They name columns themselves and import no table of the room, which will have moved on.
There is no way down: an upgrade copies a SQLite file first, and a backup of either engine restores.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING

from sqlalchemy import Table

from egide.store.columns import APPEND_ONLY, PORTABLE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sqlalchemy import MetaData

VERSION_TABLE = "egide_version_"
"""Followed by the room's name: the table that holds the version of its tables."""
_STEP = re.compile(r"^v(\d{4})_\w+\.py$")
_NAME = re.compile(r"^[a-z][a-z0-9]*$")


@dataclass(frozen=True, slots=True)
class Room:
    """``name`` begins the names of all its tables; ``migrations`` is the folder of its steps."""

    name: str
    metadata: MetaData
    migrations: Path

    def __post_init__(self) -> None:
        if not _NAME.match(self.name):
            raise ValueError(f"a room's name is a word in lower case, not {self.name!r}")
        for table in self.metadata.tables.values():
            _be_portable(self.name, table)
        if _circular(self.metadata):
            raise ValueError(f"tables of {self.name} refer to each other in a circle")

    @property
    def tables(self) -> Sequence[Table]:
        """Those referred to before those that refer."""
        return self.metadata.sorted_tables

    @property
    def append_only(self) -> list[Table]:
        """The tables whose rows are only added."""
        return [table for table in self.tables if table.info.get(APPEND_ONLY)]

    @property
    def version_table(self) -> str:
        """Where the version of its tables stands."""
        return VERSION_TABLE + self.name

    @property
    def versions(self) -> list[str]:
        """All the versions that its tables have had, oldest first; read from the names of the steps."""
        return sorted(found[1] for path in self.migrations.iterdir() if (found := _STEP.match(path.name)))

    @property
    def version(self) -> str:
        """The present version."""
        return self.versions[-1]


def _circular(metadata: MetaData) -> bool:
    """Whether no order of the tables puts each after those it refers to."""
    before = {table: {key.column.table for key in table.foreign_keys} & set(metadata.tables.values()) for table in metadata.tables.values()}
    try:
        tuple(TopologicalSorter(before).static_order())
    except CycleError:
        return True
    return False


def _be_portable(room: str, table: Table) -> None:
    if not table.name.startswith(f"{room}_"):
        raise ValueError(f"the table {table.name} does not begin with the name of its room, {room}_")
    for column in table.columns:
        if not isinstance(column.type, PORTABLE):
            raise ValueError(f"{table.name}.{column.name} is of a type that engines hold differently: {column.type!r}")
        if any(key.column.table is table for key in column.foreign_keys):
            raise ValueError(f"{table.name}.{column.name} refers to its own table")
    if not table.primary_key.columns:
        raise ValueError(f"the table {table.name} has no primary key")
