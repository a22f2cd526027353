"""An archive: all that a database holds, in a file that either engine restores and that a person can read.

A zip: ``manifest.json``, and for each table ``tables/<name>.jsonl``, one row a line in the order of its key: JSON with sorted keys, absent
values left out, bytes as ``{"base64": …}``; and ``files/``, what the application wants kept with it. The manifest, canonical JSON (RFC
8785), gives the version of each room's tables, and the rows, the bytes and the SHA-256 of each file. Two archives of the same rows differ
in their manifest's date at most.
"""

from __future__ import annotations

import hashlib
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import MetaData, Table, func, select

from egide import __version__
from egide.store.canonical import canonical, digest
from egide.store.columns import instant_text
from egide.store.errors import UnknownRoomError
from egide.store.files import whole_file
from egide.store.rooms import VERSION_TABLE, Room
from egide.store.schema import refuse_newer, versions
from egide.store.transaction import Progress, every_thousand
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from sqlalchemy import Connection

    from egide.store.connection import Store
    from egide.store.transaction import Transaction

FORMAT = "egide/archive/1"
MANIFEST = "manifest.json"
FOLDER = "tables/"
BESIDE = "files/"
BESIDE_BYTES = 512 * 2**20
"""The most that is kept beside the tables: it is read whole when it is put back."""
_ENCODER = msgspec.json.Encoder(order="deterministic")


class TableFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One table's file."""

    name: str
    rows: int
    bytes: int
    sha256: str


class BesideFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file kept beside the tables."""

    path: str
    bytes: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an archive says of itself."""

    format: str
    made_at: str
    made_by: str
    rooms: dict[str, str]
    tables: list[TableFile]
    files: list[BesideFile]


@dataclass(frozen=True, slots=True)
class Archived:
    """What was written. ``digest``: SHA-256 of the manifest, which binds every row; worth keeping elsewhere."""

    rooms: dict[str, str]
    rows: dict[str, int]
    digest: str


def archive(
    store: Store, path: Path, *, beside: Mapping[str, bytes] | None = None, force: bool = False, progress: Progress | None = None,
) -> Archived:
    """Write all that the store holds, as at one moment, while others go on reading and writing.

    ``beside``: files to keep with it, by a plain path, half a GiB at most. ``progress``: called with the rows written, of how many.
    Raises `InputError` when the path is taken and ``force`` is not given, `UnknownRoomError` when the database holds tables of a room
    that the store was not opened with.
    """
    files = beside or {}
    if sum(map(len, files.values())) > BESIDE_BYTES:
        raise InputError(N_("{count} MiB beside the tables: the most that is kept is {limit}"), Location(str(path)),
                         values={"count": sum(map(len, files.values())) // 2**20, "limit": BESIDE_BYTES // 2**20})
    with whole_file(path, force=force) as draft, store.read() as tx:
        found = versions(tx.connection)
        refuse_newer(found, store.rooms, str(store.address))
        if foreign := found.keys() - {room.name for room in store.rooms}:
            raise UnknownRoomError(", ".join(sorted(foreign)))
        with zipfile.ZipFile(draft, "x", zipfile.ZIP_DEFLATED, compresslevel=6) as into:
            held = held_tables(tx.connection, store.rooms)
            count = _counting(tx, held, progress)
            tables = [_write_table(tx, table, into, count) for table in held]
            for name, content in sorted(files.items()):
                into.writestr(_entry(BESIDE + name), content)
            manifest = canonical({
                "format": FORMAT, "made_at": instant_text(tx.now()), "made_by": f"egide {__version__}", "rooms": found,
                "tables": [msgspec.to_builtins(one) for one in tables],
                "files": [{"path": name, "bytes": len(content), "sha256": digest(content)} for name, content in sorted(files.items())],
            })  # fmt: skip
            into.writestr(_entry(MANIFEST), manifest)
        draft.chmod(0o600)
    return Archived(found, {one.name: one.rows for one in tables}, digest(manifest))


def _counting(tx: Transaction, tables: Sequence[Table], progress: Progress | None) -> Callable[[], None]:
    """What is called for each row: it tells now and then how many there have been."""
    if progress is None:
        return lambda: None
    of = sum(tx.connection.scalar(select(func.count()).select_from(table)) or 0 for table in tables)
    return every_thousand(progress, of)


def held_tables(connection: Connection, rooms: Sequence[Room]) -> list[Table]:
    """The rooms' tables as they are in the database, of whatever version; those referred to before those that refer."""
    prefixes = tuple(f"{room.name}_" for room in rooms)
    metadata = MetaData()
    metadata.reflect(connection, only=lambda name, _: name.startswith(prefixes) and not name.startswith(VERSION_TABLE))
    return [table for table in metadata.sorted_tables if table.name.startswith(prefixes)]


def _write_table(tx: Transaction, table: Table, into: zipfile.ZipFile, count: Callable[[], None]) -> TableFile:
    rows = size = 0
    summed = hashlib.sha256()
    names = [plain_name(column.name) for column in table.columns]
    with into.open(_entry(f"{FOLDER}{table.name}.jsonl"), "w", force_zip64=True) as file:
        for row in tx.stream(select(table).order_by(*table.primary_key.columns)):
            line = _ENCODER.encode({name: _plain(value) for name, value in zip(names, row, strict=True) if value is not None}) + b"\n"
            file.write(line)
            summed.update(line)
            rows, size = rows + 1, size + len(line)
            count()
    return TableFile(plain_name(table.name), rows, size, summed.hexdigest())


def plain_name(name: str) -> str:
    """The name of a reflected table or column, which is a kind of text that no encoder knows, as a text."""
    return str.__str__(name)


def _plain(value: Any) -> Any:
    return {"base64": value} if isinstance(value, bytes) else value  # which the encoder writes so


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    return entry
