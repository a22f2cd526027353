"""Long work of a body, kept with what was given for it."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Collection, Mapping, Sequence
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

    from sqlalchemy import Row

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
    about: str
    job: Job


def begin(
    tx: Transaction, body: str, kind: str, name: str, asked: Mapping[str, Any], files: Mapping[str, bytes], number: int,
    about: str = "",
) -> Work:  # fmt: skip
    """Put work in the queue with the files that it is about. ``about``: what one that was made of the same has too."""
    queued = enqueue(tx, kind, {"body": body})
    now = tx.now()
    given = json.dumps({path: base64.b64encode(content).decode() for path, content in files.items()}).encode()
    tx.execute(WORKS.insert().values(
        job=queued.id, body=body, kind=kind, name=name, asked=json.dumps(asked), given=zlib.compress(given, 6), person=number, at=now,
        about=about,
    ))  # fmt: skip
    return Work(body, kind, name, asked, number, now, about, queued)


def get(tx: Transaction, body: str, number: int) -> Work | None:
    """The work of that number, when it is that body's."""
    row = tx.execute(_SHOWN.where(WORKS.c.body == body, WORKS.c.job == number)).one_or_none()
    return None if row is None else _work(tx, row)


def listed(tx: Transaction, body: str, most: int, kinds: Collection[str]) -> Sequence[Work]:
    """The last pieces of work of a body of those kinds, newest first."""
    chosen = _SHOWN.where(WORKS.c.body == body, WORKS.c.kind.in_(sorted(kinds))).order_by(WORKS.c.job.desc()).limit(most)
    return [_work(tx, row) for row in tx.execute(chosen).all()]


def alike(tx: Transaction, body: str, kind: str, about: str, most: int = 1) -> Sequence[Work]:
    """The last of that kind whose ``about`` begins so, newest first."""
    within = WORKS.c.about.startswith(about, autoescape=True)
    chosen = _SHOWN.where(WORKS.c.body == body, WORKS.c.kind == kind, within).order_by(WORKS.c.job.desc()).limit(most)
    return [_work(tx, row) for row in tx.execute(chosen).all()]


_SHOWN = select(*(column for column in WORKS.columns if column.name not in {"given", "made"}))


def _work(tx: Transaction, row: Row[Any]) -> Work:
    return Work(row.body, row.kind, row.name, json.loads(row.asked), row.person, row.at, row.about, job(tx, row.job))


def asked(tx: Transaction, number: int) -> tuple[Mapping[str, Any], dict[str, bytes]]:
    """What was chosen, and the files that were given."""
    row = tx.execute(select(WORKS.c.asked, WORKS.c.given).where(WORKS.c.job == number)).one()
    files = {path: base64.b64decode(content) for path, content in json.loads(unpacked(row.given)).items()}
    return json.loads(row.asked), files


def answer(tx: Transaction, number: int, deflated: bytes) -> None:
    """Keep what came of it."""
    tx.execute(WORKS.update().where(WORKS.c.job == number).values(made=deflated))


def forget_about(tx: Transaction, number: int) -> None:
    """It was made of something else than was asked: nobody who asks for that is given it."""
    tx.execute(WORKS.update().where(WORKS.c.job == number).values(about=""))


def person(tx: Transaction, number: int) -> int:
    """The number of who asked for it."""
    return int(tx.execute(select(WORKS.c.person).where(WORKS.c.job == number)).scalar_one())


def let_go(tx: Transaction, number: int) -> None:
    """What was given for it is kept elsewhere, or is of no more use."""
    tx.execute(WORKS.update().where(WORKS.c.job == number).values(given=zlib.compress(b"{}")))


def made(tx: Transaction, body: str, number: int) -> bytes | None:
    """What came of it, deflated; None while nothing has."""
    packed: bytes | None = tx.execute(select(WORKS.c.made).where(WORKS.c.body == body, WORKS.c.job == number)).scalar_one_or_none()
    return packed


def outlived(tx: Transaction, days: int) -> int:
    """How many pieces of work ended and are older than so many days."""
    return tx.connection.scalar(select(func.count()).select_from(WORKS).where(_outlived(tx, days))) or 0


def forget_outlived(tx: Transaction, days: int) -> None:
    """Forget what was given for them and what came of it."""
    tx.execute(delete(WORKS).where(_outlived(tx, days)))


def _outlived(tx: Transaction, days: int) -> ColumnElement[bool]:
    alive = select(JOBS.c.id).where(JOBS.c.state.in_([State.QUEUED.value, State.RUNNING.value]))
    return (WORKS.c.at < tx.now() - timedelta(days=days)) & WORKS.c.job.not_in(alive)
