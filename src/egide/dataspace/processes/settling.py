"""What becomes of a process once a message of ours has arrived, waits, or was refused for good; and which processes have a step due."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from egide.dataspace.kept.tables import OUTBOX, PROCESSES
from egide.dataspace.machines import Refusal, State, Step
from egide.dataspace.processes import outbox
from egide.dataspace.processes.letters import opens
from egide.dataspace.processes.outbox import Letter, first_letter
from egide.dataspace.processes.process import find, find_by_peer, update
from egide.dataspace.processes.steps import Move, Stepped, follow, take
from egide.dataspace.processes.writer import Unit


def due(unit: Unit, before: datetime | None = None) -> list[tuple[str, datetime]]:
    """The processes with a step of ours that is due, and when. ``before``: none that is due later."""
    chosen = select(PROCESSES.c.pid, PROCESSES.c.due).where(PROCESSES.c.due.is_not(None))
    return [(row.pid, row.due) for row in unit.tx.execute(chosen if before is None else chosen.where(PROCESSES.c.due <= before))]


def arrived(unit: Unit, letter: Letter, peer_pid: str | None) -> Letter | None:
    """The message is there; the next of the process, if one waits.

    The process is held first: a step that is being taken meanwhile puts its message either before this looks, or after this has told that
    nothing waits.
    """
    process = letter.process
    known = find(unit.tx, process.pid, hold=True)
    outbox.remove(unit, letter)
    if peer_pid is not None:
        taken = find_by_peer(unit.tx, process.kind, process.side, process.peer, peer_pid)
        if known is not None and known.peer_pid is None and taken is None:
            update(unit.tx, known, replace(known, peer_pid=peer_pid))
    unit.tell(process, "delivered", letter.step)
    return first_letter(unit, process.pid)


def postponed(unit: Unit, letter: Letter, until: datetime, error: Mapping[str, Any]) -> None:
    """It did not arrive: once more then. The first failure is told in the log."""
    outbox.postpone(unit, letter, until, error)
    if letter.attempts == 0:
        unit.tell(letter.process, "failed", letter.step, reason=[dict(error)])


def settled(unit: Unit, letter: Letter, theirs: State | None, reason: Mapping[str, Any]) -> Stepped | None:
    """What follows when a message was refused for good."""
    process = find(unit.tx, letter.process.pid, hold=True)
    assert process is not None  # noqa: S101 - processes are never deleted
    unit.tell(process, "refused", letter.step, reason=[dict(reason)])
    reasons = [dict(reason)]
    if opens(letter):
        unit.tx.execute(OUTBOX.delete().where(OUTBOX.c.pid == process.pid))
        followed = follow(unit, process.pid, State.TERMINATED, reasons)
        return Stepped(followed, None) if followed else None
    outbox.remove(unit, letter)
    if theirs is process.state or process.ended:
        if theirs is not None and theirs is not process.state:
            text = f"the peer stands at {theirs.value}, and we at {process.state.value}"
            unit.tell(process, "noted", reason=[{"code": "sides-differ", "text": text}])
        return None
    if theirs in process.machine.ends:
        followed = follow(unit, process.pid, theirs, reasons)
        return Stepped(followed, first_letter(unit, process.pid)) if followed else None
    taken = take(unit, process.pid, Move(Step.TERMINATE, reason=reasons), lambda process: None)
    return None if isinstance(taken, Refusal) else taken
