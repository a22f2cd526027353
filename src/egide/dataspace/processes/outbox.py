"""Messages that wait: in order within a process, each with a key, leased to whoever sends it, kept until it arrived."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import uuid4

import msgspec
from sqlalchemy import bindparam, func, or_, select

from egide.dataspace.kept.tables import OUTBOX
from egide.dataspace.machines import Step
from egide.dataspace.processes.process import Process, find
from egide.store.ready import Ready

if TYPE_CHECKING:
    from egide.dataspace.processes.writer import Unit

LEASE_SECONDS = 20.0
"""Longer than any sending takes (`wire.client.SECONDS`): when it has run out, the sender is gone."""
_GIVEN = [column.name for column in OUTBOX.columns if column.name not in {"id", "error"}]
_OF = OUTBOX.c.id == bindparam("id_")
INSERT = Ready(OUTBOX.insert().returning(OUTBOX.c.id), _GIVEN)
EARLIER = Ready(select(OUTBOX.c.id).where(OUTBOX.c.pid == bindparam("pid_")).limit(1))
HEAD = Ready(
    select(OUTBOX).where(OUTBOX.c.pid == bindparam("pid_")).order_by(OUTBOX.c.id).limit(1).with_for_update(skip_locked=True)
)
LEASE = Ready(OUTBOX.update().where(_OF), ["lease_until"])
DELETE = Ready(OUTBOX.delete().where(_OF))
LATER = Ready(OUTBOX.update().where(_OF).values(attempts=OUTBOX.c.attempts + 1), ["not_before", "lease_until", "error"])
LEFT = Ready(OUTBOX.update().where(_OF), ["lease_until", "error"])
HURRY = OUTBOX.update().where(OUTBOX.c.address == bindparam("address_"), OUTBOX.c.lease_until.is_(None))
_earlier = OUTBOX.alias()
WAITING = select(OUTBOX.c.pid, OUTBOX.c.not_before).where(
    or_(OUTBOX.c.lease_until.is_(None), OUTBOX.c.lease_until < bindparam("now_")),
    OUTBOX.c.id == select(func.min(_earlier.c.id)).where(_earlier.c.pid == OUTBOX.c.pid).scalar_subquery(),
).order_by(OUTBOX.c.not_before)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Letter:
    """A message to send, and the process as it stood when it was taken up."""

    id: int
    process: Process
    step: Step
    says: Mapping[str, Any]
    reason: Sequence[Mapping[str, Any]]
    key: str
    attempts: int
    created_at: datetime


class _Kept(NamedTuple):
    """A row, in the order of the table."""

    id: int
    pid: str
    address: str
    step: str
    body: bytes
    key: str
    attempts: int
    not_before: datetime
    lease_until: datetime | None
    error: dict[str, Any] | None
    created_at: datetime


def _head(unit: Unit, pid: str) -> _Kept | None:
    """The first that waits of a process, unless somebody else is just taking it up."""
    rows = unit.tx.ask(HEAD, pid_=pid)
    return _Kept(*rows[0]) if rows else None


def put(unit: Unit, process: Process, step: Step, says: Mapping[str, Any], reason: Sequence[Mapping[str, Any]]) -> Letter | None:
    """Keep a message until it has arrived; leased to the caller when none of its process waits before it."""
    first = not unit.tx.ask(EARLIER, pid_=process.pid)
    key = uuid4().urn
    ((number,),) = unit.tx.ask(
        INSERT, pid=process.pid, address=process.address, step=step.value, key=key, attempts=0, not_before=unit.now,
        body=msgspec.json.encode({"says": says, "reason": reason}), created_at=unit.now,
        lease_until=unit.now + timedelta(seconds=LEASE_SECONDS) if first else None,
    )  # fmt: skip
    return Letter(number, process, step, says, reason, key, 0, unit.now) if first else None


def first_letter(unit: Unit, pid: str) -> Letter | None:
    """The first message that waits of a process, now leased to the caller; None when there is none, it is not time, or somebody has it.

    One that was never tried is always in time: the moment of a transaction that had to wait for another may lie before it was written.
    """
    row = _head(unit, pid)
    if row is None or (row.attempts and row.not_before > unit.now) or (row.lease_until is not None and row.lease_until >= unit.now):
        return None
    process = find(unit.tx, pid)
    assert process is not None  # noqa: S101 - processes are never deleted
    unit.tx.run(LEASE, id_=row.id, lease_until=unit.now + timedelta(seconds=LEASE_SECONDS))
    kept = msgspec.json.decode(row.body)
    return Letter(row.id, process, Step(row.step), kept["says"], kept["reason"], row.key, row.attempts, row.created_at)


def take_up(unit: Unit, pid: str) -> Letter | datetime | None:
    """As `first_letter`; the moment to ask again when it is not time yet, by the clock of the database."""
    letter = first_letter(unit, pid)
    if letter is not None:
        return letter
    row = _head(unit, pid)
    waits = row is not None and (row.lease_until is None or row.lease_until < unit.now)
    return row.not_before if waits and row is not None else None


def waiting(unit: Unit) -> list[tuple[str, datetime]]:
    """Processes whose first message nobody is sending, and when it may be sent: what a sender that starts takes up."""
    return [(row.pid, row.not_before) for row in unit.tx.execute(WAITING, {"now_": unit.now})]


def remove(unit: Unit, letter: Letter) -> None:
    """It arrived, or was refused for good."""
    unit.tx.run(DELETE, id_=letter.id)


def postpone(unit: Unit, letter: Letter, until: datetime, error: Mapping[str, Any]) -> None:
    """It did not arrive: once more then."""
    unit.tx.run(LATER, id_=letter.id, not_before=until, lease_until=None, error=dict(error))


def leave(unit: Unit, letter: Letter, error: Mapping[str, Any]) -> None:
    """Its peer is left alone for a while: it waits, and that is no attempt."""
    unit.tx.run(LEFT, id_=letter.id, lease_until=None, error=dict(error))


def hurry(unit: Unit, address: str) -> None:
    """The peer at that address is there again: none of its messages waits any longer."""
    unit.tx.execute(HURRY, {"address_": address, "not_before": unit.now})


def release_all(unit: Unit) -> None:
    """No sender is alive: whatever was leased is free."""
    unit.tx.execute(OUTBOX.update().where(OUTBOX.c.lease_until.is_not(None)).values(lease_until=None))
