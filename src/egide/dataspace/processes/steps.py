"""What changes a process: a message that was received, a step of our own, a peer that says it stands at an end."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, select

from egide.dataspace.kept.tables import INBOX
from egide.dataspace.machines import MACHINES, Accepted, Fault, Kind, Refusal, Repeated, Side, State, Step, judged, reconciled
from egide.dataspace.processes.outbox import Letter, put
from egide.dataspace.processes.process import Process, find, find_by_peer, insert, new_pid, update
from egide.dataspace.processes.writer import Unit
from egide.store.ready import Ready
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_

Reasons = list[dict[str, Any]]
Delay = Callable[[Process], float | None]
Reaction = Callable[[Unit, Process], "Move | None"]
SEEN = Ready(select(INBOX.c.at).where(INBOX.c.pid == bindparam("pid_"), INBOX.c.key == bindparam("key_")))
ENTER = Ready(INBOX.insert())


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message from a peer that was recognised, as far as processes care."""

    kind: Kind
    step: Step
    peer: str
    """The participant that sent it."""
    digest: str
    """Of the body as it came."""
    message: Mapping[str, Any]
    pid: str | None = None
    """Ours, from the address that was written to; None when the message opens a process."""
    peer_pid: str | None = None
    address: str = ""
    """Of a message that opens: where the peer wants its answers."""
    subject: str = ""
    side: Side | None = None
    """Which side we are on, by the names in the message."""
    changes: Mapping[str, Any] = field(default_factory=dict)
    reason: Reasons | None = None
    key: str | None = None
    """One for each message, however often it is sent; peers of other makes have none."""
    agreement: str | None = None
    misnamed: bool = False
    """Whether neither name of the message is that of the address it was sent to."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of a message; ``process`` is None when there is none that the sender may know of."""

    answer: Accepted | Repeated | Refusal
    process: Process | None
    opened: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """A step of ours: what it says, and why."""

    step: Step
    changes: Mapping[str, Any] = field(default_factory=dict)
    reason: Sequence[Mapping[str, Any]] = ()
    says: Mapping[str, Any] = field(default_factory=dict)
    """What the message carries besides both names: `offer`, `agreement`, `dataAddress`."""
    agreement: str | None = None


@dataclass(frozen=True, slots=True)
class Stepped:
    """A step that was taken, and the message to send at once; None when earlier ones of the process have not arrived yet."""

    process: Process
    letter: Letter | None


def receive(
    unit: Unit, said: Incoming, delay_seconds: Delay, admit: Callable[[Unit, Incoming], Refusal | None],
) -> Receipt:
    """Take a message, or refuse it and change nothing.

    ``delay_seconds``: after how long a step of ours is due then, None when a person takes it. ``admit``: what stands against a message
    that opens a process.
    """
    known = _known(unit, said)
    if known is not None and not _fits(known, said):
        return Receipt(_UNLIKE, known)
    repeated = known is not None and _was_taken(unit, known, said)
    by = known.side.other if known else (said.side or Side.PROVIDER).other
    answer = judged(MACHINES[said.kind], known.state if known else None, said.step, by, begins=said.pid is None, repeated=repeated)
    if not isinstance(answer, Accepted):
        return Receipt(answer, known)
    if known is None:
        refused = admit(unit, said)
        if refused is not None:
            return Receipt(refused, None)
        process = _due(unit, _opened(unit, said, answer.state), delay_seconds)
        insert(unit.tx, process)
    else:
        body = {**known.body, **said.changes}
        process = _due(unit, replace(
            known, state=answer.state, version=known.version + 1, peer_pid=said.peer_pid or known.peer_pid, body=body,
            reason=said.reason or known.reason, agreement=said.agreement or known.agreement, last_in=said.digest, updated_at=unit.now,
        ), delay_seconds)  # fmt: skip
        if not update(unit.tx, known, process):
            raise RuntimeError("a process that was held has changed")
    if said.key:
        unit.tx.run(ENTER, pid=process.pid, key=said.key, at=unit.now)
    unit.tell(process, "received", said.step, reason=said.reason, message=dict(said.message))
    return Receipt(answer, process, opened=known is None)


class ReactionError(Exception):
    """Our step to a message could not be decided; the message is taken without it."""


def receive_and_react(
    unit: Unit, said: Incoming, delay_seconds: Delay, admit: Callable[[Unit, Incoming], Refusal | None], reaction: Reaction,
) -> tuple[Receipt, Stepped | None]:
    """Take a message as `receive` does, and our own step to it where that is due at once: two steps, told as two, in one transaction.

    Raises `ReactionError`.
    """
    receipt = receive(unit, said, delay_seconds, admit)
    process = receipt.process
    if process is None or process.due is None or process.due > unit.now or not isinstance(receipt.answer, Accepted):
        return receipt, None
    try:
        stepped = react_to(unit, process, reaction, delay_seconds)
    except Exception as error:
        raise ReactionError(process.pid) from error
    return receipt, stepped if isinstance(stepped, Stepped) else None


def take(unit: Unit, pid: str, move: Move, delay_seconds: Delay, *, at_version: int | None = None) -> Stepped | Refusal:
    """Take a step of ours: the state and the message that tells of it are written together.

    ``at_version``: only if nothing has happened since. ``delay_seconds``: as in `receive`.
    """
    known = find(unit.tx, pid, hold=True)
    if known is None:
        return Refusal(Fault.UNKNOWN, Reason(Fault.UNKNOWN, {}, N_("no process of yours by that name")))
    return _taken(unit, known, move, delay_seconds, at_version)


