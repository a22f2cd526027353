"""The tables of bodies, people and what they may do. The trail is only added to, and names people by number alone.

So a person can be erased: the trail then says that somebody who is no longer known did it.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Boolean, Column, Index, MetaData, Table

from egide.store.columns import Document, Instant, Words, chained, whole
from egide.store.rooms import Room

METADATA = MetaData()

BODIES = Table(
    "accounts_bodies", METADATA,
    Column("id", Words(), primary_key=True),
    Column("name", Words(), nullable=False),
    Column("marking", Words(), nullable=False),
    Column("created_at", Instant(), nullable=False),
)  # fmt: skip
"""Bodies, by the short name that stands in addresses; ``marking``: the sensitivity that each page and paper carries."""

PEOPLE = Table(
    "accounts_people", METADATA,
    Column("number", whole(), primary_key=True, autoincrement=True),
    Column("login", Words(), nullable=False, unique=True),
    Column("name", Words(), nullable=False),
    Column("password", Words()),
    Column("provider", Words()),
    Column("subject", Words()),
    Column("created_at", Instant(), nullable=False),
    Column("closed_at", Instant()),
    Index("accounts_people_subject", "provider", "subject", unique=True),
)  # fmt: skip
"""People. ``password``: an argon2 hash; ``provider`` and ``subject``: who they are for an OpenID provider."""

ROLES = Table(
    "accounts_roles", METADATA,
    Column("body", Words(), primary_key=True),
    Column("person", whole(), primary_key=True, autoincrement=False),
    Column("role", Words(), primary_key=True),
    Index("accounts_roles_person", "person"),
)  # fmt: skip

SESSIONS = Table(
    "accounts_sessions", METADATA,
    Column("digest", Words(), primary_key=True),
    Column("person", whole(), nullable=False),
    Column("created_at", Instant(), nullable=False),
    Column("seen_at", Instant(), nullable=False),
    Column("ends_at", Instant(), nullable=False),
    Index("accounts_sessions_person", "person"),
)  # fmt: skip
"""Sessions by the SHA-256 of their secret."""

TOKENS = Table(
    "accounts_tokens", METADATA,
    Column("digest", Words(), primary_key=True),
    Column("id", Words(), nullable=False, unique=True),
    Column("body", Words(), nullable=False),
    Column("person", whole(), nullable=False),
    Column("name", Words(), nullable=False),
    Column("scopes", Document(), nullable=False),
    Column("created_at", Instant(), nullable=False),
    Column("ends_at", Instant(), nullable=False),
    Column("revoked", Boolean(), nullable=False),
    Index("accounts_tokens_body", "body"),
)  # fmt: skip
"""Tokens of programs, by the SHA-256 of their secret: what they may, in which body, in whose name."""

INVITATIONS = Table(
    "accounts_invitations", METADATA,
    Column("digest", Words(), primary_key=True),
    Column("body", Words(), nullable=False),
    Column("roles", Document(), nullable=False),
    Column("person", whole()),
    Column("created_at", Instant(), nullable=False),
    Column("ends_at", Instant(), nullable=False),
    Column("used_at", Instant()),
)  # fmt: skip
"""Links that can be used once: to join a body, or with ``person``, to choose a password again."""

FAILURES = Table(
    "accounts_failures", METADATA,
    Column("login", Words(), primary_key=True),
    Column("count", whole(), nullable=False),
    Column("last_at", Instant(), nullable=False),
)  # fmt: skip
"""Failed attempts to log in, by login: after a few, each waits longer."""

REPEATS = Table(
    "accounts_repeats", METADATA,
    Column("token", Words(), primary_key=True),
    Column("key", Words(), primary_key=True),
    Column("request", Words(), nullable=False),
    Column("answer", Document()),
    Column("at", Instant(), nullable=False),
)  # fmt: skip
"""What was answered to a program under the key that it gave, for a day: sent again, it gets the same and nothing is done twice."""

TRAIL = chained(
    "accounts_trail", METADATA,
    Column("at", Instant(), nullable=False),
    Column("body", Words()),
    Column("person", whole()),
    Column("token", Words()),
    Column("act", Words(), nullable=False),
    Column("about", Words(), nullable=False),
    Column("details", Document(), nullable=False),
    Index("accounts_trail_body", "body", "number"),
)  # fmt: skip
"""Who did what, when. No name, no address, nothing personal but a number."""

ACCOUNTS = Room("accounts", METADATA, Path(__file__).parent / "migrations")
