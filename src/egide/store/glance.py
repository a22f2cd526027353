"""One question that every request asks, put to the driver itself.

A statement by itself sees one moment of the database, so no transaction is begun for it; it is compiled once, and the connections that it
goes over are kept beside the pool. Whatever goes wrong there is asked again in an ordinary transaction, which tells what it was.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from datetime import UTC
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from sqlalchemy import DateTime, func

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.engine import Dialect

    from egide.store.connection import Store

Convert = Callable[[Any], Any]
KEPT = 16
"""Connections that wait for the next question; more are closed again."""
PATIENCE_MILLISECONDS = 50
"""How long a file that somebody holds is waited for, before it is asked in the ordinary way."""


class Lines:
    """The connections of one store for such questions. Threads may share it."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._free: deque[Any] = deque()

    def ask(self, sql: str, values: Any) -> list[tuple[Any, ...]]:
        """The rows, as the driver gives them. Raises what it raises."""
        try:
            line = self._free.pop()
        except IndexError:
            line = self._opened()
        try:
            rows: list[tuple[Any, ...]] = line.execute(sql, values).fetchall()
        except BaseException:
            line.close()
            raise
        if len(self._free) < KEPT:
            self._free.append(line)
        else:
            line.close()
        return rows

    def _opened(self) -> Any:
        borrowed = self.store.engines.read.raw_connection()
        line: Any = borrowed.driver_connection
        borrowed.detach()
        if self.store.address.is_file:
            line.execute(f"PRAGMA busy_timeout={PATIENCE_MILLISECONDS}")
        else:
            line.rollback()
            line.autocommit = True
        return line

    def close(self) -> None:
        """Close those that wait."""
        while self._free:
            self._free.pop().close()


class Glance:
    """A statement that only reads, with named parameters. Its rows are tuples of what the columns' types make of them."""

    def __init__(self, statement: Select[Any]) -> None:
        self.statement = statement
        self._ready: WeakKeyDictionary[Dialect, _Ready] = WeakKeyDictionary()

    def rows(self, store: Store, **values: Any) -> Sequence[tuple[Any, ...]]:
        """What the statement finds at this moment. Raises as a transaction of the store does."""
        dialect = store.engines.read.dialect
        ready = self._ready.get(dialect)
        if ready is None:
            ready = self._ready[dialect] = _Ready(self.statement, dialect)
        try:
            return ready.made(store.lines.ask(ready.sql, ready.put(values)))
        except Exception:  # what it was, the transaction tells
            with store.read() as tx:
                return [tuple(row) for row in tx.execute(self.statement, values)]


class Timed:
    """A glance at something that ends: its rows, and the moment that the database goes by."""

    def __init__(self, statement: Select[Any]) -> None:
        self._plain = Glance(statement)
        self._timed = Glance(statement.add_columns(func.clock_timestamp(type_=DateTime(timezone=True))))

    def rows(self, store: Store, **values: Any) -> tuple[Sequence[Sequence[Any]], datetime]:
        """As `Glance.rows`, with what the time is: of the server where there is one, so that machines agree."""
        if store.keeps_time:
            return self._plain.rows(store, **values), store.now()
        found = self._timed.rows(store, **values)
        return found, found[0][-1].astimezone(UTC) if found else store.now()


class _Ready:
    """The statement as one dialect says it."""

    def __init__(self, statement: Select[Any], dialect: Dialect) -> None:
        compiled: Any = statement.compile(dialect=dialect)
        self.sql = str(compiled)
        self._fixed = dict(compiled.params)
        self._order: Sequence[str] | None = compiled.positiontup if compiled.positional else None
        self._put = {
            name: convert for name, bind in compiled.binds.items()
            if (convert := bind.type.dialect_impl(dialect).bind_processor(dialect)) is not None
        }  # fmt: skip
        makes = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in statement.selected_columns]
        self._makes: list[tuple[int, Convert]] = [(place, make) for place, make in enumerate(makes) if make is not None]

    def put(self, values: dict[str, Any]) -> Any:
        """The parameters as the driver takes them."""
        held = {**self._fixed, **values}
        for name, convert in self._put.items():
            held[name] = convert(held[name])
        return held if self._order is None else [held[name] for name in self._order]

    def made(self, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        """The rows as the columns' types read them."""
        if not self._makes:
            return rows
        found = []
        for row in rows:
            values = list(row)
            for place, make in self._makes:
                values[place] = make(values[place])
            found.append(tuple(values))
        return found

