"""Which process of ours is at a flow of our own plane: one at a time, and another once the first has fallen silent."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import or_, select

from egide.dataspace.kept.tables import FLOWS

if TYPE_CHECKING:
    from egide.dataspace.processes.writer import Unit
    from egide.dataspace.signaling.life import Flowing
    from egide.store.transaction import Transaction

LEASE_SECONDS = 30.0


def held(unit: Unit, pid: str, *, renewed: bool = False, alone: bool = False) -> bool:
    """Take a flow up for a while, or hold on to it; false when another process is at it."""
    free = or_(FLOWS.c.lease_until.is_(None), FLOWS.c.lease_until < unit.now)
    wanted = (FLOWS.c.pid == pid,) if renewed or alone else (FLOWS.c.pid == pid, free)
    until = unit.now + timedelta(seconds=LEASE_SECONDS)
    return unit.tx.execute(FLOWS.update().where(*wanted).values(lease_until=until)).rowcount == 1


def let_go(unit: Unit, pid: str) -> None:
    """Nobody is at it any more."""
    unit.tx.execute(FLOWS.update().where(FLOWS.c.pid == pid).values(lease_until=None))


def running(tx: Transaction, state: Flowing, now: datetime, *, alone: bool) -> list[str]:
    """The transfers whose flow our own plane has in that state, and nobody is at. ``alone``: nobody else could be."""
    free = or_(FLOWS.c.lease_until.is_(None), FLOWS.c.lease_until < now)
    wanted = (FLOWS.c.plane == "", FLOWS.c.side == "provider", FLOWS.c.state == state.value)
    return [row.pid for row in tx.execute(select(FLOWS.c.pid).where(*wanted, *(() if alone else (free,))))]
