"""The store's own tables, whatever rooms share the database."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Boolean, Column, Index, LargeBinary, MetaData, Table, select

from egide.store.canonical import digest
from egide.store.columns import Document, Instant, Words, chained, whole
from egide.store.rooms import Room

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

METADATA = MetaData()

CHAINS = Table(
    "store_chains", METADATA,
    Column("name", Words(), primary_key=True),
    Column("number", whole(), nullable=False),
    Column("link", Words(), nullable=False),
)  # fmt: skip
"""The last row of each append-only table. Taking a chain's row serialises those who append to it."""

RECORDS = chained(
    "store_records", METADATA,
    Column("kind", Words(), nullable=False),
    Column("subject", Words(), nullable=False),
    Column("issuer", Words(), nullable=False),
    Column("digest", Words(), nullable=False),
    Column("body", LargeBinary(), nullable=False),
    Column("valid_from", Instant()),
    Column("valid_until", Instant()),
    Column("recorded_at", Instant(), nullable=False),
    Column("identity", Words(), nullable=False, unique=True),
    Index("store_records_subject", "subject", "kind", "number"),
    Index("store_records_kind", "kind", "number"),
    Index("store_records_digest", "digest"),
)  # fmt: skip

JOBS = Table(
    "store_jobs", METADATA,
    Column("id", whole(), primary_key=True, autoincrement=True),
    Column("kind", Words(), nullable=False),
    Column("arguments", Document(), nullable=False),
    Column("state", Words(), nullable=False),
    Column("done", whole(), nullable=False),
    Column("of", whole()),
    Column("checkpoint", Document()),
    Column("result", Document()),
    Column("error", Words()),
    Column("cancelling", Boolean(), nullable=False),
    Column("attempts", whole(), nullable=False),
    Column("most_attempts", whole(), nullable=False),
    Column("worker", Words()),
    Column("lease_until", Instant()),
    Column("not_before", Instant(), nullable=False),
    Column("created_at", Instant(), nullable=False),
    Column("updated_at", Instant(), nullable=False),
    Column("ended_at", Instant()),
    Index("store_jobs_state", "state", "id"),
    sqlite_autoincrement=True,
)  # fmt: skip

BUNDLES = chained(
    "store_bundles", METADATA,
    Column("name", Words(), nullable=False),
    Column("edition", whole(), nullable=False),
    Column("digest", Words(), nullable=False),
    Column("key", Words(), nullable=False),
    Column("accepted_at", Instant(), nullable=False),
    Index("store_bundles_name", "name", "edition", unique=True),
)  # fmt: skip

STORE = Room("store", METADATA, Path(__file__).parent / "migrations" / "versions")


def first_link(name: str) -> str:
    """What the first row of a chain is bound to."""
    return digest(f"egide/chain/1\n{name}".encode())


def begin_chains(connection: Connection, tables: Iterable[Table]) -> None:
    """Give each append-only table its chain; those that have one keep it."""
    begun = set(connection.scalars(select(CHAINS.c.name)))
    for table in tables:
        if table.name not in begun:
            connection.execute(CHAINS.insert().values(name=table.name, number=0, link=first_link(table.name)))
