"""Dossiers of labels that a body brought: their files, what became of each document, what was assessed and signed.

People are numbers here, so whoever is erased elsewhere leaves no name. What happened is in the trail too, which is chained.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Column, LargeBinary, MetaData, Table

from egide.store.columns import Instant, Words, whole
from egide.store.rooms import Room

METADATA = MetaData()

BLOBS = Table(
    "dossiers_blobs", METADATA,
    Column("body", Words(), primary_key=True),
    Column("digest", Words(), primary_key=True),
    Column("size", whole(), nullable=False),
    Column("content", LargeBinary(), nullable=False),
)  # fmt: skip
"""Files of dossiers, each once in a body: SHA-256 of their bytes, the bytes (deflate)."""

VERSIONS = Table(
    "dossiers_versions", METADATA,
    Column("body", Words(), primary_key=True),
    Column("id", Words(), primary_key=True),
    Column("version", whole(), primary_key=True, autoincrement=False),
    Column("name", Words(), nullable=False),
    Column("files", Words(), nullable=False),
    Column("person", whole(), nullable=False),
    Column("at", Instant(), nullable=False),
)  # fmt: skip
"""A dossier as it stood after each change: JSON of paths to digests; none at all, once it was removed."""

REVIEWS = Table(
    "dossiers_reviews", METADATA,
    Column("body", Words(), primary_key=True),
    Column("dossier", Words(), primary_key=True),
    Column("number", whole(), primary_key=True, autoincrement=False),
    Column("path", Words(), nullable=False),
    Column("digest", Words(), nullable=False),
    Column("state", Words(), nullable=False),
    Column("why", Words(), nullable=False),
    Column("person", whole(), nullable=False),
    Column("at", Instant(), nullable=False),
)  # fmt: skip
"""What became of each document of a binder, one line for each step; it is about those bytes and no others."""

ASSESSMENTS = Table(
    "dossiers_assessments", METADATA,
    Column("body", Words(), primary_key=True),
    Column("dossier", Words(), primary_key=True),
    Column("number", whole(), primary_key=True, autoincrement=False),
    Column("version", whole(), nullable=False),
    Column("scheme", Words(), nullable=False),
    Column("day", Words(), nullable=False),
    Column("answer", Words(), nullable=False),
    Column("digest", Words(), nullable=False),
    Column("content", LargeBinary(), nullable=False),
    Column("person", whole(), nullable=False),
    Column("at", Instant(), nullable=False),
    Column("signer", whole()),
    Column("signed_at", Instant()),
)  # fmt: skip
"""Assessments that an evaluator recorded (label.json, deflate), and who signed them."""

ROOM = Room("dossiers", METADATA, Path(__file__).parent / "migrations")
