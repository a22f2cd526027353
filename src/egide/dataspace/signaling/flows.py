"""Flows of data as they are kept: one for a transfer, beside its process and moved in the same transactions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from egide.dataspace.kept.tables import FLOWS
from egide.dataspace.machines import Side
from egide.dataspace.signaling.life import ENDS, Flowing

if TYPE_CHECKING:
    from egide.dataspace.processes.writer import Unit
    from egide.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Flow:
    """``pid``: of its transfer. ``plane``: who moves it, empty for our own plane. ``body``: what is to be said once it has begun.

    ``sent``: bytes that our own plane has sent since it began.
    """

    pid: str
    plane: str
    side: Side
    state: Flowing
    body: Mapping[str, Any] = field(default_factory=dict)
    sent: int = 0

    @property
    def over(self) -> bool:
        """Whether nothing can follow."""
        return self.state in ENDS


def find_flow(tx: Transaction, pid: str) -> Flow | None:
    """The flow of a transfer."""
    row = tx.execute(select(FLOWS).where(FLOWS.c.pid == pid)).one_or_none()
    return None if row is None else Flow(row.pid, row.plane, Side(row.side), Flowing(row.state), row.body, row.sent)


def open_flow(unit: Unit, flow: Flow) -> None:
    """Keep a new flow, in the place of one that was asked for before and came to nothing."""
    unit.tx.execute(FLOWS.delete().where(FLOWS.c.pid == flow.pid))
    unit.tx.execute(FLOWS.insert().values(
        pid=flow.pid, plane=flow.plane, side=flow.side.value, state=flow.state.value, body=dict(flow.body), sent=flow.sent,
        updated_at=unit.now,
    ))  # fmt: skip


def move_flow(unit: Unit, flow: Flow, state: Flowing, **said: Any) -> Flow:
    """The flow in another state, and what else is to be remembered of it."""
    moved = replace(flow, state=state, body={**flow.body, **said})
    unit.tx.execute(FLOWS.update().where(FLOWS.c.pid == flow.pid).values(state=state.value, body=dict(moved.body), updated_at=unit.now))
    return moved


def count_sent(unit: Unit, pid: str, sent: int) -> None:
    """Add bytes that went to the peer."""
    unit.tx.execute(FLOWS.update().where(FLOWS.c.pid == pid).values(sent=FLOWS.c.sent + sent))
