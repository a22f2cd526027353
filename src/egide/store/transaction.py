"""What is done together or not at all."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import text
from sqlalchemy.exc import DatabaseError, DBAPIError, IntegrityError, OperationalError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from egide.store.address import Address, masked
from egide.store.errors import AppendOnlyError, BusyError, FailedStoreError, StoreError, UncertainWriteError
from egide.store.guards import MARK
from egide.vocabulary.errors import EgideError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from sqlalchemy import Connection, CursorResult, Executable, Row

    from egide.store.ready import Ready, Rows

_WAITED = {"55P03", "40P01", "40001"}
"""PostgreSQL: lock not available, deadlock detected, serialisation failure (https://www.postgresql.org/docs/current/errcodes-appendix.html)."""
_READ_ONLY = {"25006", "SQLITE_READONLY"}
ROWS_AT_A_TIME = 1000
READ_AT_A_TIME = 200
Progress = Callable[[int, int], None]
"""Called with how many rows are done, of how many."""


class Added(Protocol):
    """A log that takes rows at the end of a transaction."""

    @property
    def name(self) -> str:
        """The table's."""

    def end(self, tx: Transaction, rows: Iterable[Mapping[str, Any]]) -> Callable[[], object]:
        """Hold the log; what then adds the rows that it was given for the end."""


SERVER_TIME = "SELECT clock_timestamp()"


class Moment:
    """What the time is in a transaction. A server is asked once; from then on this machine counts what goes by."""

    def __init__(self, connection: Connection, clock: Callable[[], datetime] | None) -> None:
        self._connection, self._clock = connection, clock
        self._asked: tuple[datetime, float] | None = None

    def now(self) -> datetime:
        """In UTC."""
        if self._clock:
            return self._clock()
        if self._connection.dialect.name == "sqlite":
            return datetime.now(UTC)
        if self._asked is None:
            self.told(self._connection.scalar(text(SERVER_TIME)))
        moment, since = self._asked  # type: ignore[misc]
        return moment + timedelta(seconds=time.monotonic() - since)

    def told(self, moment: datetime) -> None:
        """What the server said just now."""
        self._asked = moment.astimezone(UTC), time.monotonic()


class Transaction:
    """Statements of SQLAlchemy Core, committed together when the block of `Store.write` ends, undone together by an error.

    ``writing`` is false in a block of `Store.read`, where each statement sees the same moment of the database.
    """

    def __init__(self, connection: Connection, moment: Moment, *, writing: bool, first: str | None = None) -> None:
        self.writing = writing
        self.first = first
        """What a server is told before the first statement, and with it."""
        self._connection = connection
        self._moment = moment
        self._at_end: dict[Added, list[Mapping[str, Any]]] = {}

    @property
    def connection(self) -> Connection:
        """The library's own."""
        if self.first is not None:
            self.driven(*self._take_first())
        return self._connection

    def _take_first(self) -> tuple[str, ...]:
        first, self.first = self.first, None
        return () if first is None else (first,)

    def execute(
        self, statement: Executable, parameters: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None,
    ) -> CursorResult[Any]:
        """Run a statement.

        Raises `AppendOnlyError`, `sqlalchemy.exc.IntegrityError` for other rules of the tables, and `InputError` for a value that
        the columns cannot hold.
        """
        try:
            return self.connection.execute(statement, parameters)
        except IntegrityError as error:
            _without_rows(error)
            raise_append_only(error)
            raise
        except StatementError as error:
            if isinstance(error.orig, (EgideError, ValueError)):
                raise error.orig from None
            raise

    def ask(self, ready: Ready, **values: Any) -> Rows:
        """The rows of a statement that is made once. Raises as `execute`."""
        said = ready.of(self._connection.dialect)
        return said.made(self.driven(said.sql, said.put(values)).fetchall())

    def run(self, ready: Ready, **values: Any) -> int:
        """Run a statement that is made once, for what it changes; how many rows. Raises as `execute`."""
        said = ready.of(self._connection.dialect)
        changed: int = self.driven(said.sql, said.put(values)).rowcount
        return changed

    def run_all(self, *each: tuple[Ready, Mapping[str, Any]]) -> list[int]:
        """Run several, one after the other, which a server is asked in one go; how many rows of each. Raises as `execute`."""
        said = [(ready.of(self._connection.dialect), values) for ready, values in each]
        with self.in_one_go():
            cursors = [self.driven(one.sql, one.put(values)) for one, values in said]
        return [one.rowcount for one in cursors]

    def run_each(self, ready: Ready, rows: Iterable[Mapping[str, Any]]) -> None:
        """Run it for each row. Raises as `execute`."""
        said = ready.of(self._connection.dialect)
        self.driven(said.sql, [said.put(row) for row in rows], many=True)

    def driven(self, sql: str, values: Any = (), *, many: bool = False) -> Any:
        """Put to the driver itself, within this transaction; a cursor of its own. Raises as `execute`."""
        if self.first is not None:
            with self.in_one_go():
                self.driven(*self._take_first())
                return self.driven(sql, values, many=many)
        driver: Any = self._connection.connection.driver_connection
        with self._faults():
            cursor = driver.cursor()
            (cursor.executemany if many else cursor.execute)(sql, values)
        return cursor

    @contextmanager
    def in_one_go(self) -> Iterator[None]:
        """Within, a server gets what the driver is given without being waited for; what came of it is known at the end."""
        if self._connection.dialect.name == "sqlite":
            yield
            return
        driver: Any = self._connection.connection.driver_connection
        with self._faults(), driver.pipeline():
            yield

    @contextmanager
    def _faults(self) -> Iterator[None]:
        """The driver's faults as the library tells them."""
        connection = self._connection
        dbapi: Any = connection.dialect.dbapi
        try:
            yield
        except dbapi.Error as error:
            lost = connection.dialect.is_disconnect(error, connection.connection.driver_connection, None)
            if lost:
                connection.invalidate(error)
            known: Any = DBAPIError.instance(
                "", None, error, dbapi.Error, hide_parameters=True, connection_invalidated=lost, dialect=connection.dialect,
            )  # fmt: skip
            if isinstance(known, IntegrityError):
                _without_rows(known)
                raise_append_only(known)
            raise known from error

    def stream(self, statement: Executable) -> Iterator[Row[Any]]:
        """The rows of a statement, a few at a time: any number of them fits in memory, and long ones too."""
        with self.connection.execute(statement, execution_options={"yield_per": READ_AT_A_TIME}) as rows:
            yield from rows

    def now(self) -> datetime:
        """The present moment in UTC: of the server when there is one, so that machines agree; else of this machine."""
        return self._moment.now()

    def at_end(self, log: Added, row: Mapping[str, Any]) -> None:
        """The log gets the row back when the transaction is about to be accepted."""
        self._at_end.setdefault(log, []).append(row)

    def take_over(self, other: Transaction) -> None:
        """What another was to add at its end."""
        for log, rows in other._at_end.items():
            self._at_end.setdefault(log, []).extend(rows)

    @contextmanager
    def finishing(self) -> Iterator[None]:
        """Add what was left for the end; a server is told all but the heads of the logs in one go with what is done within.

        Always in the same order of logs: each is held until all is accepted.
        """
        ends = [log.end(self, rows) for log, rows in sorted(self._at_end.items(), key=lambda one: one[0].name)]
        with self.in_one_go() if ends else nullcontext():
            for end in ends:
                end()
            yield

    def overwrite(self) -> None:
        """From here on, what is deleted or replaced is overwritten in the file too, and not only no longer listed in it.

        A server frees it when it next vacuums; that is its administrator's matter.
        """
        if self.connection.dialect.name == "sqlite":
            self.connection.exec_driver_sql("PRAGMA secure_delete=ON").close()

    def lock(self, name: str) -> None:
        """Wait until no other write transaction holds this name, then hold it to the end.

        For what is read before it is written. A file has one writer at a time anyway; on PostgreSQL writers run side by side.
        """
        if self._connection.dialect.name != "sqlite":
            self.driven("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", (name,))


def every_thousand(progress: Progress | None, of: int) -> Callable[[], None]:
    """What is called for each row, and tells at every thousandth."""
    if progress is None:
        return lambda: None
    counted = count(1)

    def one() -> None:
        done = next(counted)
        if done % ROWS_AT_A_TIME == 0 or done == of:
            progress(done, of)

    return one


def _without_rows(error: IntegrityError) -> None:
    """Leave out what PostgreSQL adds under the first line of its message: the row itself, which is nobody's business in a log."""
    if error.orig is not None:
        rule = str(error.orig).split("\n", maxsplit=1)[0]
        error.orig.args = (rule,)
        error.args = (rule,)


def raise_append_only(error: IntegrityError) -> None:
    """Raise `AppendOnlyError` in place of what a guard said; return when it was another rule that was broken."""
    said = str(error.orig)
    if said.startswith(MARK):
        raise AppendOnlyError(said.removeprefix(MARK)) from error


FAULTS = (DBAPIError, PoolTimeoutError)
"""What engines raise."""


def told(error: DBAPIError | PoolTimeoutError, address: Address, *, accepting: bool = False) -> StoreError | None:
    """A fault of the engine, or of the way to it, in the words of the store; None when what was asked was at fault.

    ``accepting``: the fault came while a transaction was being committed.
    """
    if isinstance(error, PoolTimeoutError):
        return BusyError(str(address))
    code = str(getattr(error.orig, "sqlstate", None) or getattr(error.orig, "sqlite_errorname", None) or "")
    if code in _WAITED or code.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return BusyError(str(address))
    if accepting and error.connection_invalidated:
        return UncertainWriteError(str(address))
    if isinstance(error, OperationalError) or code in _READ_ONLY or type(error) is DatabaseError:
        return FailedStoreError(str(address), masked(str(error.orig).strip()))
    return None
