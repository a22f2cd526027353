"""Append-only tables whose rows are each bound to all those before: whoever changes, drops, adds or reorders one breaks the chain.

The link of a row is SHA-256 over the link before it, a line feed, and the canonical JSON (RFC 8785) of its columns but ``link`` as they are
stored, absent ones left out, bytes as ``{"sha256": …}``: instants and JSON values are texts there, and whole
numbers stay within 2^53.
The first row is bound to SHA-256 of ``egide/chain/1``, a line feed and the table's name.
So a column may be added later without touching the links of the rows that lack it.

A chain shows tampering to whoever kept an earlier `Head` elsewhere (on paper, in the public log): one who can rewrite the whole
database can also compute every link again.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

from sqlalchemy import Boolean, Column, ColumnElement, Text, bindparam, func, select, type_coerce
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import NullType

from egide.store.canonical import canonical, digest
from egide.store.columns import APPEND_ONLY, Document, Instant, instant_text
from egide.store.errors import LostHeadError
from egide.store.guards import missing_guards
from egide.store.ready import Ready
from egide.store.tables import CHAINS, first_link
from egide.store.transaction import ROWS_AT_A_TIME, Transaction
from egide.vocabulary.errors import InputError
from egide.vocabulary.findings import Answer, Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from sqlalchemy import Table


_CHOSEN = select(CHAINS.c.number, CHAINS.c.link).where(CHAINS.c.name == bindparam("of"))
_HEAD, _HELD = Ready(_CHOSEN), Ready(_CHOSEN.with_for_update())
_MOVE = Ready(CHAINS.update().where(CHAINS.c.name == bindparam("of")).values(number=bindparam("to"), link=bindparam("bound")))


@dataclass(frozen=True, slots=True)
class Head:
    """The last row of a chain: how many rows there are, and the link that binds them all. Worth keeping elsewhere."""

    number: int
    link: str


@dataclass(frozen=True, slots=True)
class Integrity:
    """Whether a chain is whole: met, or not met with what is wrong at the first row that shows it."""

    table: str
    answer: Answer
    head: Head
    because: Reason


class AppendOnly:
    """A table made by `egide.store.columns.chained`."""

    def __init__(self, table: Table) -> None:
        if not table.info.get(APPEND_ONLY):
            raise ValueError(f"{table.name} is not an append-only table")
        self.table = table
        given = {column.name: bindparam(column.name, type_=_as_text(column)) for column in table.columns}
        self._insert = Ready(table.insert().inline().values(given))
        self._stored = {str(column.name): _storing(column) for column in table.columns if column.name != "link"}

    def append(self, tx: Transaction, rows: Iterable[Mapping[str, Any]]) -> range:
        """Add rows, in that order; their numbers. All of them are there at the end, or none when one is refused.

        Rows name columns but ``number`` and ``link``; unnamed ones are absent. Others who append wait until the transaction ends.
        """
        head = self.hold(tx)
        with _whole_or_not(tx):
            last = self._extend(tx, head, map(self._kept, rows))
        return range(head.number + 1, last + 1)

    def append_at_end(self, tx: Transaction, row: Mapping[str, Any]) -> None:
        """Add a row as `append` does, when the transaction is about to be accepted: only then do others who append wait for it.

        Its number isn't known before, and no statement of the transaction finds it.
        """
        kept = self._kept(row)
        self._insert.of(tx.connection.dialect).put({**kept, "number": 0, "link": ""})  # refuses now what cannot be kept
        tx.at_end(self, kept)

    @property
    def name(self) -> str:
        """The table's."""
        return str(self.table.name)

    def end(self, tx: Transaction, rows: Iterable[Mapping[str, Any]]) -> Callable[[], object]:
        """Hold the head; what then adds the rows that `append_at_end` was given."""
        return partial(self._extend, tx, self.hold(tx), rows)

    def _extend(self, tx: Transaction, head: Head, rows: Iterable[Mapping[str, Any]]) -> int:
        """Bind the rows, given as they are stored, to those before them; the number of the last."""
        number, link, rows = head.number, head.link, iter(rows)
        while batch := list(islice(rows, ROWS_AT_A_TIME)):
            linked = []
            for row in batch:
                number += 1
                kept = {**row, "number": number}
                link = self.link(link, kept)
                linked.append({**kept, "link": link})
            tx.run_each(self._insert, linked)
        tx.run(_MOVE, of=self.table.name, to=number, bound=link)
        return number

    def hold(self, tx: Transaction) -> Head:
        """The head, which nobody else moves before this transaction ends: what is read after it stays true until then."""
        return self._known(self._head(tx, held=True))

    def head(self, tx: Transaction) -> Head:
        """The last row as the chain's own table knows it."""
        return self._known(self._head(tx, held=False))

    def _known(self, head: Head | None) -> Head:
        if head is None:
            raise LostHeadError(self.table.name)
        return head

    def count(self, tx: Transaction) -> int:
        """How many rows there are."""
        return tx.connection.scalar(select(func.count()).select_from(self.table)) or 0

    def verify(self, tx: Transaction, since: Head | None = None, seen: Callable[[], None] = lambda: None) -> Integrity:
        """Compute every link again. ``since``: a head kept earlier elsewhere, which must be in the chain still.

        ``seen``: called for each row. Unknown when a row cannot even be read.
        """
        head = self._head(tx, held=tx.writing)
        try:
            reached, wrong = self._walk(tx, since, seen)
        except (DBAPIError, ValueError):
            return Integrity(self.table.name, Answer.UNKNOWN, head or _NO_HEAD, self._reason("unreadable", _UNREADABLE, 0))
        if not wrong and head != reached:
            wrong = self._reason("head-differs", _ENDS, min(head.number if head else 0, reached.number) + 1)
        if not wrong and since and since.number > reached.number:
            wrong = self._reason("head-not-held", _NOT_HELD, since.number)
        if not wrong and missing_guards(tx.connection, [self.table]):
            wrong = self._reason("guard-missing", _UNGUARDED, reached.number)
        if wrong:
            return Integrity(self.table.name, Answer.NOT_MET, head or _NO_HEAD, wrong)
        return Integrity(self.table.name, Answer.MET, reached, self._reason("chain-whole", _WHOLE, reached.number))

    def _walk(self, tx: Transaction, since: Head | None, seen: Callable[[], None]) -> tuple[Head, Reason | None]:
        """The last row reached, and what is wrong with it."""
        link, number = first_link(self.table.name), 0
        if since and since.number == 0 and since.link != link:
            return Head(0, link), self._reason("head-not-held", _NOT_HELD, 0)
        for row in tx.stream(select(*_as_stored(self.table)).order_by(self.table.c.number)):
            values = {str(name): value for name, value in row._mapping.items()}
            kept = values.pop("link")
            number += 1
            seen()
            if values["number"] != number:
                return Head(number - 1, link), self._reason("row-missing", _MISSING, number)
            try:
                link = self.link(link, values)
            except InputError:  # no value that was ever accepted
                link = ""
            if link != kept:
                return Head(number, link), self._reason("row-altered", _ALTERED, number)
            if since and since.number == number and since.link != kept:
                return Head(number, link), self._reason("head-not-held", _NOT_HELD, number)
        return Head(number, link), None

    def link(self, before: str, values: Mapping[str, Any]) -> str:
        """The link of a row, given the link before it and its columns but ``link``, as stored."""
        plain = {
            name: {"sha256": digest(value)} if isinstance(value, bytes) else value for name, value in values.items() if value is not None
        }
        return digest(before.encode() + b"\n" + canonical(plain))

    def _kept(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """A row as it is stored, all but its number and link."""
        unknown = row.keys() - self._stored.keys() | row.keys() & {"number"}
        if unknown:
            raise ValueError(f"not a column to give of {self.table.name}: {', '.join(sorted(unknown))}")
        return {name: stored(row.get(name)) for name, stored in self._stored.items()}

    def _head(self, tx: Transaction, *, held: bool) -> Head | None:
        rows = tx.ask(_HELD if held else _HEAD, of=self.table.name)
        return Head(*rows[0]) if rows else None

    def _reason(self, code: str, message: str, number: int) -> Reason:
        return Reason(code, {"table": self.table.name, "number": number}, message)


@contextmanager
def _whole_or_not(tx: Transaction) -> Iterator[None]:
    """What is done within is undone by an error, and the transaction can go on. SQLAlchemy's own savepoints are compiled anew each time."""
    tx.driven("SAVEPOINT egide_append")
    try:
        yield
    except BaseException:
        tx.driven("ROLLBACK TO SAVEPOINT egide_append")
        raise
    tx.driven("RELEASE SAVEPOINT egide_append")


def _storing(column: Column[Any]) -> Callable[[Any], Any]:
    """What gives a value as its column holds it."""
    if isinstance(column.type, Instant):
        return lambda moment: None if moment is None else instant_text(moment)
    if isinstance(column.type, Document):
        return lambda value: None if value is None else canonical(value).decode()
    return lambda value: value


def _as_text(column: Column[Any]) -> Any:
    """The type by which a stored value is given: what is text by now is not made text again."""
    return Text() if isinstance(column.type, (Instant, Document)) else column.type


def _as_stored(table: Table) -> list[ColumnElement[Any]]:
    """The columns, read without interpretation: what was tampered with may be no instant and no JSON."""
    return [column if isinstance(column.type, Boolean) else type_coerce(column, NullType()).label(column.name) for column in table.columns]


_NO_HEAD = Head(0, "")
_WHOLE = N_("{table}: whole, each row bound to the one before ({number})")
_MISSING = N_("{table}: row {number} is missing")
_ALTERED = N_("{table}: row {number} is not the one that was written, or one before it was taken out")
_ENDS = N_("{table}: the rows and the head of the chain part at row {number}")
_NOT_HELD = N_("{table}: the head that was kept of row {number} is not in the chain")
_UNREADABLE = N_("{table}: its rows cannot be read")
_UNGUARDED = N_("{table}: nothing prevents a change of its {number} rows: the guard of the table was taken away")
