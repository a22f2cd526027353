"""The two engines, made to keep the same promises.

A write that was accepted is on the disk (SQLite: WAL with synchronous FULL, https://www.sqlite.org/pragma.html#pragma_synchronous;
PostgreSQL: synchronous_commit never off). A write transaction takes its place at once and waits a bounded time; a read sees one
moment of the database from its first to its last statement, and cannot write.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from egide.vocabulary.errors import InputError, MissingExtraError
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from egide.store.address import Address

APPLICATION_ID = 0x45474944
"""«EGID» at byte 68 of a SQLite file: a file of ours (https://www.sqlite.org/fileformat.html#application_id)."""

_PRAGMAS = (
    "synchronous=FULL", "fullfsync=ON", "foreign_keys=ON", "recursive_triggers=ON", "trusted_schema=OFF",
    "cache_size=-16384",  # KiB: keys that are digests fall anywhere in their index
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Engines:
    """One pool of connections that write and one that only read."""

    write: Engine
    read: Engine

    def dispose(self) -> None:
        """Close every connection; last the one that may fold what SQLite wrote ahead into its file."""
        self.read.dispose()
        self.write.dispose()


def make_engines(address: Address, busy_seconds: float) -> Engines:
    """The engines of an address; nothing is opened yet. Raises `InputError`, `MissingExtraError`."""
    if address.is_file:
        return Engines(_sqlite(address, busy_seconds, writes=True), _sqlite(address, busy_seconds, writes=False))
    return Engines(_postgresql(address, busy_seconds, writes=True), _postgresql(address, busy_seconds, writes=False))


def _sqlite(address: Address, busy_seconds: float, *, writes: bool) -> Engine:
    url = URL.create("sqlite+pysqlite", database=str(address.path))
    engine = create_engine(url, hide_parameters=True, max_overflow=-1, connect_args={"timeout": busy_seconds})

    @event.listens_for(engine, "connect")
    def _keep_promises(connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver would begin transactions at moments of its own
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        if not writes:
            connection.execute("PRAGMA query_only=ON")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _postgresql(address: Address, busy_seconds: float, *, writes: bool) -> Engine:
    try:
        url = make_url(address.secret_url)
    except (ValueError, ArgumentError) as error:
        raise InputError(N_("`{url}` is not an address of a database"), values={"url": str(address)}) from error
    try:
        engine = create_engine(
            url, hide_parameters=True, pool_pre_ping=True, isolation_level="READ COMMITTED" if writes else "REPEATABLE READ",
        )  # fmt: skip
    except ModuleNotFoundError as error:
        raise MissingExtraError("postgresql", N_("PostgreSQL")) from error

    @event.listens_for(engine, "connect")
    def _keep_promises(connection: Any, _record: object) -> None:
        autocommit, connection.autocommit = connection.autocommit, True
        connection.execute(
            f"SET lock_timeout = {int(busy_seconds * 1000)};"
            f"SET default_transaction_read_only = {'off' if writes else 'on'};"
            "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
        )
        connection.autocommit = autocommit

    return engine


def make_file(address: Address) -> bool:
    """Create the file of SQLite when it is absent, for its owner only; whether it was. What a State keeps here maps its weaknesses."""
    assert address.path is not None  # noqa: S101 - told by is_file
    address.path.parent.mkdir(parents=True, exist_ok=True)
    try:
        os.close(os.open(address.path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        return False
    return True
