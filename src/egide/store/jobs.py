"""Long work that survives its worker: one table, a lease that must be renewed, and a checkpoint from which another goes on.

A worker claims a job, does a part of it, and reports in the same transaction as it writes that part: so the checkpoint and the work agree
whatever moment the worker dies at. When its lease has run out, another worker's claim takes the job over; whatever the first then
reports is refused and undone with the rest of its transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, or_, select

from egide.store.address import masked
from egide.store.errors import LostLeaseError, UnknownJobError
from egide.store.tables import JOBS
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from sqlalchemy import Row

    from egide.store.transaction import Transaction

LEASE_SECONDS = 60.0
MOST_ATTEMPTS = 5
LONGEST_ERROR = 4000
"""Characters."""
WORKER_GONE = N_("given up: each worker that took it stopped answering")


class State(StrEnum):
    """Where a job is in its life."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


NEXT: Mapping[State, frozenset[State]] = {
    State.QUEUED: frozenset({State.RUNNING, State.CANCELLED}),
    State.RUNNING: frozenset({State.RUNNING, State.QUEUED, State.DONE, State.FAILED, State.CANCELLED}),
    State.DONE: frozenset(),
    State.FAILED: frozenset({State.QUEUED}),
    State.CANCELLED: frozenset(),
}
"""From running to running, another worker takes over; from running or failed to queued, it is tried again."""


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it stood when it was read. ``done`` of ``of`` units, the total unknown while it is None."""

    id: int
    kind: str
    arguments: Any
    state: State
    done: int
    of: int | None
    checkpoint: Any
    """Whatever JSON value the worker last reported; None before."""
    result: Any
    error: str | None
    cancelling: bool
    """Somebody asked that it stop: the worker should, with `abandon`."""
    attempts: int
    """How often it was claimed. With ``worker``, says whose it is."""
    most_attempts: int
    worker: str | None
    lease_until: datetime | None
    not_before: datetime
    created_at: datetime
    updated_at: datetime
    ended_at: datetime | None


def enqueue(tx: Transaction, kind: str, arguments: Any, *, most_attempts: int = MOST_ATTEMPTS) -> Job:
    """Put a job in the queue. ``arguments``: any JSON value."""
    now = tx.now()
    (number,) = tx.execute(JOBS.insert().returning(JOBS.c.id).values(
        kind=kind, arguments=arguments, state=State.QUEUED.value, done=0, cancelling=False, attempts=0, most_attempts=most_attempts,
        not_before=now, created_at=now, updated_at=now,
    )).one()  # fmt: skip
    return job(tx, number)


def job(tx: Transaction, number: int) -> Job:
    """The job of that number. Raises `UnknownJobError`."""
    row = tx.execute(select(JOBS).where(JOBS.c.id == number)).one_or_none()
    if row is None:
        raise UnknownJobError(number)
    return _job(row)


def jobs(tx: Transaction, states: Collection[State] | None = None, most: int = 100) -> list[Job]:
    """Jobs, newest first."""
    chosen = select(JOBS).order_by(JOBS.c.id.desc()).limit(most)
    if states is not None:
        chosen = chosen.where(JOBS.c.state.in_(sorted(state.value for state in states)))
    return [_job(row) for row in tx.execute(chosen)]


def claim_job(
    tx: Transaction, worker: str, kinds: Collection[str] | None = None, *, lease_seconds: float = LEASE_SECONDS
) -> Job | None:
    """The oldest job that waits, or whose worker's lease has run out; None when there is none.

    A job taken over comes with the checkpoint that its last worker reported. One whose workers all died is given up as failed.
    """
    while True:
        now = tx.now()
        waiting = and_(JOBS.c.state == State.QUEUED.value, JOBS.c.not_before <= now)
        left = and_(JOBS.c.state == State.RUNNING.value, JOBS.c.lease_until < now)
        alive = JOBS.c.state.in_([State.QUEUED.value, State.RUNNING.value])  # which the index knows: most jobs have ended
        chosen = select(JOBS).where(alive, or_(waiting, left)).order_by(JOBS.c.id).limit(1).with_for_update(skip_locked=True)
        if kinds is not None:
            chosen = chosen.where(JOBS.c.kind.in_(sorted(kinds)))
        row = tx.execute(chosen).one_or_none()
        if row is None:
            return None
        found = _job(row)
        if found.cancelling:
            _end(tx, found, State.CANCELLED)
        elif found.attempts >= found.most_attempts:
            _end(tx, found, State.FAILED, error=WORKER_GONE)
        else:
            lease = now + timedelta(seconds=lease_seconds)
            return _change(tx, found, State.RUNNING, worker=worker, attempts=found.attempts + 1, lease_until=lease)


def report(
    tx: Transaction, held: Job, *, done: int | None = None, of: int | None = None, checkpoint: Any = None,
    lease_seconds: float = LEASE_SECONDS,
) -> Job:
    """Say how far a job is and renew the lease; with nothing to say, a heartbeat. What is None stays as it was.

    Returns the job as it stands: its ``cancelling`` says that it should be stopped.
    Raises `LostLeaseError` when it was taken over or has ended.
    """
    said = {"done": done, "of": of, "checkpoint": checkpoint}
    changed = {name: value for name, value in said.items() if value is not None}
    _hold(tx, held)
    return _change(tx, held, State.RUNNING, lease_until=tx.now() + timedelta(seconds=lease_seconds), **changed)


def gone(tx: Transaction, held: Job) -> Job:
    """The worker of a running job is known to be dead: its lease ends now, so that nobody waits for it.

    Raises `LostLeaseError` when the job is no longer that worker's.
    """
    now = _hold(tx, held)
    return _change(tx, held, State.RUNNING, lease_until=now - timedelta(microseconds=1))


def finish(tx: Transaction, held: Job, result: Any = None) -> Job:
    """The work is done. Raises `LostLeaseError`."""
    _hold(tx, held)
    return _end(tx, held, State.DONE, result=result)


def fail(tx: Transaction, held: Job, error: str, *, again_in_seconds: float | None = None) -> Job:
    """The work could not be done, for good; or to be tried again from its checkpoint, while attempts are left.

    Passwords of URLs are masked in what is kept of the error. Raises `LostLeaseError`.
    """
    now = _hold(tx, held)
    said = masked(error).replace("\0", "").encode(errors="replace").decode()[:LONGEST_ERROR]
    if again_in_seconds is None or held.attempts >= held.most_attempts:
        return _end(tx, held, State.FAILED, error=said)
    later = now + timedelta(seconds=again_in_seconds)
    return _change(tx, held, State.QUEUED, worker=None, lease_until=None, not_before=later, error=said)


def abandon(tx: Transaction, held: Job) -> Job:
    """The worker stopped, as somebody asked. Raises `LostLeaseError`."""
    _hold(tx, held)
    return _end(tx, held, State.CANCELLED)


def cancel(tx: Transaction, number: int) -> Job:
    """Ask that a job stop: at once when it waits, at its worker's next report when it runs; one that has ended stays as it ended.

    Raises `UnknownJobError`.
    """
    found = _locked(tx, number)
    if found.state is State.QUEUED:
        return _end(tx, found, State.CANCELLED)
    if found.state is State.RUNNING:
        return _change(tx, found, State.RUNNING, cancelling=True)
    return found


def retry(tx: Transaction, number: int) -> Job:
    """Put a failed job in the queue again, with all its attempts and its checkpoint; another job stays as it is.

    Raises `UnknownJobError`.
    """
    found = _locked(tx, number)
    if found.state is not State.FAILED:
        return found
    return _change(tx, found, State.QUEUED, worker=None, lease_until=None, attempts=0, not_before=tx.now(), ended_at=None)


def _locked(tx: Transaction, number: int) -> Job:
    row = tx.execute(select(JOBS).where(JOBS.c.id == number).with_for_update()).one_or_none()
    if row is None:
        raise UnknownJobError(number)
    return _job(row)


def _hold(tx: Transaction, held: Job) -> datetime:
    """The present moment, once sure that the job is still this claim's. A lease that ran out unnoticed by others still holds."""
    found = _locked(tx, held.id)
    if (found.state, found.worker, found.attempts) != (State.RUNNING, held.worker, held.attempts):
        raise LostLeaseError(held.id)
    return tx.now()


def _end(tx: Transaction, found: Job, state: State, **values: Any) -> Job:
    return _change(tx, found, state, ended_at=tx.now(), lease_until=None, cancelling=False, **values)


def _change(tx: Transaction, found: Job, state: State, **values: Any) -> Job:
    if state not in NEXT[found.state]:
        raise ValueError(f"job {found.id} cannot go from {found.state} to {state}")
    changed = {"state": state.value, "updated_at": tx.now(), **values}
    tx.execute(JOBS.update().where(JOBS.c.id == found.id).values(**changed))
    return job(tx, found.id)


def _job(row: Row[Any]) -> Job:
    values = dict(row._mapping)
    return Job(**{**values, "state": State(values["state"])})
