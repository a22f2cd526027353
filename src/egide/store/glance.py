"""One question that every request asks, put to the driver itself.

A statement by itself sees one moment of the database, so no transaction is begun for it; it is compiled once, and the connections that it
goes over are kept beside the pool. Whatever goes wrong there is asked again in an ordinary transaction, which tells what it was.
"""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import DateTime, func

from egide.store.ready import Said

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Select
    from sqlalchemy.engine import Dialect

    from egide.store.connection import Store
    from egide.store.transaction import Transaction

T = TypeVar("T")
Asked = tuple[Any, ...]
"""A question: which, and each of its values by name."""
REMEMBERED = 2048
KEPT = 16
"""Connections that wait for the next question; more are closed again."""
AGAIN = 8
"""Questions that a server is asked anew as soon as something was accepted there."""
PATIENCE_MILLISECONDS = 50
"""How long a file that somebody holds is waited for, before it is asked in the ordinary way."""


def seen_by(snapshot: str) -> tuple[int, frozenset[str]]:
    """Which transactions a snapshot of PostgreSQL sees: those before the number, but for the ones that were under way.

    ``xmin:xmax:xip,…``: one that has only begun changes the words and not what is seen.
    """
    _, end, under_way = snapshot.split(":")
    before, apart = int(end), set(under_way.split(",")) - {""}
    while str(before - 1) in apart:
        before -= 1
        apart.remove(str(before))
    return before, frozenset(apart)


class Absent:
    """Not asked yet."""


ABSENT = Absent()
_MOMENT = "SELECT pg_current_snapshot()::text, clock_timestamp()"
_OF_FILE = "PRAGMA data_version"


@dataclass(frozen=True, slots=True)
class Moment:
    """A state of the database: what was asked of it since, which is as new or newer."""

    mark: object
    """Equal marks are the same state: nothing was accepted in between."""
    now: datetime
    known: dict[Asked, Any]


@dataclass(frozen=True, slots=True)
class Looked:
    """What a piece of work was told, from the moment at which it began to look."""

    moment: Moment
    found: dict[Asked, Any]

    def still(self, store: Store) -> bool:
        """Whether it would be told the very same at the moment at which this thread looks."""
        moment = store.lines.moment
        if moment is None:
            return False
        return moment.mark == self.moment.mark or all(asked[0].now(store, **dict(asked[1:])) is was for asked, was in self.found.items())


