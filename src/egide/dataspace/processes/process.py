"""One side of a negotiation or a transfer, as it stands in the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from sqlalchemy import bindparam, select

from egide.dataspace.kept.tables import PROCESSES
from egide.dataspace.machines import MACHINES, Kind, Machine, Side, State
from egide.store.ready import Ready

if TYPE_CHECKING:
    from egide.store.transaction import Transaction

_ONE = select(PROCESSES).where(PROCESSES.c.pid == bindparam("wanted"))
FIND, HOLD = Ready(_ONE), Ready(_ONE.with_for_update())
FIND_BY_PEER = Ready(select(PROCESSES).where(
    PROCESSES.c.peer == bindparam("peer_"), PROCESSES.c.peer_pid == bindparam("peer_pid_"),
    PROCESSES.c.kind == bindparam("kind_"), PROCESSES.c.side == bindparam("side_"),
).with_for_update())  # fmt: skip
INSERT = Ready(PROCESSES.insert())
CHANGING = ("peer_pid", "state", "version", "agreement", "body", "reason", "last_in", "due", "updated_at")
UPDATE = Ready(PROCESSES.update().where(PROCESSES.c.pid == bindparam("wanted"), PROCESSES.c.version == bindparam("before")), CHANGING)
KINDS = {one.value: one for one in Kind}
SIDES = {one.value: one for one in Side}
STATES = {one.value: one for one in State}


@dataclass(frozen=True, slots=True)
class Process:
    """``pid`` is our own name for it, ``peer_pid`` the other side's, None until it told. ``version`` counts the steps from 1.

    ``address``: where messages to the peer go. ``subject``: the dataset of a negotiation, the agreement of a transfer.
    ``body``: what was said last: `offer`, `agreement`, `format`, `data-address`, …
    """

    pid: str
    kind: Kind
    side: Side
    peer: str
    peer_pid: str | None
    address: str
    state: State
    version: int
    subject: str
    agreement: str | None
    body: Mapping[str, Any]
    reason: list[dict[str, Any]] | None
    """Why it ended or stopped: each with `code` and `text`."""
    last_in: str | None
    due: datetime | None
    created_at: datetime
    updated_at: datetime

    @property
    def machine(self) -> Machine:
        """The life it leads."""
        return MACHINES[self.kind]

    @property
    def ended(self) -> bool:
        """Whether nothing can happen any more."""
        return self.state in self.machine.ends

    @property
    def provider_pid(self) -> str:
        """The provider's name for it; empty while it is not known."""
        return (self.pid if self.side is Side.PROVIDER else self.peer_pid) or ""

    @property
    def consumer_pid(self) -> str:
        """The consumer's name for it; empty while it is not known."""
        return (self.pid if self.side is Side.CONSUMER else self.peer_pid) or ""


def new_pid() -> str:
    """A name that nobody else gives."""
    return uuid4().urn


def find(tx: Transaction, pid: str, *, hold: bool = False) -> Process | None:
    """The process of that name. ``hold``: nobody else steps before this transaction ends."""
    rows = tx.ask(HOLD if hold else FIND, wanted=pid)
    return read_process(rows[0]) if rows else None


def find_by_peer(tx: Transaction, kind: Kind, side: Side, peer: str, peer_pid: str) -> Process | None:
    """The process that a peer opened under its own name."""
    rows = tx.ask(FIND_BY_PEER, peer_=peer, peer_pid_=peer_pid, kind_=kind.value, side_=side.value)
    return read_process(rows[0]) if rows else None


def insert(tx: Transaction, process: Process) -> None:
    """Keep a new process."""
    tx.run(
        INSERT, pid=process.pid, kind=process.kind.value, side=process.side.value, peer=process.peer, address=process.address,
        subject=process.subject, created_at=process.created_at, **_changing(process),
    )  # fmt: skip


def update(tx: Transaction, before: Process, after: Process) -> bool:
    """Keep a changed process; false when somebody else changed it meanwhile."""
    return tx.run(UPDATE, wanted=before.pid, before=before.version, **_changing(after)) == 1


def _changing(process: Process) -> dict[str, Any]:
    return {
        "peer_pid": process.peer_pid, "state": process.state.value, "version": process.version, "agreement": process.agreement,
        "body": dict(process.body), "reason": process.reason, "last_in": process.last_in, "due": process.due,
        "updated_at": process.updated_at,
    }  # fmt: skip


def read_process(row: Sequence[Any]) -> Process:
    """The process of a row of all columns, in the order of the table."""
    pid, kind, side, peer, peer_pid, address, state, *rest = row
    return Process(pid, KINDS[kind], SIDES[side], peer, peer_pid, address, STATES[state], *rest)
