"""Long work of a body, kept with what was given for it."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, delete, func, select

from egide.portfolio.kept.keeping import unpacked
from egide.portfolio.works.tables import WORKS
from egide.store.jobs import Job, State, enqueue, job
from egide.store.tables import JOBS

if TYPE_CHECKING:
    from datetime import datetime

    from egide.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Work:
    """One piece of work: what was asked, and how far it is."""

    body: str
    kind: str
    name: str
    asked: Mapping[str, Any]
    person: int
    at: datetime
    job: Job


def begin(
    tx: Transaction, body: str, kind: str, name: str, asked: Mapping[str, Any], files: Mapping[str, bytes], number: int,
) -> Work:  # fmt: skip
    """Put work in the queue with the files that it is about."""
    queued = enqueue(tx, kind, {"body": body})
    now = tx.now()
    given = json.dumps({path: base64.b64encode(content).decode() for path, content in files.items()}).encode()
    tx.execute(WORKS.insert().values(
        job=queued.id, body=body, kind=kind, name=name, asked=json.dumps(asked), given=zlib.compress(given, 6), person=number, at=now,
    ))  # fmt: skip
    return Work(body, kind, name, asked, number, now, queued)


def get(tx: Transaction, body: str, number: int) -> Work | None:
    """The work of that number, when it is that body's."""
    shown = [column for column in WORKS.columns if column.name not in {"given", "made"}]
    row = tx.execute(select(*shown).where(WORKS.c.body == body, WORKS.c.job == number)).one_or_none()
    return None if row is None else Work(row.body, row.kind, row.name, json.loads(row.asked), row.person, row.at, job(tx, number))


def listed(tx: Transaction, body: str, most: int) -> Sequence[Work]:
    """The last pieces of work of a body, newest first."""
    chosen = select(WORKS.c.job).where(WORKS.c.body == body).order_by(WORKS.c.job.desc()).limit(most)
    return [found for row in tx.execute(chosen) if (found := get(tx, body, row.job)) is not None]


def asked(tx: Transaction, number: int) -> tuple[Mapping[str, Any], dict[str, bytes]]:
    """What was chosen, and the files that were given."""
    row = tx.execute(select(WORKS.c.asked, WORKS.c.given).where(WORKS.c.job == number)).one()
    files = {path: base64.b64decode(content) for path, content in json.loads(unpacked(row.given)).items()}
    return json.loads(row.asked), files


def answer(tx: Transaction, number: int, made: bytes) -> None:
    """Keep what came of it."""
    tx.execute(WORKS.update().where(WORKS.c.job == number).values(made=zlib.compress(made, 6)))


def made(tx: Transaction, body: str, number: int) -> bytes | None:
    """What came of it; None while nothing has."""
    packed = tx.execute(select(WORKS.c.made).where(WORKS.c.body == body, WORKS.c.job == number)).scalar_one_or_none()
    return None if packed is None else unpacked(packed)


def outlived(tx: Transaction, days: int) -> int:
    """How many pieces of work ended and are older than so many days."""
    return tx.connection.scalar(select(func.count()).select_from(WORKS).where(_outlived(tx, days))) or 0


def forget_outlived(tx: Transaction, days: int) -> None:
    """Forget what was given for them and what came of it."""
    tx.execute(delete(WORKS).where(_outlived(tx, days)))


def _outlived(tx: Transaction, days: int) -> ColumnElement[bool]:
    alive = select(JOBS.c.id).where(JOBS.c.state.in_([State.QUEUED.value, State.RUNNING.value]))
    return (WORKS.c.at < tx.now() - timedelta(days=days)) & WORKS.c.job.not_in(alive)