class Lines:
    """The connections of one store for such questions. Threads may share it."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._free: deque[Any] = deque()
        self._mine = threading.local()
        self._lock = threading.Lock()
        self._last: Moment | None = None
        self._marking: Any = None
        self._marked = 0
        self._recent: OrderedDict[Asked, None] = OrderedDict()
        """What a server was asked last."""

    def ask(self, sql: str, values: Any) -> list[tuple[Any, ...]]:
        """The rows, as the driver gives them. Raises what it raises."""
        with self._line() as line:
            rows: list[tuple[Any, ...]] = line.execute(sql, values).fetchall()
        return rows

    @contextmanager
    def _line(self) -> Iterator[Any]:
        """A connection, given back where nothing went wrong on it."""
        try:
            line = self._free.pop()
        except IndexError:
            line = self._opened()
        try:
            yield line
        except BaseException:
            line.close()
            raise
        if len(self._free) < KEPT:
            self._free.append(line)
        else:
            line.close()

    @property
    def moment(self) -> Moment | None:
        """The moment at which this thread looks."""
        found: Moment | None = getattr(self._mine, "moment", None)
        return found

    @contextmanager
    def at_one_moment(self, moment: Moment | None = None) -> Iterator[Looked | None]:
        """Within, this thread only reads: what was asked since nothing was accepted isn't asked again. ``moment``: one that was just asked.

        Yields what is asked within; None where the moment can't be told, and every question is put as if there were none.
        """
        if moment is None:
            with suppress(Exception):  # what it was, the questions themselves tell
                moment = self.present()
        looked = None if moment is None else Looked(moment, {})
        self._mine.moment, self._mine.found = moment, None if looked is None else looked.found
        try:
            yield looked
        finally:
            self._mine.moment = self._mine.found = None

    def present(self) -> Moment:
        """The moment that it is. Raises what the driver raises.

        Each engine tells in one small question whether anything was accepted: equal snapshots of a server see the same
        (https://www.postgresql.org/docs/current/functions-info.html, pg_current_snapshot), and so does a connection to a file that
        tells the same version twice (https://www.sqlite.org/pragma.html#pragma_data_version).
        """
        if not self.store.address.is_file:
            ((said, now),) = self.ask(_MOMENT, None)
            mark = seen_by(said)
            known = {} if self._last is not None and self._last.mark == mark else self._asked_again()
            with self._lock:
                return self._of(mark, self.store.now() if self.store.keeps_time else now.astimezone(UTC), known)
        with self._lock:
            if self._marking is None:
                self._marking = self._opened()
                self._marked += 1
            try:
                ((version,),) = self._marking.execute(_OF_FILE).fetchall()
            except BaseException:
                self._marking.close()
                self._marking = None
                raise
            return self._of((self._marked, version), self.store.now())

    def _of(self, mark: object, now: datetime, known: dict[Asked, Any] | None = None) -> Moment:
        known = self._last.known if self._last is not None and self._last.mark == mark else known or {}
        self._last = Moment(mark, now, known)
        return self._last

    def _asked_again(self) -> dict[Asked, Any]:
        """What a server was asked last, asked anew in one go: most of it will be asked at the next moment too."""
        asked = list(self._recent)
        if not asked:
            return {}
        with suppress(Exception), self._line() as line:  # what it was, the questions themselves tell
            with line.pipeline():
                cursors = [line.execute(*one[0].said(self.store, dict(one[1:]))) for one in asked]
            return {one: one[0].told(self.store, cursor.fetchall()) for one, cursor in zip(asked, cursors, strict=True)}
        return {}

    def found(self, asked: Asked, value: Any) -> None:
        """This thread was told so."""
        if not self.store.address.is_file:
            self._recent[asked] = None
            with suppress(KeyError, RuntimeError):  # another thread was quicker
                self._recent.move_to_end(asked)
                while len(self._recent) > AGAIN:
                    self._recent.popitem(last=False)
        found = getattr(self._mine, "found", None)
        if found is not None:
            found[asked] = value

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

    @property
    def waiting(self) -> int:
        """Connections that wait for the next question."""
        return len(self._free)

    def close(self) -> None:
        """Close those that wait."""
        while self._free:
            self._free.pop().close()
        with self._lock:
            if self._marking is not None:
                self._marking.close()
                self._marking = None


class Glance(Generic[T]):
    """A statement that only reads, with named parameters, and what is made of its rows.

    ``made`` gets them as tuples of what the columns' types read. The same rows make the same thing, so it is remembered: it must be
    something that nobody changes.
    """

    def __init__(self, statement: Select[Any], made: Callable[[Sequence[Sequence[Any]]], T]) -> None:
        self.statement = statement
        self._make = made
        self._clocked = statement.add_columns(func.clock_timestamp(type_=DateTime(timezone=True)))
        self._ready: WeakKeyDictionary[Dialect, tuple[Said, Said]] = WeakKeyDictionary()
        self._known: dict[object, T] = {}

    def now(self, store: Store, **values: Any) -> T:
        """What the statement finds at this moment. Raises as a transaction of the store does."""
        moment = store.lines.moment
        if moment is None:
            return self._asked(store, values)
        key = (self, *values.items())
        known: T | Absent = moment.known.get(key, ABSENT)
        if isinstance(known, Absent):
            known = self._asked(store, values)
            if len(moment.known) >= REMEMBERED:
                moment.known.clear()
            moment.known[key] = known
        store.lines.found(key, known)
        return known

    def said(self, store: Store, values: dict[str, Any]) -> tuple[str, Any]:
        """The question as the driver takes it."""
        ready, _ = self._of(store)
        return ready.sql, ready.put(values)

    def told(self, store: Store, rows: list[tuple[Any, ...]]) -> T:
        """What it finds, of the rows as the driver gives them."""
        return self._made(self._of(store)[0], rows)

    def _asked(self, store: Store, values: dict[str, Any]) -> T:
        asked = self.said(store, values)
        try:
            return self.told(store, store.lines.ask(*asked))
        except Exception:  # what it was, the transaction tells
            with store.read() as tx:
                return self.within(tx, **values)

    def timed(self, store: Store, **values: Any) -> tuple[T, datetime]:
        """The same, and what the time is: of the server where there is one, so that machines agree."""
        if store.keeps_time or store.lines.moment is not None:
            found = self.now(store, **values)
            return found, store.now() if store.lines.moment is None else store.lines.moment.now
        try:
            ready, clocked = self._of(store)
            rows = store.lines.ask(clocked.sql, clocked.put(values))
            return self._made(ready, [row[:-1] for row in rows]), rows[0][-1].astimezone(UTC) if rows else store.now()
        except Exception:
            with store.read() as tx:
                return self.within(tx, **values), tx.now()

    def within(self, tx: Transaction, **values: Any) -> T:
        """What it finds in a transaction."""
        return self._make([tuple(row) for row in tx.execute(self.statement, values)])

    def _of(self, store: Store) -> tuple[Said, Said]:
        dialect = store.engines.read.dialect
        ready = self._ready.get(dialect)
        if ready is None:
            ready = self._ready[dialect] = Said(self.statement, dialect), Said(self._clocked, dialect)
        return ready

    def _made(self, ready: Said, rows: list[tuple[Any, ...]]) -> T:
        key = (ready, tuple(rows))
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            known = self._known[key] = self._make(ready.made(rows))
        return known
