"""Records: what somebody stated of something, kept as the very bytes, found by digest, by subject and by kind.

Rooms keep claims, credentials and decisions here; the store reads none of them. A record is never changed: what corrects or withdraws it
is another record, and `about` can answer as at a moment (``valid_on``) and as known at a moment (``known_at``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, or_, select

from egide.store.canonical import canonical, digest
from egide.store.chain import AppendOnly
from egide.store.columns import instant_text
from egide.store.tables import RECORDS
from egide.store.transaction import ROWS_AT_A_TIME, Transaction
from egide.vocabulary.errors import InputError
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from sqlalchemy import Row

MAX_BYTES = 16 * 2**20
"""The largest body kept: a credential of 10 MB, with room."""
LOG = AppendOnly(RECORDS)
"""The chain that binds all records."""
_SHOWN = [column for column in RECORDS.columns if column.name not in {"identity", "link"}]


@dataclass(frozen=True, slots=True)
class Draft:
    """A statement to keep. ``body``: canonical JSON, as `statement` makes it; ``valid_from`` and ``valid_until`` are both included."""

    kind: str
    subject: str
    issuer: str
    body: bytes
    valid_from: datetime | None = None
    valid_until: datetime | None = None

    @property
    def digest(self) -> str:
        """SHA-256 of the body, in hexadecimal."""
        return digest(self.body)


@dataclass(frozen=True, slots=True)
class Record:
    """A statement kept: the ``number``-th, since ``recorded_at``."""

    number: int
    kind: str
    subject: str
    issuer: str
    digest: str
    body: bytes
    valid_from: datetime | None
    valid_until: datetime | None
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """Where a draft is kept; ``new`` is false when the same statement was there already."""

    number: int
    digest: str
    new: bool


def statement(
    kind: str, subject: str, issuer: str, content: Any, valid_from: datetime | None = None, valid_until: datetime | None = None,
) -> Draft:
    """A draft whose body is the canonical form of a JSON value. Raises `InputError` when it is none, or too large."""
    return Draft(kind, subject, issuer, canonical(content), valid_from, valid_until)


def add(tx: Transaction, drafts: Iterable[Draft]) -> list[Kept]:
    """Keep the drafts in order, each once: a statement that is there already is not added again.

    Any number of them: they are taken a thousand at a time. Raises `InputError` on a body over 16 MiB or an end before its start.
    """
    kept: list[Kept] = []
    drafts = iter(drafts)
    LOG.hold(tx)
    while batch := list(islice(drafts, ROWS_AT_A_TIME)):
        kept += _add(tx, batch)
    return kept


def _add(tx: Transaction, batch: Sequence[Draft]) -> list[Kept]:
    now = tx.now()
    rows = [_row(draft, now) for draft in batch]
    wanted = select(RECORDS.c.identity, RECORDS.c.number).where(RECORDS.c.identity.in_([row["identity"] for row in rows]))
    numbers: dict[str, int] = {row.identity: row.number for row in tx.execute(wanted)}
    new = {row["identity"]: row for row in rows if row["identity"] not in numbers}
    fresh = dict(zip(new, LOG.append(tx, new.values()), strict=True))
    numbers |= fresh
    return [Kept(numbers[row["identity"]], row["digest"], fresh.pop(row["identity"], None) is not None) for row in rows]


def _row(draft: Draft, now: datetime) -> dict[str, Any]:
    summed = draft.digest
    return {
        "kind": draft.kind, "subject": draft.subject, "issuer": draft.issuer, "digest": summed, "body": draft.body,
        "valid_from": draft.valid_from, "valid_until": draft.valid_until, "recorded_at": now, "identity": _identity(draft, summed),
    }  # fmt: skip


def _identity(draft: Draft, summed: str) -> str:
    """The digest of all that a draft says: two that agree are one record."""
    if len(draft.body) > MAX_BYTES:
        raise InputError(N_("a record of {bytes} bytes: the most that is kept is {limit} MiB"),
                         values={"bytes": len(draft.body), "limit": MAX_BYTES // 2**20})
    if draft.valid_from and draft.valid_until and draft.valid_until < draft.valid_from:
        raise InputError(N_("a record that ends before it begins"))
    said: dict[str, Any] = {"kind": draft.kind, "subject": draft.subject, "issuer": draft.issuer, "digest": summed}
    for name in ("valid_from", "valid_until"):
        if moment := getattr(draft, name):
            said[name] = instant_text(moment)
    return digest(canonical(said))


def by_digest(tx: Transaction, wanted: str) -> list[Record]:
    """The records with that body: several when several issuers stated the same, or of several subjects."""
    return _read(tx, select(*_SHOWN).where(RECORDS.c.digest == wanted))


def about(
    tx: Transaction, subject: str, kind: str | None = None, *, valid_on: datetime | None = None, known_at: datetime | None = None,
) -> list[Record]:
    """What was stated of a subject, oldest first, whoever stated it.

    ``valid_on``: only what says of itself that it holds then; ``known_at``: only what had been recorded by then.
    """
    chosen = select(*_SHOWN).where(RECORDS.c.subject == subject)
    if kind is not None:
        chosen = chosen.where(RECORDS.c.kind == kind)
    if valid_on is not None:
        chosen = chosen.where(or_(RECORDS.c.valid_from.is_(None), RECORDS.c.valid_from <= valid_on))
        chosen = chosen.where(or_(RECORDS.c.valid_until.is_(None), RECORDS.c.valid_until >= valid_on))
    if known_at is not None:
        chosen = chosen.where(RECORDS.c.recorded_at <= known_at)
    return _read(tx, chosen)


def latest(tx: Transaction, kind: str) -> Record | None:
    """The record of that kind that was added last."""
    row = tx.execute(select(*_SHOWN).where(RECORDS.c.kind == kind).order_by(RECORDS.c.number.desc()).limit(1)).one_or_none()
    return _record(row) if row else None


def since(tx: Transaction, number: int = 0, kinds: Collection[str] | None = None) -> Iterator[Record]:
    """The records after that number, in order, any number of them: what an index needs to catch up."""
    chosen = select(*_SHOWN).where(RECORDS.c.number > number).order_by(RECORDS.c.number)
    if kinds is not None:
        chosen = chosen.where(RECORDS.c.kind.in_(sorted(kinds)))
    return (_record(row) for row in tx.stream(chosen))


def _read(tx: Transaction, chosen: Select[Any]) -> list[Record]:
    return [_record(row) for row in tx.execute(chosen.order_by(RECORDS.c.number))]


def _record(row: Row[Any]) -> Record:
    return Record(**row._mapping)
