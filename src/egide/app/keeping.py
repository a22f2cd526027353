"""What is kept, seen from outside: which engine, which tables, how much, whether it is whole, which work is under way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from egide.app.backup import LastBackup, last_backup
from egide.app.database import open_database, rooms, shown
from egide.app.files import read
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.findings import Answer, Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.store.chain import Head, Integrity
    from egide.store.connection import Store
    from egide.store.jobs import Job, State
    from egide.store.transaction import Progress

NOT_HERE = N_("{table}: the head that was kept of row {number} is of a table that is not there")


@dataclass(frozen=True, slots=True)
class Status:
    """A database as it stands. ``versions`` empty: nothing was ever kept there, and the rest is empty too."""

    address: str
    engine: str
    bytes: int | None
    """Of the file, with what it has not folded in yet; None for a server."""
    versions: Mapping[str, str]
    behind: tuple[str, ...]
    """Rooms whose tables are older than this program knows: the next command that writes brings them up."""
    rows: Mapping[str, int]
    jobs: Mapping[str, int]
    backup: LastBackup | None


class KeptHead(msgspec.Struct, frozen=True):
    """A line of what ``egide data verify --json`` printed earlier."""

    table: str
    number: int
    link: str


class KeptHeads(msgspec.Struct, frozen=True):
    """What it printed."""

    tables: list[KeptHead]


def status(given: str | None = None) -> Status:
    """The database at an address; nothing is made, and nothing brought up. Raises as `egide.store.look`."""
    from egide.store import look
    from egide.store.schema import refuse_newer
    from egide.store.tables import STORE

    at = shown(given)
    engine = "SQLite" if at.is_file else "PostgreSQL"
    found = look(at.secret_url)
    known = (STORE, *rooms())
    refuse_newer(found, known, str(at))
    behind = tuple(room.name for room in known if found and found.get(room.name, room.version) != room.version)
    size = _size(at.path) if at.path else None
    if not found or behind:
        return Status(str(at), engine, size, found, behind, {}, {}, None)
    with open_database(given) as store:
        return Status(str(at), _engine(store), size, found, behind, _rows(store), _jobs(store), last_backup(store))


def heads(path: Path) -> dict[str, Head]:
    """The heads that an earlier ``egide data verify --json`` printed. Raises `InputError`."""
    from egide.store.chain import Head

    try:
        kept = msgspec.json.decode(read(path), type=KeptHeads)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InputError(N_("not readable as JSON: {error}"), Location(str(path)), values={"error": error}) from error
    return {one.table: Head(one.number, one.link) for one in kept.tables}


def verify(store: Store, kept: Mapping[str, Head] | None = None, progress: Progress | None = None) -> list[Integrity]:
    """Whether each append-only table is whole, and holds the heads kept earlier."""
    from egide.store.chain import Integrity

    found = store.verify(kept, progress)
    missing = (kept or {}).keys() - {one.table for one in found}
    return [*found, *(
        Integrity(name, Answer.NOT_MET, head, Reason("head-not-held", {"table": name, "number": head.number}, NOT_HERE))
        for name, head in sorted((kept or {}).items()) if name in missing
    )]  # fmt: skip


def jobs(store: Store, states: frozenset[State] | None = None, most: int = 100) -> list[Job]:
    """The jobs, newest first."""
    from egide.store.jobs import jobs as listed

    with store.read() as tx:
        return listed(tx, states, most)


def resume(store: Store, number: int) -> Job:
    """Put a failed job in the queue again; its next worker goes on from its checkpoint. Others stay as they are.

    Raises `UnknownJobError`.
    """
    from egide.store.jobs import retry

    with store.write() as tx:
        return retry(tx, number)


def cancel(store: Store, number: int) -> Job:
    """Ask that a job stop: at once when it waits, at its worker's next report when it runs. Raises `UnknownJobError`."""
    from egide.store.jobs import cancel as stop

    with store.write() as tx:
        return stop(tx, number)


def _size(path: Path) -> int | None:
    parts = [path, path.with_name(path.name + "-wal")]
    return sum(part.stat().st_size for part in parts if part.is_file()) if path.is_file() else None


def _engine(store: Store) -> str:
    from sqlalchemy import text

    file = store.address.is_file
    with store.read() as tx:
        version = tx.connection.scalar(text("SELECT sqlite_version()" if file else "SHOW server_version"))
    return f"{'SQLite' if file else 'PostgreSQL'} {str(version).split(' ')[0]}"


def _rows(store: Store) -> dict[str, int]:
    from sqlalchemy import func, select

    with store.read() as tx:
        return {table.name: tx.connection.scalar(select(func.count()).select_from(table)) or 0
                for room in store.rooms for table in room.tables}  # fmt: skip


def _jobs(store: Store) -> dict[str, int]:
    from sqlalchemy import func, select

    from egide.store.tables import JOBS

    with store.read() as tx:
        counted = tx.execute(select(JOBS.c.state, func.count().label("count")).group_by(JOBS.c.state))
        return {row.state: row._mapping["count"] for row in counted}
