"""The tables of a connector. Events are only added, each bound to all before; a row of the outbox lives until its message arrived."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Column, Index, LargeBinary, MetaData, Table

from egide.store.columns import Document, Instant, Words, chained, whole
from egide.store.rooms import Room

METADATA = MetaData()

PROCESSES = Table(
    "dataspace_processes", METADATA,
    Column("pid", Words(), primary_key=True),
    Column("kind", Words(), nullable=False),
    Column("side", Words(), nullable=False),
    Column("peer", Words(), nullable=False),
    Column("peer_pid", Words()),
    Column("address", Words(), nullable=False),
    Column("state", Words(), nullable=False),
    Column("version", whole(), nullable=False),
    Column("subject", Words(), nullable=False),
    Column("agreement", Words()),
    Column("body", Document(), nullable=False),
    Column("reason", Document()),
    Column("last_in", Words()),
    Column("due", Instant()),
    Column("created_at", Instant(), nullable=False),
    Column("updated_at", Instant(), nullable=False),
    Index("dataspace_processes_peer", "peer", "peer_pid", "kind", "side", unique=True),
    Index("dataspace_processes_due", "due"),
    Index("dataspace_processes_agreement", "agreement", "kind"),
    Index("dataspace_processes_updated", "updated_at"),
)  # fmt: skip
"""One side of a negotiation or a transfer. ``due``: when a step of ours is to be decided; ``last_in``: digest of the last message, until we
step. ``subject``: the dataset of a negotiation, the agreement of a transfer."""

EVENTS = chained(
    "dataspace_events", METADATA,
    Column("pid", Words(), nullable=False),
    Column("version", whole(), nullable=False),
    Column("at", Instant(), nullable=False),
    Column("what", Words(), nullable=False),
    Column("step", Words()),
    Column("state", Words(), nullable=False),
    Column("reason", Document()),
    Column("message", Document()),
    Index("dataspace_events_pid", "pid", "number"),
)  # fmt: skip
"""Every step taken, message received, delivery, failure."""

INBOX = Table(
    "dataspace_inbox", METADATA,
    Column("pid", Words(), primary_key=True),
    Column("key", Words(), primary_key=True),
    Column("at", Instant(), nullable=False),
)  # fmt: skip
"""Keys of the messages that were accepted: one that comes again is answered alike and changes nothing."""

OUTBOX = Table(
    "dataspace_outbox", METADATA,
    Column("id", whole(), primary_key=True, autoincrement=True),
    Column("pid", Words(), nullable=False),
    Column("address", Words(), nullable=False),
    Column("step", Words(), nullable=False),
    Column("body", LargeBinary(), nullable=False),
    Column("key", Words(), nullable=False),
    Column("attempts", whole(), nullable=False),
    Column("not_before", Instant(), nullable=False),
    Column("lease_until", Instant()),
    Column("error", Document()),
    Column("created_at", Instant(), nullable=False),
    Index("dataspace_outbox_pid", "pid", "id"),
    Index("dataspace_outbox_not_before", "not_before"),
    sqlite_autoincrement=True,
)  # fmt: skip
"""Messages that have not arrived yet, in order within a process."""

POLICIES = Table(
    "dataspace_policies", METADATA,
    Column("digest", Words(), primary_key=True),
    Column("body", Document(), nullable=False),
)  # fmt: skip
"""The rules of offers, each kept once however many datasets stand under it."""

DATASETS = Table(
    "dataspace_datasets", METADATA,
    Column("id", Words(), primary_key=True),
    Column("title", Words(), nullable=False),
    Column("description", Words()),
    Column("source", Words(), nullable=False),
    Column("media_type", Words()),
    Column("formats", Document(), nullable=False),
    Column("created_at", Instant(), nullable=False),
)  # fmt: skip
"""What we offer. ``source``: the file or address that the data plane reads; ``formats``: the ways to have it."""

OFFERS = Table(
    "dataspace_offers", METADATA,
    Column("id", Words(), primary_key=True),
    Column("dataset", Words(), nullable=False),
    Column("policy", Words(), nullable=False),
    Index("dataspace_offers_dataset", "dataset"),
)  # fmt: skip

RESOURCES = Table(
    "dataspace_resources", METADATA,
    Column("kind", Words(), primary_key=True),
    Column("id", Words(), primary_key=True),
    Column("body", Document(), nullable=False),
    Column("about", Words()),
    Column("created_at", Instant(), nullable=False),
    Index("dataspace_resources_about", "kind", "about"),
)  # fmt: skip
"""What clients of the common management API made: assets, policies, contract definitions. ``about``: the one asset that a definition
selects by name."""

DEFINED = Table(
    "dataspace_defined", METADATA,
    Column("offer", Words(), primary_key=True),
    Column("definition", Words(), nullable=False),
    Column("access", Words()),
    Index("dataspace_defined_definition", "definition"),
)  # fmt: skip
"""Offers that a contract definition made. ``access``: the policy that whoever is to see the offer must meet."""

PLANES = Table(
    "dataspace_planes", METADATA,
    Column("id", Words(), primary_key=True),
    Column("endpoint", Words(), nullable=False),
    Column("profiles", Document(), nullable=False),
    Column("labels", Document(), nullable=False),
    Column("secret", Words()),
    Column("registered_at", Instant(), nullable=False),
)  # fmt: skip
"""Data planes of others that move data for us. ``secret``: how we prove who we are to it, sealed under a key that isn't in the database."""

FLOWS = Table(
    "dataspace_flows", METADATA,
    Column("pid", Words(), primary_key=True),
    Column("plane", Words(), nullable=False),
    Column("side", Words(), nullable=False),
    Column("state", Words(), nullable=False),
    Column("body", Document(), nullable=False),
    Column("sent", whole(), nullable=False),
    Column("lease_until", Instant()),
    Column("updated_at", Instant(), nullable=False),
    Index("dataspace_flows_state", "plane", "state"),
)  # fmt: skip
"""The flow of data of a transfer: which plane moves it, where that stands, how many bytes our own has sent. ``lease_until``: until when a
process of ours is taken to be at it."""

SIGNALS = Table(
    "dataspace_signals", METADATA,
    Column("id", whole(), primary_key=True, autoincrement=True),
    Column("pid", Words(), nullable=False),
    Column("plane", Words(), nullable=False),
    Column("what", Words(), nullable=False),
    Column("body", LargeBinary(), nullable=False),
    Column("attempts", whole(), nullable=False),
    Column("not_before", Instant(), nullable=False),
    Column("lease_until", Instant()),
    Column("error", Document()),
    Column("created_at", Instant(), nullable=False),
    Index("dataspace_signals_pid", "pid", "id"),
    sqlite_autoincrement=True,
)  # fmt: skip
"""What planes of others have not been told yet, in order within a flow."""

DATASPACE = Room("dataspace", METADATA, Path(__file__).parent / "migrations")
"""Processes with their events, inbox and outbox; datasets, offers and policies; planes, flows and signals."""
