"""Data planes of others: which are registered, and what they may ask."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from egide.app.dataspace.folder import open_database, settings
from egide.dataspace.deciding import agreement
from egide.dataspace.kept.tables import FLOWS, SIGNALS
from egide.dataspace.processes.process import find
from egide.dataspace.signaling.flows import find_flow
from egide.dataspace.signaling.life import ENDS
from egide.dataspace.signaling.messages import Registration
from egide.dataspace.signaling.planes import register, registered, remove
from egide.dataspace.signaling.sending import is_known
from egide.dataspace.wire.reach import Reach
from egide.vocabulary.errors import EgideError, InputError
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.store.connection import Store
    from egide.store.transaction import Transaction


class UnknownPlaneError(EgideError):
    """No data plane by that name."""

    def __init__(self, name: str) -> None:
        super().__init__(N_("no data plane is registered as {name}"), {"name": name})


@dataclass(frozen=True, slots=True)
class Shown:
    """A plane as it is listed: what it moves, how many flows of it run, how many signals wait for it."""

    id: str
    endpoint: str
    profiles: list[str]
    flows: int
    waiting: int


def register_plane(tx: Transaction, said: Registration, seal: Callable[[bytes], str]) -> None:
    """Keep what a plane says of itself. Raises `UnreachableError`, `InputError` for a way to prove ourselves that we don't know."""
    Reach(private=True).place(said.endpoint)
    if said.authorization:
        if not is_known(said.authorization):
            kind = said.authorization.type
            raise InputError(N_("authorization of the type {type} is not known here, or not whole"), values={"type": kind})
        Reach(private=True).place(str(said.authorization.token_endpoint))
    register(tx, said, seal)


def remove_plane(tx: Transaction, name: str) -> bool:
    """Forget a plane; false when there is none."""
    return remove(tx, name)


def planes(folder: Path, database: str | None) -> list[Shown]:
    """The planes of others, by name."""
    settings(folder)
    with open_database(folder, database) as store:
        return planes_in(store)


def planes_in(store: Store) -> list[Shown]:
    """The same, of an open database."""
    over = [state.value for state in ENDS]
    with store.read() as tx:
        running = select(FLOWS.c.plane, func.count().label("many")).where(FLOWS.c.state.not_in(over)).group_by(FLOWS.c.plane)
        flows = {row.plane: row.many for row in tx.execute(running)}
        owed = {row.plane: row.many for row in tx.execute(select(SIGNALS.c.plane, func.count().label("many")).group_by(SIGNALS.c.plane))}
        return [Shown(one.id, one.endpoint, one.profiles, flows.get(one.id, 0), owed.get(one.id, 0)) for one in registered(tx)]


def forget_plane(folder: Path, name: str, database: str | None) -> None:
    """Forget a plane. Raises `UnknownPlaneError`."""
    settings(folder)
    with open_database(folder, database) as store, store.write() as tx:
        if not remove(tx, name):
            raise UnknownPlaneError(name)


def agreement_of(store: Store, pid: str, plane: str | None) -> dict[str, Any] | None:
    """The agreement that a flow moves data under; None when there is no such flow, or it isn't that plane's."""
    with store.read() as tx:
        flow, process = find_flow(tx, pid), find(tx, pid)
        if flow is None or process is None or (plane is not None and flow.plane != plane):
            return None
        agreed = agreement(tx, process.subject, process.side)
        return dict(agreed.body.get("agreement", {})) if agreed else None
