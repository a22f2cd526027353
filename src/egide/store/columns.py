"""The kinds of columns that mean the same on both engines: what is written is what is read, compared and sorted alike.

Instants are UTC texts of fixed width and JSON is canonical text, so a row looks the same in either database, in an archive and in
the chain of digests. Texts sort by code point.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, MetaData, Table, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

from egide.store.canonical import canonical
from egide.vocabulary.errors import InputError
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from sqlalchemy.engine import Dialect

APPEND_ONLY = "append-only"
"""Under this key, a table's ``info`` says that its rows are only added."""


def bare_text() -> TypeEngine[str]:
    """A text as migrations create it: sorted by code point on both engines."""
    return Text().with_variant(Text(collation="C"), "postgresql")


def _by_code_point(dialect: Dialect) -> TypeEngine[str]:
    return Text(collation="C") if dialect.name == "postgresql" else Text()


def whole() -> TypeEngine[int]:
    """A whole number of 64 bits."""
    return BigInteger().with_variant(Integer(), "sqlite")


class Words(TypeDecorator[str]):
    """A text without what PostgreSQL cannot hold: NUL and lone surrogates raise `InputError` on either engine."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """By code point, whatever the locale of the server."""
        return _by_code_point(dialect)

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """The text itself."""
        if value is not None and not is_storable(value):
            raise InputError(N_("a text holds characters that cannot be kept: NUL or half a surrogate pair"))
        return value


def is_storable(text: str) -> bool:
    """Whether both engines can hold the text."""
    if "\0" in text:
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


class Instant(TypeDecorator[datetime]):
    """A moment in UTC, to the microsecond; a datetime without a zone is a fault of the program."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """By code point, which is by time."""
        return _by_code_point(dialect)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        """As `instant_text`."""
        return None if value is None else instant_text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        """An aware datetime."""
        return None if value is None else datetime.fromisoformat(value)


def instant_text(moment: datetime) -> str:
    """``2026-11-23T09:30:00.000000Z``: always 27 characters, sorted by time."""
    if moment.tzinfo is None:
        raise ValueError("a moment without a time zone")
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"


class Document(TypeDecorator[Any]):
    """A JSON value, kept as its canonical text."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """A plain text: JSON types differ between engines, and neither keeps the bytes."""
        return _by_code_point(dialect)

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Canonical; absent stays absent."""
        return None if value is None else canonical(value).decode()

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """The JSON value."""
        return None if value is None else json.loads(value)


PORTABLE = (Words, Instant, Document, BigInteger, Boolean, LargeBinary)
"""The only types that a room's tables may have."""


def chained(name: str, metadata: MetaData, *columns: Column[Any] | Index) -> Table:
    """An append-only table: ``number`` counts the rows from 1, ``link`` binds each to all those before it.

    No column may have a default: what is bound is what was given.
    """
    if any(column.default is not None or column.server_default is not None for column in columns if isinstance(column, Column)):
        raise ValueError(f"a column of the append-only table {name} has a default")
    return Table(
        name, metadata,
        Column("number", whole(), primary_key=True, autoincrement=False),
        *columns,
        Column("link", Words(), nullable=False),
        info={APPEND_ONLY: True},
    )  # fmt: skip
