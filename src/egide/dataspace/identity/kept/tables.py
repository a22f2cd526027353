"""The tables of identity. Credentials are only added; requests move on; tokens are forgotten once they have ended."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Boolean, Column, Index, MetaData, Table, UniqueConstraint

from egide.store.columns import Document, Instant, Words
from egide.store.rooms import Room

METADATA = MetaData()

SEEN = Table(
    "claims_seen", METADATA,
    Column("did", Words(), primary_key=True),
    Column("jti", Words(), primary_key=True),
    Column("until", Instant(), nullable=False),
    Index("claims_seen_until", "until"),
)  # fmt: skip
"""Self-issued tokens that were used, until each has ended."""

REQUESTS = Table(
    "claims_requests", METADATA,
    Column("id", Words(), primary_key=True),
    Column("holder", Words(), nullable=False),
    Column("holder_pid", Words(), nullable=False),
    Column("wanted", Document(), nullable=False),
    Column("status", Words(), nullable=False),
    Column("delivery", Document()),
    Column("delivered", Boolean(), nullable=False),
    Column("asked_at", Instant(), nullable=False),
    UniqueConstraint("holder", "holder_pid", name="claims_requests_once"),
    Index("claims_requests_status", "status", "delivered"),
)  # fmt: skip
"""As an issuer: who asked for what, where it stands, and what is delivered."""

ASKED = Table(
    "claims_asked", METADATA,
    Column("holder_pid", Words(), primary_key=True),
    Column("issuer", Words(), nullable=False),
    Column("wanted", Document(), nullable=False),
    Column("status", Words(), nullable=False),
    Column("because", Words()),
    Column("asked_at", Instant(), nullable=False),
)  # fmt: skip
"""As a holder: what was asked of which issuer."""

HELD = Table(
    "claims_held", METADATA,
    Column("digest", Words(), primary_key=True),
    Column("token", Words(), nullable=False),
    Column("issuer", Words(), nullable=False),
    Column("holder_pid", Words(), nullable=False),
    Column("received_at", Instant(), nullable=False),
    Index("claims_held_received", "received_at"),
)  # fmt: skip
"""Credentials, as they were issued to us."""

CLAIMS = Room("claims", METADATA, Path(__file__).parent / "migrations")
