"""The catalogue's tables. Documents, what they state and withdrawals are only added; the rest can be made again from them."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Column, Index, LargeBinary, MetaData, Table

from egide.store.columns import Document, Instant, Words, chained, whole
from egide.store.rooms import Room

METADATA = MetaData()

DOCUMENTS = chained(
    "catalogue_documents", METADATA,
    Column("digest", Words(), nullable=False, unique=True),
    Column("name", Words(), nullable=False),
    Column("size", whole(), nullable=False),
    Column("content", LargeBinary(), nullable=False),
    Column("received_at", Instant(), nullable=False),
    Column("job", whole()),
    Column("outcome", Words(), nullable=False),
    Column("record", Document(), nullable=False),
)  # fmt: skip
"""Files as they came: SHA-256 of their bytes, the bytes (deflate), what verifying them answered."""

SAID = chained(
    "catalogue_said", METADATA,
    Column("subject", Words(), nullable=False),
    Column("file", Words(), nullable=False),
    Column("document", Words(), nullable=False),
    Column("identity", Words(), nullable=False, unique=True),
    Column("series", Words(), nullable=False),
    Column("issuer", Words(), nullable=False),
    Column("assurance", Words(), nullable=False),
    Column("backing", Words(), nullable=False),
    Column("source", Words(), nullable=False),
    Column("issued", Instant()),
    Column("until", Instant()),
    Column("recorded_at", Instant(), nullable=False),
    Column("read", Words(), nullable=False),
    Column("body", LargeBinary(), nullable=False),
    Index("catalogue_said_subject", "subject", "number"),
    Index("catalogue_said_document", "document"),
    Index("catalogue_said_series", "series"),
    Index("catalogue_said_until", "until"),
)  # fmt: skip
"""What a document (a credential, a list) of a file states of a subject."""

WITHDRAWN = chained(
    "catalogue_withdrawn", METADATA,
    Column("document", Words(), nullable=False),
    Column("since", Instant(), nullable=False),
    Column("why", Words(), nullable=False),
    Column("recorded_at", Instant(), nullable=False),
    Index("catalogue_withdrawn_document", "document"),
)  # fmt: skip

SUBJECTS = Table(
    "catalogue_subjects", METADATA,
    Column("subject", Words(), primary_key=True),
    Column("folded", Words(), nullable=False),
    Column("kind", Words(), nullable=False),
    Column("name", Words(), nullable=False),
    Column("provider", Words(), nullable=False),
    Column("last", whole(), nullable=False),
    Index("catalogue_subjects_folded", "folded"),
    Index("catalogue_subjects_kind", "kind", "subject"),
)  # fmt: skip
"""Every subject that is spoken of, by what was said last: to list and to find, not to judge."""

LINKS = Table(
    "catalogue_links", METADATA,
    Column("subject", Words(), primary_key=True),
    Column("relation", Words(), primary_key=True),
    Column("to", Words(), primary_key=True),
    Index("catalogue_links_to", "to", "relation"),
)  # fmt: skip
"""Every relation that was ever stated, so that one can go back from a subject to those that stand on it."""

REFUSED = Table(
    "catalogue_refused", METADATA,
    Column("job", whole(), primary_key=True, autoincrement=False),
    Column("digest", Words(), primary_key=True),
    Column("name", Words(), nullable=False),
    Column("outcome", Words(), nullable=False),
    Column("because", Document(), nullable=False),
    Column("at", Instant(), nullable=False),
)  # fmt: skip
"""What an import did not take, and why."""

MARKS = Table(
    "catalogue_marks", METADATA,
    Column("name", Words(), primary_key=True),
    Column("moment", Instant(), nullable=False),
)  # fmt: skip
"""Until when somebody has already looked at what changed."""

CATALOGUE = Room("catalogue", METADATA, Path(__file__).parent / "migrations")
