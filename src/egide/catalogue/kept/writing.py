"""Keeping what an import brings: a document with all that it states, or nothing of it; each once, whatever was there before.

All of a batch is written in one transaction with the job's own progress, so that a run that is killed at any point goes on where the
last batch was accepted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from egide.catalogue.kept.files import RESTORED, Effect, Received, Refused, Withdrawal
from egide.catalogue.kept.packs import Pack, names_in, words_of
from egide.catalogue.kept.reading import parts, statements_about
from egide.catalogue.kept.tables import DOCUMENTS, LINKS, REFUSED, SAID, SUBJECTS, WITHDRAWN
from egide.catalogue.sheets import Sheet, fold, kind_told
from egide.store.chain import AppendOnly
from egide.vocabulary.properties import RELATIONS, SubjectKind

if TYPE_CHECKING:
    from sqlalchemy import Table

    from egide.store.transaction import Transaction

LATEST = 64
"""Documents of one subject that are looked at to tell what an import changes."""
_DOCUMENTS, _SAID, _WITHDRAWN = AppendOnly(DOCUMENTS), AppendOnly(SAID), AppendOnly(WITHDRAWN)


def keep(tx: Transaction, received: Sequence[Received], on: date, job: int | None = None) -> Effect:
    """Keep what is new of these documents; ``on``: the day on which changes are told, ``job``: the one that brings them."""
    effect = Effect()
    now = tx.now()
    _DOCUMENTS.hold(tx)
    _SAID.hold(tx)
    known = set(held_documents(tx, [one.digest for one in received]))
    fresh = list({one.digest: one for one in received if one.digest not in known}.values())
    effect.documents, effect.again = len(fresh), len(received) - len(fresh)
    files = {pack.identity: one.digest for one in reversed(fresh) for pack in one.packs}
    packs = {pack.identity: pack for one in fresh for pack in one.packs}
    for identity in _held(tx, SAID, "identity", list(packs)):
        del packs[identity]
    effect.packs = len(packs)
    _tell(tx, list(packs.values()), now, on, effect)
    _DOCUMENTS.append(tx, ({
        "digest": one.digest, "name": one.name, "size": one.size, "content": one.content, "received_at": now, "job": job,
        "outcome": one.outcome, "record": one.record,
    } for one in fresh))  # fmt: skip
    numbers = _SAID.append(tx, (_row(pack, identity, files[identity], now) for identity, pack in packs.items()))
    _heads(tx, list(packs.values()), numbers)
    withdraw(tx, [one for each in received for one in each.statuses], effect)
    return effect


def refuse(tx: Transaction, job: int, refused: Sequence[Refused]) -> Effect:
    """Keep why files were not taken, and what they say was withdrawn of what is held."""
    effect = Effect()
    now = tx.now()
    rows = [
        {"job": job, "digest": one.digest, "name": one.name, "outcome": one.outcome, "because": list(one.because), "at": now}
        for one in refused
    ]  # fmt: skip
    if rows:
        _upsert(tx, REFUSED, rows, ["job", "digest"], ())
    withdraw(tx, [one for each in refused for one in each.statuses], effect)
    return effect


def withdraw(tx: Transaction, withdrawals: Iterable[Withdrawal], effect: Effect) -> None:
    """Mark credentials that are held as revoked, suspended or given back, when that is news."""
    wanted = {one.document: one for one in withdrawals}
    if not wanted:
        return
    _WITHDRAWN.hold(tx)
    held = _held(tx, SAID, "document", list(wanted))
    stands = last_withdrawals(tx, list(wanted))
    now = tx.now()
    rows = [
        {"document": name, "since": one.since, "why": one.why, "recorded_at": now}
        for name, one in wanted.items() if name in held and one.why != stands.get(name, RESTORED)
    ]  # fmt: skip
    _WITHDRAWN.append(tx, rows)
    effect.withdrawn += [str(row["document"]) for row in rows if row["why"] != RESTORED]


def last_withdrawals(tx: Transaction, documents: Sequence[str]) -> dict[str, str]:
    """Each document that was ever withdrawn, to what was said of it last."""
    found: dict[str, str] = {}
    for some in parts(documents):
        chosen = select(WITHDRAWN.c.document, WITHDRAWN.c.why).where(WITHDRAWN.c.document.in_(some)).order_by(WITHDRAWN.c.number)
        found |= {row.document: row.why for row in tx.execute(chosen)}
    return found


@dataclass(frozen=True, slots=True)
class HeldCredential:
    """A credential that is held: its digest, and whose word since when."""

    document: str
    issuer: str
    issued: datetime | None


@dataclass(frozen=True, slots=True)
class Held:
    """A file that is held: by which job it came, and whether its credentials have a status, which may have changed since."""

    job: int | None
    status: bool


def held_documents(tx: Transaction, digests: Sequence[str]) -> dict[str, Held]:
    """Which of these files are held."""
    found: dict[str, Held] = {}
    for some in parts(digests):
        chosen = select(DOCUMENTS.c.digest, DOCUMENTS.c.job, DOCUMENTS.c.record).where(DOCUMENTS.c.digest.in_(some))
        found |= {row.digest: Held(row.job, bool(row.record.get("status"))) for row in tx.execute(chosen)}
    return found


def held_credentials(tx: Transaction, series: Sequence[str]) -> dict[str, HeldCredential]:
    """Credentials that are held, by identifier: of several of one identifier, the latest that its issuer issued."""
    found: dict[str, HeldCredential] = {}
    for some in parts(series):
        chosen = select(SAID.c.series, SAID.c.document, SAID.c.issuer, SAID.c.issued).where(SAID.c.series.in_(some)).order_by(SAID.c.number)
        for row in tx.execute(chosen):
            one = HeldCredential(row.document, row.issuer, row.issued)
            known = found.get(row.series)
            if known is None or (known.issuer == one.issuer and known.issued and one.issued and one.issued > known.issued):
                found[row.series] = one
    return found


def identities_held(tx: Transaction, identities: Sequence[str]) -> set[str]:
    """Which of these statements of documents are held."""
    return _held(tx, SAID, "identity", identities)


def said_by(tx: Transaction, series: Sequence[str]) -> dict[str, set[tuple[str, bytes]]]:
    """What credentials of these identifiers state: their statements, each with its subject."""
    found: dict[str, set[tuple[str, bytes]]] = {}
    for some in parts(series):
        for row in tx.execute(select(SAID.c.series, SAID.c.subject, SAID.c.body).where(SAID.c.series.in_(some))):
            found.setdefault(row.series, set()).update((row.subject, word) for word in words_of(bytes(row.body)))
    return found


def refused_in(tx: Transaction, job: int, digests: Sequence[str]) -> set[str]:
    """Which of these files a job has already refused."""
    found: set[str] = set()
    for some in parts(digests):
        found |= {row.digest for row in tx.execute(select(REFUSED.c.digest).where(REFUSED.c.job == job, REFUSED.c.digest.in_(some)))}
    return found


def _held(tx: Transaction, table: Table, column: str, values: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for some in parts(values):
        found |= {row[0] for row in tx.execute(select(table.c[column]).where(table.c[column].in_(some)))}
    return found


def _tell(tx: Transaction, packs: Sequence[Pack], now: datetime, on: date, effect: Effect) -> None:
    """What these packs change: for subjects that are held, their sheet before and after."""
    gained: dict[str, list[Pack]] = {}
    for pack in packs:
        gained.setdefault(pack.subject, []).append(pack)
    known = _held(tx, SUBJECTS, "subject", list(gained))
    effect.new += [subject for subject in gained if subject not in known]
    before = statements_about(tx, sorted(known), LATEST)
    for subject, those in gained.items():
        if subject not in known and len(those) == 1 and those[0].is_plain():
            continue
        statements = [one for pack in those for one in pack.statements(now)]
        held = before.get(subject, [])
        then, after = fold(subject, held, on), fold(subject, [*held, *statements], on)
        if subject in known:
            if differing := tuple(name for name, cell in after.cells.items() if cell.value != then.value(name)):
                effect.changed[subject] = differing
            if not any(set(cell.holding) & set(statements) for cell in after.cells.values()):
                effect.older.append(subject)
        if fresh := tuple(name for name in _conflicts(after) if name not in _conflicts(then)):
            effect.conflicts[subject] = fresh


def _conflicts(sheet: Sheet) -> tuple[str, ...]:
    return tuple(cell.property.name for cell in sheet.conflicts)


def _row(pack: Pack, identity: str, file: str, now: datetime) -> dict[str, Any]:
    return {
        "subject": pack.subject, "file": file, "document": pack.document, "identity": identity, "series": pack.series,
        "issuer": pack.issuer, "assurance": pack.assurance.value, "backing": pack.backing.value, "source": pack.source,
        "issued": pack.issued, "until": pack.until, "recorded_at": now, "read": pack.read, "body": pack.body,
    }  # fmt: skip


def _heads(tx: Transaction, packs: Sequence[Pack], numbers: range) -> None:
    """Bring the list of subjects and of relations up to what was just said."""
    subjects = _known_heads(tx, sorted({pack.subject for pack in packs}))
    links: set[tuple[str, str, str]] = set()
    for pack, number in zip(packs, numbers, strict=True):
        said = names_in(pack.body)
        row = subjects.setdefault(pack.subject, {
            "subject": pack.subject, "folded": pack.subject.casefold(), "kind": SubjectKind.OFFER.value, "name": pack.subject,
            "provider": "",
        })  # fmt: skip
        row["last"] = number
        row["kind"] = (kind_told(said) or SubjectKind(row["kind"])).value
        row["name"] = str(said.get("name") or row["name"])
        row["provider"] = str(said.get("provider") or next(iter(said.get("provided_by") or ()), "") or row["provider"])
        for relation in RELATIONS:
            to = said.get(relation)
            links |= {(pack.subject, relation, one) for one in ([to] if isinstance(to, str) else to or ())}
    if subjects:
        _upsert(tx, SUBJECTS, list(subjects.values()), ["subject"], ("kind", "name", "provider", "last"))
    if links:
        rows = [{"subject": subject, "relation": relation, "to": to} for subject, relation, to in sorted(links)]
        _upsert(tx, LINKS, rows, ["subject", "relation", "to"], ())


def _known_heads(tx: Transaction, names: Sequence[str]) -> dict[str, dict[str, Any]]:
    return {
        row.subject: dict(row._mapping)
        for some in parts(names) for row in tx.execute(select(SUBJECTS).where(SUBJECTS.c.subject.in_(some)))
    }  # fmt: skip


def _upsert(tx: Transaction, table: Table, rows: Sequence[Mapping[str, Any]], key: list[str], changing: Sequence[str]) -> None:
    """Add rows; of those whose key is there, change the named columns, or leave them."""
    insert = (sqlite.insert if tx.connection.dialect.name == "sqlite" else postgresql.insert)(table)
    if changing:
        insert = insert.on_conflict_do_update(index_elements=key, set_={name: insert.excluded[name] for name in changing})
    else:
        insert = insert.on_conflict_do_nothing(index_elements=key)
    tx.execute(insert, rows)
