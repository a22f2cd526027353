"""Dossiers of labels in the database: versions of their files, what became of each document, what was assessed and signed.

Three hands, on each dossier: whoever brought a document doesn't judge it, and whoever brought, judged or assessed doesn't sign. That is
held here by person and not by role, so that nobody who was given another role since gets around it.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from egide.portfolio.dossiers.tables import ASSESSMENTS, BLOBS, REVIEWS, VERSIONS
from egide.portfolio.kept.keeping import ChangedError, unpacked
from egide.vocabulary.errors import EgideError, InputError
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from sqlalchemy import Row

    from egide.store.transaction import Transaction


class State(StrEnum):
    """Where a document of a binder stands."""

    DECLARED = "declared"
    REVIEWED = "reviewed"
    ACCEPTED = "accepted"
    REFUSED = "refused"


NEXT: Mapping[State, frozenset[State]] = {
    State.DECLARED: frozenset({State.REVIEWED}),
    State.REVIEWED: frozenset({State.ACCEPTED, State.REFUSED}),
    State.ACCEPTED: frozenset({State.REFUSED}),
    State.REFUSED: frozenset(),
}
"""A refused document is replaced by another, never taken back."""


class OneHandError(EgideError):
    """The same person would do on one dossier what two must do."""

    hint = N_("somebody else of the body does it")


@dataclass(frozen=True, slots=True)
class Version:
    """A dossier as it stands: ``files`` are paths to the SHA-256 of their bytes."""

    id: str
    version: int
    name: str
    files: Mapping[str, str]
    person: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Review:
    """One step of a document."""

    number: int
    path: str
    digest: str
    state: State
    why: str
    person: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Recorded:
    """An assessment that was recorded, without its bytes; ``signer`` once it is signed."""

    number: int
    version: int
    scheme: str
    day: date
    answer: str
    digest: str
    person: int
    at: datetime
    signer: int | None
    signed_at: datetime | None


def put(tx: Transaction, body: str, id: str, seen: int, name: str, files: Mapping[str, bytes], number: int) -> Version:
    """The dossier with these files in place of those it had; ``seen`` is the version that this is based on, 0 for a new one.

    Raises `ChangedError` when that one is no longer the last.
    """
    tx.lock(f"dossier:{body}:{id}")
    now = last(tx, body, id)
    if now != seen:
        raise ChangedError(seen, now)
    digests = {path: _keep(tx, body, content) for path, content in files.items()}
    return _write(tx, body, id, now + 1, name, digests, number)


def hold(tx: Transaction, body: str, id: str, files: Mapping[str, bytes]) -> dict[str, str]:
    """The digests of files by their paths. The dossier is held to the end of the transaction, and the bytes are there to be chosen."""
    tx.lock(f"dossier:{body}:{id}")
    return {path: _keep(tx, body, content) for path, content in files.items()}


def choose(tx: Transaction, body: str, id: str, seen: int, chosen: Mapping[str, str]) -> dict[str, str]:
    """The files of that version with those that were chosen in their places; an empty digest is no file.

    Raises `ChangedError` when it is no longer the last, `InputError` for bytes that the body doesn't hold.
    """
    tx.lock(f"dossier:{body}:{id}")
    before = get(tx, body, id)
    if before is None or before.version != seen:
        raise ChangedError(seen, before.version if before else 0)
    held = {row.digest for row in tx.execute(select(BLOBS.c.digest).where(BLOBS.c.body == body))}
    if not held.issuperset(digest for digest in chosen.values() if digest):
        raise InputError(N_("what was chosen is no longer there: bring the file again"))
    return {path: digest for path, digest in {**before.files, **chosen}.items() if digest}


def rewrite(tx: Transaction, body: str, id: str, seen: int, name: str, files: Mapping[str, str], number: int) -> Version:
    """The version after the one that was seen, with these files: paths to digests of what the body holds. Raises `ChangedError`."""
    tx.lock(f"dossier:{body}:{id}")
    before = get(tx, body, id)
    if before is None or before.version != seen:
        raise ChangedError(seen, before.version if before else 0)
    return _write(tx, body, id, seen + 1, name, files, number)


def remove(tx: Transaction, body: str, id: str, number: int) -> bool:
    """The dossier no longer counts; whether it did. What was recorded and signed stays."""
    tx.lock(f"dossier:{body}:{id}")
    before = get(tx, body, id)
    if before is not None:
        _write(tx, body, id, before.version + 1, before.name, {}, number)
    return before is not None


def last(tx: Transaction, body: str, id: str) -> int:
    """The number of the last version; 0 before the first."""
    chosen = select(func.max(VERSIONS.c.version)).where(VERSIONS.c.body == body, VERSIONS.c.id == id)
    return tx.connection.scalar(chosen) or 0


def get(tx: Transaction, body: str, id: str, at: int | None = None) -> Version | None:
    """The dossier as it is, or as it was at a version; None where it isn't, or is no longer."""
    wanted = last(tx, body, id) if at is None else at
    row = tx.execute(select(VERSIONS).where(VERSIONS.c.body == body, VERSIONS.c.id == id, VERSIONS.c.version == wanted)).one_or_none()
    found = _version(row) if row else None
    return found if found and found.files else None


