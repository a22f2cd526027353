"""Words between processes that share a database on a server: said within a transaction, heard by the others once it is accepted.

PostgreSQL's LISTEN and NOTIFY (https://www.postgresql.org/docs/current/sql-notify.html). Who does not listen at that moment misses them, so
whoever begins to listen looks first at what is there.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, func, select

from egide.store.columns import bare_text
from egide.store.ready import Ready

if TYPE_CHECKING:
    from egide.store.connection import Store
    from egide.store.transaction import Transaction

_SAY = Ready(select(func.pg_notify(bindparam("channel", type_=bare_text()), bindparam("word", type_=bare_text()))))


def say(tx: Transaction, channel: str, word: str) -> None:
    """Say a word, at most 8,000 bytes, when the transaction is accepted. The same word twice is said once."""
    tx.ask(_SAY, channel=channel, word=word)


@asynccontextmanager
async def listening(store: Store, channel: str) -> AsyncIterator[AsyncGenerator[str, None]]:
    """What is said from now on, over a connection of its own. Raises `psycopg.Error` when that is lost."""
    import psycopg  # noqa: PLC0415 - only where there is a server
    from psycopg import sql  # noqa: PLC0415

    engine = store.engines.read
    _, given = engine.dialect.create_connect_args(engine.url)
    given.pop("context", None)
    async with await psycopg.AsyncConnection.connect(autocommit=True, **given) as line:
        await line.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
        yield _words(line)


async def _words(line: object) -> AsyncGenerator[str, None]:
    async for one in line.notifies():  # type: ignore[attr-defined]
        yield one.payload
