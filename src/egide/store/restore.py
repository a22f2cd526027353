"""An archive put back, on either engine: in one transaction, so that it is there whole or what was there before is there still.

The tables are made as they were when the archive was written, filled, then brought to the present version like any older database.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, BinaryIO

import msgspec
from sqlalchemy import Boolean, Integer, LargeBinary, Table, func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from egide.store.archive import BESIDE, BESIDE_BYTES, FOLDER, FORMAT, MANIFEST, Manifest, TableFile, held_tables, plain_name
from egide.store.canonical import canonical, digest
from egide.store.chain import Integrity
from egide.store.errors import NotEmptyError, UnknownRoomError
from egide.store.schema import migrate, rebuilding, refuse_newer, versions
from egide.store.snapshot import copy_beside
from egide.store.tables import CHAINS
from egide.store.transaction import ROWS_AT_A_TIME, Progress, every_thousand, told
from egide.store.zips import Limits, Zip
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from sqlalchemy import Connection

    from egide.store.connection import Store

LIMITS = Limits(files=1_000, file_bytes=2**40, total_bytes=2**41)
MANIFEST_BYTES = 2**20
LINE_BYTES = 64 * 2**20
BATCH_BYTES = 16 * 2**20
"""Lines are put back a thousand at a time, or fewer when they are long: memory stays the same whatever an archive holds."""
ALTERED = N_("the file is not the one that was archived")


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back, and whether its chains are whole. ``digest``: that of the archive, as `archive` told it."""

    rooms: dict[str, str]
    """The version of each room's tables in the archive."""
    rows: dict[str, int]
    digest: str
    integrity: tuple[Integrity, ...]
    files: dict[str, bytes]
    """What was kept beside the tables, for the application to put where it belongs."""
    before: Path | None
    """The copy that was made of a file of SQLite that held something."""


def restore(
    store: Store, source: BinaryIO, name: str, *, force: bool = False, fit: Callable[[Mapping[str, bytes]], None] | None = None,
    progress: Progress | None = None,
) -> Restored:
    """Put an archive into a store. ``name``: what messages call it.

    ``fit``: given the files kept beside the tables before anything is changed; it raises when they have no place here. ``progress``:
    called with the rows put back, of how many.

    A file of SQLite that holds rows is copied beside itself first; a server is not.
    Raises `NotEmptyError` when the store holds rows and ``force`` is not given; `NewerDatabaseError`, `UnknownRoomError` when the
    archive holds what this program does not know; `InputError` when it is damaged. In each case nothing has changed.
    """
    files = Zip(source, name, LIMITS)
    manifest, summed = _manifest(files)
    _be_known(store, manifest, name)
    beside = _beside(files, manifest)
    if fit:
        fit(beside)
    count = every_thousand(progress, sum(one.rows for one in manifest.tables))
    try:
        with rebuilding(store.engines) as connection:
            present = versions(connection)
            if foreign := present.keys() - {room.name for room in store.rooms}:
                raise UnknownRoomError(", ".join(sorted(foreign)))
            before = None
            if _holds_rows(connection, store):
                if not force:
                    raise NotEmptyError(str(store.address))
                if store.address.path is not None:
                    before = copy_beside(store.engines.read, store.address.path, "restoration", store.now())
            _clear(connection, store)
            _rebuild(connection, store, files, manifest, count)
    except IntegrityError as error:
        rule = str(error.orig).split("\n", maxsplit=1)[0]
        raise InputError(N_("its rows break a rule of the tables: {rule}"), Location(name), values={"rule": rule}) from error
    except DBAPIError as error:
        raise told(error, store.address) or error from error
    return Restored(manifest.rooms, {one.name: one.rows for one in manifest.tables}, summed, tuple(store.verify()), beside, before)


def _manifest(files: Zip) -> tuple[Manifest, str]:
    content = files.read(MANIFEST, MANIFEST_BYTES)
    at = Location(files.name, path=MANIFEST)
    try:
        manifest = msgspec.json.decode(content, type=Manifest)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InputError(N_("not readable as JSON: {error}"), at, values={"error": error}) from error
    if manifest.format != FORMAT:
        raise InputError(N_("not a document of kind {schema}"), at, values={"schema": FORMAT})
    if canonical(msgspec.to_builtins(manifest)) != content:
        raise InputError(ALTERED, at)
    wanted = [MANIFEST, *(f"{FOLDER}{one.name}.jsonl" for one in manifest.tables), *(BESIDE + one.path for one in manifest.files)]
    if sorted(wanted) != sorted(files.sizes):
        raise InputError(N_("the files are not those that the manifest lists"), at)
    return manifest, digest(content)


def _beside(files: Zip, manifest: Manifest) -> dict[str, bytes]:
    if sum(one.bytes for one in manifest.files) > BESIDE_BYTES:
        raise InputError(ALTERED, Location(files.name, path=MANIFEST))
    found = {}
    for one in manifest.files:
        content = files.read(BESIDE + one.path, one.bytes)
        if (len(content), digest(content)) != (one.bytes, one.sha256):
            raise InputError(ALTERED, Location(files.name, path=BESIDE + one.path))
        found[one.path] = content
    return found