def listed(tx: Transaction, body: str) -> Sequence[Version]:
    """The dossiers of a body, by name."""
    mine = VERSIONS.c.body == body
    newest = select(VERSIONS.c.id, func.max(VERSIONS.c.version).label("v")).where(mine).group_by(VERSIONS.c.id).subquery()
    chosen = select(VERSIONS).join(newest, (VERSIONS.c.id == newest.c.id) & (VERSIONS.c.version == newest.c.v)).where(mine)
    return sorted((found for row in tx.execute(chosen) if (found := _version(row)).files), key=lambda one: (one.name, one.id))


def contents(tx: Transaction, body: str, files: Mapping[str, str]) -> dict[str, bytes]:
    """The bytes of files by their paths."""
    wanted = sorted(set(files.values()))
    held: dict[str, bytes] = {}
    for start in range(0, len(wanted), 200):
        chosen = select(BLOBS.c.digest, BLOBS.c.content).where(BLOBS.c.body == body, BLOBS.c.digest.in_(wanted[start : start + 200]))
        held |= {row.digest: unpacked(row.content) for row in tx.execute(chosen)}
    return {path: held[digest] for path, digest in files.items()}


def reviews(tx: Transaction, body: str, id: str) -> Sequence[Review]:
    """Every step of every document of a dossier, oldest first."""
    chosen = select(REVIEWS).where(REVIEWS.c.body == body, REVIEWS.c.dossier == id).order_by(REVIEWS.c.number)
    return [Review(row.number, row.path, row.digest, State(row.state), row.why, row.person, row.at) for row in tx.execute(chosen)]


def states(done: Sequence[Review], files: Mapping[str, str]) -> dict[str, State]:
    """Where each file stands: declared until a step was made about those very bytes."""
    found = dict.fromkeys(files, State.DECLARED)
    for one in done:
        if files.get(one.path) == one.digest:
            found[one.path] = one.state
    return found


def review(tx: Transaction, body: str, id: str, path: str, digest: str, state: State, why: str, number: int) -> Review:
    """One step further for a document. ``digest``: of the bytes that were judged.

    Raises `ChangedError` when the dossier holds other bytes there now, `OneHandError` for whoever brought them, `InputError` for a step
    that doesn't follow or a refusal without a reason.
    """
    tx.lock(f"dossier:{body}:{id}")
    now = get(tx, body, id)
    if now is None or now.files.get(path) != digest:
        raise ChangedError(0, now.version if now else 0)
    if number in _brought_by(tx, body, id, path, digest):
        raise OneHandError(N_("you brought this document, so somebody else judges it"))
    done = reviews(tx, body, id)
    before = states(done, now.files)[path]
    if state not in NEXT[before]:
        said = N_("a document that is {before} does not become {after}")
        raise InputError(said, values={"before": f"review-{before}", "after": f"review-{state}"})
    if state is State.REFUSED and not why:
        raise InputError(N_("say why it is refused: whoever brought it must know"))
    made = Review(len(done) + 1, path, digest, state, why, number, tx.now())
    tx.execute(REVIEWS.insert().values(
        body=body, dossier=id, number=made.number, path=path, digest=digest, state=state.value, why=why, person=number, at=made.at,
    ))  # fmt: skip
    return made


def record(
    tx: Transaction, body: str, id: str, version: int, scheme: str, day: date, answer: str, document: bytes, number: int,
) -> Recorded:  # fmt: skip
    """Keep an assessment of that version. Raises `ChangedError` when the dossier was changed since."""
    tx.lock(f"dossier:{body}:{id}")
    if (now := last(tx, body, id)) != version:
        raise ChangedError(version, now)
    taken = tx.connection.scalar(select(func.max(ASSESSMENTS.c.number)).where(ASSESSMENTS.c.body == body, ASSESSMENTS.c.dossier == id)) or 0
    digest = hashlib.sha256(document).hexdigest()
    made = Recorded(taken + 1, version, scheme, day, answer, digest, number, tx.now(), None, None)
    tx.execute(ASSESSMENTS.insert().values(
        body=body, dossier=id, number=made.number, version=version, scheme=scheme, day=day.isoformat(), answer=answer, digest=digest,
        content=zlib.compress(document, 6), person=number, at=made.at,
    ))  # fmt: skip
    return made


