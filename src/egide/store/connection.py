"""One open database: transactions in and out, and what was done to it when it was opened."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from egide.store.address import Address, masked, read_address
from egide.store.chain import AppendOnly, Head, Integrity
from egide.store.engines import APPLICATION_ID, Engines, make_engines, make_file
from egide.store.errors import BusyError, UnreachableStoreError
from egide.store.glance import Lines
from egide.store.rooms import Room
from egide.store.schema import Upgrade, bring_up, versions
from egide.store.sharing import Writers
from egide.store.snapshot import snapshot
from egide.store.tables import STORE
from egide.store.together import WITHIN, Together
from egide.store.transaction import FAULTS, Moment, Progress, Transaction, every_thousand, told
from egide.vocabulary.errors import InputError, Location
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from pathlib import Path
    from types import TracebackType

    from sqlalchemy import Connection

NOT_OURS = N_("not a database of Égide")


class Store:
    """An open database. Threads may share it; processes open their own. Also a context manager that closes it."""

    def __init__(
        self, address: Address, engines: Engines, rooms: Sequence[Room], busy_seconds: float, clock: Callable[[], datetime] | None,
    ) -> None:
        self.address = address
        self.engines = engines
        self.rooms = (STORE, *rooms)
        self.upgraded: Upgrade | None = None
        """What opening it changed."""
        self.lines = Lines(self)
        """For what every request asks."""
        self._clock = clock
        self._busy_seconds = busy_seconds
        self.writers = Writers(engines.write, address, clock, busy_seconds)
        self._mine = threading.local()

    def __repr__(self) -> str:
        return f"Store({str(self.address)!r})"

    @classmethod
    def open(cls, url: str, rooms: Sequence[Room], *, busy_seconds: float, clock: Callable[[], datetime] | None) -> Store:
        """As `egide.store.open_store`."""
        address = read_address(url)
        store = cls(address, make_engines(address, busy_seconds), rooms, busy_seconds, clock)
        try:
            if address.is_file:
                _prepare(store)
            store.upgraded = bring_up(store.engines, store.rooms, address, store.now())
        except BaseException as error:
            store.close()
            if isinstance(error, (DBAPIError, PoolTimeoutError)):
                raise _unopened(error, address) from error
            if isinstance(error, OSError):
                raise UnreachableStoreError(str(address), error.strerror or str(error)) from error
            raise
        return store

    @classmethod
    def look(cls, url: str, *, busy_seconds: float) -> Mapping[str, str]:
        """As `egide.store.look`."""
        address = read_address(url)
        if address.path is not None and not address.path.exists():
            return {}
        _be_no_folder(address)
        engines = make_engines(address, busy_seconds)
        try:
            with engines.read.connect() as connection:
                if address.is_file and _is_new(connection, Location(str(address))):
                    return {}
                return versions(connection)
        except (DBAPIError, PoolTimeoutError) as error:
            raise _unopened(error, address) from error
        finally:
            engines.dispose()

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """A transaction that may write: on the disk when the block has ended, without a trace when the block raised.

        Blocks of several threads share a commit where they come at the same time (`egide.store.sharing`).

        Raises `BusyError` when another writer held the database too long, `FailedStoreError` when the engine failed, and
        `UncertainWriteError` when a server was lost at the very moment of accepting.
        """
        whole: Together | None = getattr(self._mine, "whole", None)
        with self._write() if whole is None else whole.part() as tx:
            yield tx

    @contextmanager
    def together(self) -> Iterator[None]:
        """What this thread writes within the block, in any number of blocks of `write`, is accepted when it ends, or undone together.

        Reads within it don't see what was written in it. Raises as `write`.
        """
        if getattr(self._mine, "whole", None) is not None:
            raise RuntimeError(WITHIN)
        with Together(self._write) as whole:
            self._mine.whole = whole
            try:
                yield
            finally:
                self._mine.whole = None

    @contextmanager
    def _write(self) -> Iterator[Transaction]:
        if getattr(self._mine, "writing", False):
            raise RuntimeError(WITHIN)
        self._mine.writing = True
        try:
            with self.writers.write() as tx:
                yield tx
        finally:
            self._mine.writing = False

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """A transaction that only reads, all of it as at one moment, whatever others write meanwhile."""
        with self._told(), self.engines.read.begin() as connection:
            yield Transaction(connection, Moment(connection, self._clock), writing=False)

    def snapshot(self, path: Path, *, force: bool = False) -> None:
        """Copy a file of SQLite while it is in use; an archive (`egide.store.archive`) serves both engines.

        Raises `InputError` when the path is taken and ``force`` is not given.
        """
        if not self.address.is_file:
            raise InputError(N_("only a file can be copied so; write an archive"), Location(str(self.address)))
        with self._told():
            snapshot(self.engines.read, path, force=force)

    def verify(self, heads: Mapping[str, Head] | None = None, progress: Progress | None = None) -> list[Integrity]:
        """Whether every append-only table is whole, as at one moment.

        ``heads``: those kept earlier elsewhere, by table. ``progress``: called with the rows seen, of how many.
        """
        chains = [AppendOnly(table) for room in self.rooms for table in room.append_only]
        with self.read() as tx:
            seen = every_thousand(progress, sum(chain.count(tx) for chain in chains) if progress else 0)
            return [chain.verify(tx, (heads or {}).get(chain.table.name), seen) for chain in chains]

    def fold(self) -> None:
        """Bring what was written ahead into the file, and empty what it was written to; as far as nobody reads in it."""
        if self.address.is_file:
            with self.writers.turn(), self.engines.write.connect() as connection:
                driver = connection.connection.driver_connection
                assert isinstance(driver, sqlite3.Connection)  # noqa: S101 - only SQLite comes here
                driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    def now(self) -> datetime:
        """The present moment of this machine, or of the clock that was given."""
        return self._clock() if self._clock else datetime.now(UTC)

    @property
    def keeps_time(self) -> bool:
        """Whether `now` is the moment that its transactions go by: of a file, and wherever a clock was given."""
        return self._clock is not None or self.address.is_file

    def close(self) -> None:
        """Close every connection."""
        self.lines.close()
        self.writers.close()
        self.engines.dispose()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except FAULTS as error:
            raise told(error, self.address) or error from error


def _prepare(store: Store) -> None:
    """A file that is ours, or new, in write-ahead mode. Raises `InputError` when it is another program's, and leaves it as it was."""
    at = Location(str(store.address))
    _be_no_folder(store.address)
    make_file(store.address)
    with store.engines.read.begin() as connection:
        new = _is_new(connection, at)
    _write_ahead(store)
    if new:
        with store.engines.write.begin() as connection:
            if _is_new(connection, at):
                connection.execute(text(f"PRAGMA application_id = {APPLICATION_ID}"))


