"""The files that a body brought and the answers to its questions, version after version.

Answers say who gave them, so versions can be erased: no chain binds them. What happened, without names, is in the trail.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Column, Index, LargeBinary, MetaData, Table

from egide.store.columns import Instant, Words, whole
from egide.store.rooms import Room

METADATA = MetaData()

FILES = Table(
    "portfolio_files", METADATA,
    Column("body", Words(), primary_key=True),
    Column("id", Words(), primary_key=True),
    Column("name", Words(), nullable=False),
    Column("digest", Words(), nullable=False),
    Column("size", whole(), nullable=False),
    Column("content", LargeBinary(), nullable=False),
    Column("person", whole(), nullable=False),
    Column("added_at", Instant(), nullable=False),
    Column("removed_at", Instant()),
    Index("portfolio_files_body", "body", "removed_at"),
)  # fmt: skip
"""Files as they came: SHA-256 of their bytes, the bytes (deflate)."""

ANSWERS = Table(
    "portfolio_answers", METADATA,
    Column("body", Words(), primary_key=True),
    Column("version", whole(), primary_key=True, autoincrement=False),
    Column("content", LargeBinary(), nullable=False),
    Column("person", whole(), nullable=False),
    Column("at", Instant(), nullable=False),
)  # fmt: skip
"""The answers file of a body as it stood after each change (deflate)."""

QUESTIONNAIRES = Table(
    "portfolio_questionnaires", METADATA,
    Column("digest", Words(), primary_key=True),
    Column("body", Words(), nullable=False),
    Column("owner", Words(), nullable=False),
    Column("created_at", Instant(), nullable=False),
    Column("ends_at", Instant(), nullable=False),
    Index("portfolio_questionnaires_body", "body"),
)  # fmt: skip
"""Links by which the owner of some data answers without an account, by the SHA-256 of their secret."""

READINGS = Table(
    "portfolio_readings", METADATA,
    Column("body", Words(), primary_key=True),
    Column("file", Words(), primary_key=True),
    Column("lang", Words(), primary_key=True),
    Column("read_with", Words(), nullable=False),
    Column("content", LargeBinary(), nullable=False),
)  # fmt: skip
"""What was read of a large file, beside it (`egide.portfolio.packed`); ``read_with``: with which version, and which catalogue."""

PORTFOLIO = Room("portfolio", METADATA, Path(__file__).parent / "migrations")
