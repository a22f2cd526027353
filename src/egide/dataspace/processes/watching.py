"""Nothing is stuck in silence: which processes have not moved for a while, and what each waits for."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, or_, select

from egide.dataspace.kept.tables import EVENTS, FLOWS, OUTBOX, PROCESSES, SIGNALS
from egide.dataspace.machines import MACHINES, Kind, State
from egide.dataspace.processes.process import Process, read_process
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Callable

    from egide.store.connection import Store
    from egide.store.transaction import Transaction

LOGGER = logging.getLogger("egide.dataspace")
QUIET = timedelta(seconds=60)
WATCH_SECONDS = 30.0
MOST = 1000
STARTING = "STARTING"
FLOWING = (State.STARTED, State.SUSPENDED)
"""States of a transfer that may last: data moves, or rests because somebody said so."""


@dataclass(frozen=True, slots=True)
class Stuck:
    """A process that has not moved, and why."""

    process: Process
    since: datetime
    because: Reason


@dataclass(frozen=True, slots=True)
class Event:
    """A line of the log. ``what``: `received`, `taken`, `delivered`, `failed`, `refused`, `noted`.

    What was received and taken stands in the order of the process's states. What was delivered stands after its step was taken, but the
    peer's next message may have come before.
    """

    number: int
    pid: str
    version: int
    at: datetime
    what: str
    step: str | None
    state: str
    reason: list[dict[str, Any]] | None
    message: dict[str, Any] | None


async def watch(store: Store, warn: Callable[[Stuck], None]) -> None:
    """The watchdog: names what does not move, and why, once for each place where it stays; until cancelled."""
    def found() -> list[Stuck]:
        with store.read() as tx:
            return stuck(tx, store.now())

    told: set[tuple[str, int]] = set()
    while True:
        await asyncio.sleep(WATCH_SECONDS)
        try:
            still = await asyncio.to_thread(found)
        except Exception:
            LOGGER.exception("what is stuck could not be found")
            continue
        for one in still:
            if (one.process.pid, one.process.version) not in told:
                warn(one)
        told = {(one.process.pid, one.process.version) for one in still}


def stuck(tx: Transaction, now: datetime, quiet: timedelta = QUIET) -> list[Stuck]:
    """The processes that have not moved for so long, the oldest first."""
    over = or_(*(
        and_(PROCESSES.c.kind == kind.value, PROCESSES.c.state.in_(sorted(state.value for state in machine.ends)))
        for kind, machine in MACHINES.items()
    ))  # fmt: skip
    flowing = and_(PROCESSES.c.kind == Kind.TRANSFER.value, PROCESSES.c.state.in_([state.value for state in FLOWING]))
    chosen = select(PROCESSES).where(PROCESSES.c.updated_at < now - quiet)
    unsent = or_(PROCESSES.c.pid.in_(select(OUTBOX.c.pid)), PROCESSES.c.pid.in_(select(SIGNALS.c.pid)))
    rows = tx.execute(chosen.order_by(PROCESSES.c.updated_at).where(or_(~over, unsent)).limit(MOST))
    found = [read_process(row) for row in rows]
    letters = {row.pid: row for row in tx.execute(
        select(OUTBOX).where(OUTBOX.c.pid.in_([one.pid for one in found])).order_by(OUTBOX.c.id.desc())
    )}  # fmt: skip
    signals = {row.pid: row for row in tx.execute(
        select(SIGNALS).where(SIGNALS.c.pid.in_([one.pid for one in found])).order_by(SIGNALS.c.id.desc())
    )}  # fmt: skip
    flows = {row.pid: row.plane for row in tx.execute(
        select(FLOWS.c.pid, FLOWS.c.plane).where(FLOWS.c.pid.in_([one.pid for one in found]), FLOWS.c.state == STARTING)
    )}  # fmt: skip
    resting = {row.pid for row in tx.execute(select(PROCESSES.c.pid).where(flowing, PROCESSES.c.updated_at < now - quiet))}
    return [
        Stuck(one, one.updated_at, _plane(flows.get(one.pid), signals.get(one.pid)) or _why(one, letters.get(one.pid)))
        for one in found if one.pid in letters or one.pid in signals or one.pid not in resting
    ]


def _plane(plane: str | None, signal: Any) -> Reason | None:
    """What a data plane of somebody else owes, or has not heard."""
    if signal is not None:
        error = (signal.error or {}).get("text", "-")
        args = {"signal": signal.what, "plane": signal.plane, "attempts": signal.attempts, "error": error}
        return Reason("plane-not-told", args, N_("the data plane {plane} has not heard «{signal}» after {attempts} attempts: {error}"))
    return Reason("awaits-plane", {"plane": plane}, N_("the data plane {plane} has not begun yet")) if plane else None


def _why(process: Process, letter: Any) -> Reason:
    if letter is not None:
        error = (letter.error or {}).get("text", "-")
        args = {"step": letter.step, "attempts": letter.attempts, "error": error}
        return Reason("not-arrived", args, N_("its message «{step}» has not arrived after {attempts} attempts: {error}"))
    if process.due is not None:
        return Reason("not-taken", {}, N_("a step of ours is due and was not taken; serving takes it"))
    if process.side in process.machine.turns(process.state):
        return Reason("awaits-person", {"state": process.state.value}, N_("at {state}, it awaits a decision of ours"))
    return Reason("awaits-peer", {"state": process.state.value, "peer": process.peer}, N_("at {state}, it awaits {peer}"))


def log(tx: Transaction, pid: str | None = None, most: int = 1000) -> list[Event]:
    """What happened, oldest first: of one process, or the last of all."""
    chosen = select(*(column for column in EVENTS.columns if column.name != "link"))
    if pid is not None:
        chosen = chosen.where(EVENTS.c.pid == pid)
    rows = list(tx.execute(chosen.order_by(EVENTS.c.number.desc()).limit(most)))
    return [Event(**row._mapping) for row in reversed(rows)]


def processes(tx: Transaction, most: int = 100) -> list[Process]:
    """The processes, the last to move first."""
    return [read_process(row) for row in tx.execute(select(PROCESSES).order_by(PROCESSES.c.updated_at.desc()).limit(most))]


def named(tx: Transaction, name: str) -> list[Process]:
    """The processes that go by a name: ours, the peer's, or that of their agreement."""
    goes_by = or_(PROCESSES.c.pid == name, PROCESSES.c.peer_pid == name, PROCESSES.c.agreement == name)
    return [read_process(row) for row in tx.execute(select(PROCESSES).where(goes_by))]