def _taken(unit: Unit, known: Process, move: Move, delay_seconds: Delay, at_version: int | None = None) -> Stepped | Refusal:
    """A step of ours from a process that is held."""
    if at_version is not None and known.version != at_version:
        return Refusal(Fault.ILLEGAL, Reason("moved-on", {"state": known.state.value}, N_("meanwhile it stands at {state}")))
    answer = judged(known.machine, known.state, move.step, known.side)
    if not isinstance(answer, Accepted):
        assert isinstance(answer, Refusal)  # noqa: S101 - a step of ours is never a repetition
        return answer
    process = _due(unit, replace(
        known, state=answer.state, version=known.version + 1, body={**known.body, **move.changes}, last_in=None,
        reason=[dict(one) for one in move.reason] or known.reason, agreement=move.agreement or known.agreement, updated_at=unit.now,
    ), delay_seconds)  # fmt: skip
    if not update(unit.tx, known, process):
        raise RuntimeError("a process that was held has changed")
    return Stepped(process, _send(unit, process, move))


def begin(
    unit: Unit, kind: Kind, side: Side, peer: str, address: str, subject: str, move: Move, delay_seconds: Delay, pid: str | None = None,
) -> Stepped:
    """Open a process of ours with its first message. ``pid``: its name, where it has one already."""
    state = MACHINES[kind].begins[move.step, side]
    process = _due(unit, Process(
        pid or new_pid(), kind, side, peer, None, address, state, 1, subject, move.agreement, dict(move.changes), None, None, None,
        unit.now, unit.now,
    ), delay_seconds)  # fmt: skip
    insert(unit.tx, process)
    return Stepped(process, _send(unit, process, move))


def react(unit: Unit, pid: str, reaction: Reaction, delay_seconds: Delay) -> Stepped | datetime | None:
    """Take the step that is due, if it still is; None when there is nothing to do, or a person decides.

    The moment to ask again when it is not time yet, by the clock of the database.
    """
    known = find(unit.tx, pid, hold=True)
    return None if known is None else react_to(unit, known, reaction, delay_seconds)


def react_to(unit: Unit, known: Process, reaction: Reaction, delay_seconds: Delay) -> Stepped | datetime | None:
    """As `react`, of a process that is held."""
    if known.due is None:
        return None
    if known.due > unit.now:
        return known.due
    move = reaction(unit, known)
    if move is None:
        update(unit.tx, known, replace(known, due=None))
        return None
    stepped = _taken(unit, known, move, delay_seconds)
    if isinstance(stepped, Refusal):
        update(unit.tx, known, replace(known, due=None))
        unit.tell(known, "refused", move.step, reason=[reason_document(stepped.reason)])
        return None
    return stepped


def follow(unit: Unit, pid: str, theirs: State, reason: Reasons) -> Process | None:
    """Take over the end that the peer says it has reached, when our own step crossed it; the process then, None when nothing changed."""
    known = find(unit.tx, pid, hold=True)
    if known is None:
        return None
    state = reconciled(known.machine, known.state, theirs)
    if state is None:
        unit.tell(known, "noted", reason=reason)
        return None
    process = replace(known, state=state, version=known.version + 1, due=None, reason=reason, updated_at=unit.now)
    update(unit.tx, known, process)
    unit.tell(process, "noted", reason=reason)
    return process


def noted(unit: Unit, pid: str, reason: Reason) -> None:
    """Write something down in the log of a process, which stays as it is."""
    if (process := find(unit.tx, pid)) is not None:
        unit.tell(process, "noted", reason=[reason_document(reason)])


def reason_document(reason: Reason) -> dict[str, Any]:
    """A reason as it is kept, and told: with its text in English, the protocol's language."""
    text = reason.message
    for name, value in reason.args.items():
        text = text.replace("{" + name + "}", str(value))
    return {"code": reason.code, "text": text, "message": reason.message, "args": {name: str(value) for name, value in reason.args.items()}}


_UNLIKE = Refusal(Fault.UNFIT, Reason("other-names", {}, N_("the message names other processes than the address it was sent to")))


def _known(unit: Unit, said: Incoming) -> Process | None:
    """The process that is meant, if it is the sender's."""
    if said.pid is None:
        return find_by_peer(unit.tx, said.kind, said.side or Side.PROVIDER, said.peer, said.peer_pid or "")
    found = find(unit.tx, said.pid, hold=True)
    return found if found and found.kind is said.kind and found.peer == said.peer else None


def _fits(known: Process, said: Incoming) -> bool:
    """Whether the message names the peer's process that we know; before we know it, any: it may come before the answer to our own first."""
    if said.misnamed or said.side is not known.side:
        return False
    return known.peer_pid is None or known.peer_pid == said.peer_pid


def _was_taken(unit: Unit, known: Process, said: Incoming) -> bool:
    if said.pid is None or known.last_in == said.digest:
        return True
    return said.key is not None and bool(unit.tx.ask(SEEN, pid_=known.pid, key_=said.key))


def _opened(unit: Unit, said: Incoming, state: State) -> Process:
    return Process(
        new_pid(), said.kind, said.side or Side.PROVIDER, said.peer, said.peer_pid, said.address, state, 1, said.subject, said.agreement,
        dict(said.changes), None, said.digest, None, unit.now, unit.now,
    )  # fmt: skip


def _due(unit: Unit, process: Process, delay_seconds: Delay) -> Process:
    delay = None if process.ended else delay_seconds(process)
    return replace(process, due=None if delay is None else unit.now + timedelta(seconds=delay))


def _send(unit: Unit, process: Process, move: Move) -> Letter | None:
    unit.tell(process, "taken", move.step, reason=[dict(one) for one in move.reason] or None, message=dict(move.says) or None)
    return put(unit, process, move.step, move.says, move.reason)
