"""The tables as they stand in a database, and how they are brought to what this program knows.

All rooms go up in one transaction, or none does; two programs that open an old database at once upgrade it once.
A file of SQLite is copied beside itself first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import inspect, text

from egide.store.errors import BrokenReferencesError, NewerDatabaseError
from egide.store.guards import put_guards, take_guards
from egide.store.rooms import VERSION_TABLE, Room
from egide.store.snapshot import copy_beside
from egide.store.tables import begin_chains

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from egide.store.address import Address
    from egide.store.engines import Engines

ENVIRONMENT = Path(__file__).parent / "migrations"
Versions = Mapping[str, str]
"""Each room's name to the version of its tables."""


@dataclass(frozen=True, slots=True)
class Upgrade:
    """What was done when the store was opened; ``before`` is empty for a new database, ``backup`` None when nothing was copied."""

    before: Versions
    after: Versions
    backup: Path | None


def versions(connection: Connection) -> dict[str, str]:
    """The version of each room's tables in the database."""
    found: dict[str, str] = {}
    for name in sorted(inspect(connection).get_table_names()):
        if name.startswith(VERSION_TABLE):
            version = connection.scalar(text(f"SELECT version_num FROM {name}"))  # noqa: S608 - a table's own name
            if version is not None:
                found[name.removeprefix(VERSION_TABLE)] = str(version)
    return found


def refuse_newer(found: Versions, rooms: Sequence[Room], where: str) -> None:
    """Raise `NewerDatabaseError` when a version is none that this program knows."""
    for room in rooms:
        version = found.get(room.name)
        if version is not None and version not in room.versions:
            raise NewerDatabaseError(where, room.name, version, room.version)


def bring_up(engines: Engines, rooms: Sequence[Room], address: Address, now: datetime) -> Upgrade | None:
    """Bring every room to its present version; None when there was nothing to do. Raises `NewerDatabaseError`."""
    wanted = {room.name: room.version for room in rooms}
    with engines.read.connect() as connection:
        found = versions(connection)
    refuse_newer(found, rooms, str(address))
    if wanted.items() <= found.items():
        return None
    with rebuilding(engines) as connection:
        found = versions(connection)
        refuse_newer(found, rooms, str(address))
        if wanted.items() <= found.items():
            return None
        backup = copy_beside(engines.read, address.path, "upgrade", now) if found and address.path else None
        migrate(connection, rooms, wanted)
    return Upgrade(found, {**found, **wanted}, backup)


def migrate(connection: Connection, rooms: Sequence[Room], wanted: Versions, *, guarded: bool = True) -> None:
    """Take the steps up to the wanted version of each room, guards down, in the transaction of the connection.

    ``guarded``: put the guards up at the end, which presumes that every room is at its present version.
    """
    from alembic import command  # noqa: PLC0415 - slow to load, and an up-to-date database needs none of it
    from alembic.config import Config  # noqa: PLC0415

    take_guards(connection, [table for room in rooms for table in room.append_only])
    found = versions(connection)
    for room in rooms:
        if found.get(room.name) == wanted[room.name]:
            continue
        config = Config(attributes={"connection": connection, "metadata": room.metadata, "version_table": room.version_table})
        config.set_main_option("script_location", str(ENVIRONMENT).replace("%", "%%"))
        config.set_main_option("path_separator", "newline")
        config.set_main_option("version_locations", str(room.migrations).replace("%", "%%"))
        command.upgrade(config, wanted[room.name])
    if guarded:
        tables = [table for room in rooms for table in room.append_only]
        put_guards(connection, tables)
        begin_chains(connection, tables)


@contextmanager
def rebuilding(engines: Engines) -> Iterator[Connection]:
    """A transaction that may drop and make tables, one at a time whoever asks; committed at the end of the block, undone by an error.

    On SQLite, where a table is altered by making it anew (https://www.sqlite.org/lang_altertable.html, 7), references are
    checked at its end. Raises `BrokenReferencesError` then.
    """
    with engines.write.connect() as connection:
        if connection.dialect.name != "sqlite":
            with connection.begin():
                connection.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('egide schema', 0))"))
                yield connection
            return
        driver: Any = connection.connection.driver_connection
        driver.execute("PRAGMA foreign_keys=OFF")  # has no effect within a transaction
        try:
            with connection.begin():
                yield connection
                broken = sorted({str(row[0]) for row in connection.execute(text("PRAGMA foreign_key_check"))})
                if broken:
                    raise BrokenReferencesError(broken)
        finally:
            driver.execute("PRAGMA foreign_keys=ON")