def _be_no_folder(address: Address) -> None:
    if address.path is not None and address.path.is_dir():
        raise InputError(N_("a folder, where a file was expected"), Location(str(address)))


def _is_new(connection: Connection, at: Location) -> bool:
    """Whether nothing was ever written. Raises `InputError` when it is another program's."""
    mark = connection.scalar(text("PRAGMA application_id"))
    if mark == APPLICATION_ID:
        return False
    if mark or inspect(connection).get_table_names():
        raise InputError(NOT_OURS, at)
    return True


def _write_ahead(store: Store) -> None:
    """Set the journal's mode, once for the life of the file; a change that the engine does not queue for."""
    until = time.monotonic() + store._busy_seconds
    while True:
        connection: Connection = store.engines.write.connect()
        try:
            driver = connection.connection.driver_connection
            assert isinstance(driver, sqlite3.Connection)  # noqa: S101 - only SQLite comes here
            (mode,) = driver.execute("PRAGMA journal_mode=WAL").fetchone()
        except sqlite3.OperationalError as error:
            if not (error.sqlite_errorname or "").startswith("SQLITE_BUSY") or time.monotonic() > until:
                raise UnreachableStoreError(str(store.address), str(error)) from error
            time.sleep(0.01)
            continue
        finally:
            connection.close()
        if mode != "wal":
            raise InputError(N_("its file system does not let programs share memory, which a database needs"), Location(str(store.address)))
        return


def _unopened(error: DBAPIError | PoolTimeoutError, address: Address) -> Exception:
    known = told(error, address)
    if isinstance(known, BusyError):
        return known
    original = getattr(error, "orig", error)
    if getattr(original, "sqlite_errorname", "") == "SQLITE_NOTADB":
        return InputError(NOT_OURS, Location(str(address)))
    return UnreachableStoreError(str(address), masked(str(original).strip()))