def recorded(tx: Transaction, body: str, id: str) -> Sequence[Recorded]:
    """What was recorded of a dossier, newest first."""
    shown = [column for column in ASSESSMENTS.columns if column.name not in {"content", "body", "dossier"}]
    chosen = select(*shown).where(ASSESSMENTS.c.body == body, ASSESSMENTS.c.dossier == id).order_by(ASSESSMENTS.c.number.desc())
    return [
        Recorded(row.number, row.version, row.scheme, date.fromisoformat(row.day), row.answer, row.digest, row.person, row.at, row.signer,
                 row.signed_at)
        for row in tx.execute(chosen)
    ]  # fmt: skip


def document(tx: Transaction, body: str, id: str, number: int) -> bytes | None:
    """The label.json of a recorded assessment."""
    chosen = select(ASSESSMENTS.c.content).where(ASSESSMENTS.c.body == body, ASSESSMENTS.c.dossier == id, ASSESSMENTS.c.number == number)
    packed = tx.execute(chosen).scalar_one_or_none()
    return None if packed is None else unpacked(packed)


def sign(tx: Transaction, body: str, id: str, number: int, digest: str, person: int) -> Recorded:
    """Sign a recorded assessment; ``digest``: of the document that was read before.

    Raises `OneHandError` for whoever assessed the dossier, or judged or brought any of it; `InputError` when it is signed already, when
    the dossier was changed since, or while a document of its binder is not accepted.
    """
    tx.lock(f"dossier:{body}:{id}")
    one = next((one for one in recorded(tx, body, id) if one.number == number), None)
    now = get(tx, body, id)
    if one is None or now is None or one.digest != digest or one.version != now.version:
        raise ChangedError(one.version if one else 0, now.version if now else 0)
    if one.signer is not None:
        raise InputError(N_("it is signed already"))
    if person in hands(tx, body, id):
        raise OneHandError(N_("you assessed, judged or brought some of this dossier, so somebody else signs"))
    tx.execute(
        ASSESSMENTS.update().where(ASSESSMENTS.c.body == body, ASSESSMENTS.c.dossier == id, ASSESSMENTS.c.number == number)
        .values(signer=person, signed_at=tx.now())
    )  # fmt: skip
    return next(one for one in recorded(tx, body, id) if one.number == number)


def hands(tx: Transaction, body: str, id: str) -> set[int]:
    """Everybody who brought, judged or assessed anything of a dossier, at any time."""
    found: set[int] = set()
    for table, column in ((VERSIONS, VERSIONS.c.id), (REVIEWS, REVIEWS.c.dossier), (ASSESSMENTS, ASSESSMENTS.c.dossier)):
        found |= {row.person for row in tx.execute(select(table.c.person).where(table.c.body == body, column == id))}
    return found


def _brought_by(tx: Transaction, body: str, id: str, path: str, digest: str) -> set[int]:
    """Who first brought those bytes to that path; each who did so again after they had gone."""
    found: set[int] = set()
    held = False
    for row in tx.execute(select(VERSIONS).where(VERSIONS.c.body == body, VERSIONS.c.id == id).order_by(VERSIONS.c.version)):
        there = _version(row).files.get(path) == digest
        if there and not held:
            found.add(row.person)
        held = there
    return found


def _keep(tx: Transaction, body: str, content: bytes) -> str:
    digest = hashlib.sha256(content).hexdigest()
    there = select(func.count()).select_from(BLOBS).where(BLOBS.c.body == body, BLOBS.c.digest == digest)
    if not tx.connection.scalar(there):
        tx.execute(BLOBS.insert().values(body=body, digest=digest, size=len(content), content=zlib.compress(content, 6)))
    return digest


def _write(tx: Transaction, body: str, id: str, version: int, name: str, files: Mapping[str, str], number: int) -> Version:
    made = Version(id, version, name, dict(files), number, tx.now())
    written = json.dumps(made.files, ensure_ascii=False, sort_keys=True)
    tx.execute(VERSIONS.insert().values(body=body, id=id, version=version, name=name, files=written, person=number, at=made.at))
    return made


def _version(row: Row[Any]) -> Version:
    return Version(row.id, row.version, row.name, json.loads(row.files), row.person, row.at)