def _be_known(store: Store, manifest: Manifest, name: str) -> None:
    rooms = {room.name for room in store.rooms}
    if foreign := manifest.rooms.keys() - rooms:
        raise UnknownRoomError(", ".join(sorted(foreign)))
    if "store" not in manifest.rooms:
        raise InputError(N_("the tables of `{room}` are missing"), Location(name, path=MANIFEST), values={"room": "store"})
    refuse_newer(manifest.rooms, store.rooms, name)


def _holds_rows(connection: Connection, store: Store) -> bool:
    return any(
        connection.scalar(select(func.count()).select_from(select(table).limit(1).subquery()))
        for table in held_tables(connection, store.rooms) if table.name != CHAINS.name
    )  # fmt: skip


def _clear(connection: Connection, store: Store) -> None:
    for table in reversed(held_tables(connection, store.rooms)):
        table.drop(connection)
    for room in store.rooms:
        connection.execute(text(f"DROP TABLE IF EXISTS {room.version_table}"))


def _rebuild(connection: Connection, store: Store, files: Zip, manifest: Manifest, count: Callable[[], None]) -> None:
    archived = [room for room in store.rooms if room.name in manifest.rooms]
    migrate(connection, archived, manifest.rooms, guarded=False)
    tables = {plain_name(table.name): table for table in held_tables(connection, archived)}
    listed = {one.name: one for one in manifest.tables}
    if tables.keys() != listed.keys():
        raise InputError(N_("the files are not those that the manifest lists"), Location(files.name, path=MANIFEST))
    for table in reversed(tables.values()):
        connection.execute(table.delete())  # what the steps themselves put there
    for name, table in tables.items():
        _fill(connection, table, files, listed[name], count)
    migrate(connection, store.rooms, {room.name: room.version for room in store.rooms})


def _fill(connection: Connection, table: Table, files: Zip, listed: TableFile, done: Callable[[], None]) -> None:
    path = f"{FOLDER}{listed.name}.jsonl"
    at = Location(files.name, path=path)
    columns = {plain_name(column.name): column for column in table.columns}
    summed = hashlib.sha256()
    count, size, batch = 0, 0, []
    with files.open(path) as file:
        for line in _lines(file, at):
            summed.update(line)
            count, size = count + 1, size + len(line)
            done()
            batch.append(_row(line, columns, Location(files.name, path=path, row=count)))
            if len(batch) == ROWS_AT_A_TIME or size > BATCH_BYTES:
                connection.execute(table.insert(), batch)
                size, batch = 0, []
        if batch:
            connection.execute(table.insert(), batch)
    if (count, summed.hexdigest()) != (listed.rows, listed.sha256):
        raise InputError(ALTERED, at)
    if connection.dialect.name == "postgresql":
        _go_on_counting(connection, table)


def _lines(file: IO[bytes], at: Location) -> Iterator[bytes]:
    while line := file.readline(LINE_BYTES + 1):
        if not line.endswith(b"\n"):
            raise InputError(ALTERED, at)
        yield line


def _row(line: bytes, columns: dict[str, Any], at: Location) -> dict[str, Any]:
    try:
        found = msgspec.json.decode(line, type=dict[str, str | int | bool | dict[str, str]])
        row: dict[str, Any] = {name: _value(value) for name, value in found.items()}
    except (msgspec.DecodeError, UnicodeDecodeError, KeyError, binascii.Error) as error:
        raise InputError(ALTERED, at) from error
    if not row.keys() <= columns.keys() or not all(_fits(value, columns[name].type) for name, value in row.items()):
        raise InputError(ALTERED, at)
    return {**dict.fromkeys(columns), **row}


def _value(value: str | int | bool | dict[str, str]) -> str | int | bool | bytes:
    return base64.b64decode(value["base64"], validate=True) if isinstance(value, dict) else value


def _fits(value: object, kind: object) -> bool:
    """Whether a value is of its column's kind: one engine would refuse it, the other would take it as it is."""
    if isinstance(kind, Boolean):
        return isinstance(value, bool)
    if isinstance(kind, Integer):
        return isinstance(value, int) and not isinstance(value, bool) and -(2**63) <= value < 2**63
    if isinstance(kind, LargeBinary):
        return isinstance(value, bytes)
    return isinstance(value, str) and "\0" not in value


def _go_on_counting(connection: Connection, table: Table) -> None:
    """Let the server's own numbers go on after the highest that was put back."""
    for column in table.primary_key.columns:
        sequence = connection.scalar(text("SELECT pg_get_serial_sequence(:table, :column)"), {"table": table.name, "column": column.name})
        if sequence:
            highest = connection.scalar(select(func.max(column)))
            connection.execute(text("SELECT setval(:name, :value, :used)"),
                               {"name": sequence, "value": highest or 1, "used": highest is not None})
