"""What moves data, as those who negotiate see it: our own plane within the process, and planes of others, which are told by letters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import select

from egide.dataspace.kept.tables import PLANES, SIGNALS
from egide.dataspace.signaling.life import Flowing, Signal
from egide.dataspace.signaling.messages import Message, Prepare, Registration, Start, Status, encode, fresh
from egide.vocabulary.errors import EgideError

if TYPE_CHECKING:
    from egide.dataspace.processes.writer import Unit
    from egide.store.transaction import Transaction
    from egide.vocabulary.findings import Reason


class RefusedFlowError(EgideError):
    """A plane will not move that."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.message, dict(reason.args))
        self.reason = reason


class Plane(Protocol):
    """What a plane is told, within the transaction in which its transfer moves: nothing is waited for.

    What takes longer is answered with PREPARING or STARTING, and told later (`Signals.hear`).
    """

    @property
    def id(self) -> str:
        """Its name; empty for our own."""

    def prepare(self, unit: Unit, message: Prepare) -> Status:
        """Make ready, as the consumer's plane. Raises `RefusedFlowError`."""

    def start(self, unit: Unit, message: Start) -> Status:
        """Begin, as the provider's plane. Raises `RefusedFlowError`."""

    def tell(self, unit: Unit, pid: str, signal: Signal, message: Message | None) -> None:
        """Anything else, which a plane cannot refuse."""


@dataclass(frozen=True, slots=True)
class Registered:
    """A plane of somebody else. ``secret``: sealed."""

    id: str
    endpoint: str
    profiles: list[str]
    labels: list[str]
    secret: str | None


@dataclass(frozen=True, slots=True)
class Distant:
    """A plane that is told over HTTP: each signal waits in the database until it has arrived. ``wake``: told whose signal waits."""

    record: Registered
    wake: Callable[[str], None]

    @property
    def id(self) -> str:
        """Its name."""
        return self.record.id

    def prepare(self, unit: Unit, message: Prepare) -> Status:
        """See `Plane`."""
        self.tell(unit, message.data_flow_id, Signal.PREPARE, message)
        return Status(message_id=fresh(), state=Flowing.PREPARING, data_flow_id=message.data_flow_id)

    def start(self, unit: Unit, message: Start) -> Status:
        """See `Plane`."""
        self.tell(unit, message.data_flow_id, Signal.START, message)
        return Status(message_id=fresh(), state=Flowing.STARTING, data_flow_id=message.data_flow_id)

    def tell(self, unit: Unit, pid: str, signal: Signal, message: Message | None) -> None:
        """See `Plane`."""
        unit.tx.execute(SIGNALS.insert().values(
            pid=pid, plane=self.id, what=signal.value, body=encode(message) if message is not None else b"", attempts=0,
            not_before=unit.now, created_at=unit.now,
        ))  # fmt: skip
        self.wake(pid)


def register(tx: Transaction, said: Registration, seal: Callable[[bytes], str]) -> None:
    """Keep a plane, in the place of one of the same name."""
    remove(tx, said.dataplane_id)
    secret = seal(encode(said.authorization)) if said.authorization else None
    tx.execute(PLANES.insert().values(
        id=said.dataplane_id, endpoint=said.endpoint.rstrip("/"), profiles=list(said.profiles), labels=list(said.labels or []),
        secret=secret, registered_at=tx.now(),
    ))  # fmt: skip


def remove(tx: Transaction, name: str) -> bool:
    """Forget a plane; false when there is none."""
    return tx.execute(PLANES.delete().where(PLANES.c.id == name)).rowcount > 0


def registered(tx: Transaction) -> list[Registered]:
    """The planes of others, by name."""
    return [_registered(row) for row in tx.execute(select(PLANES).order_by(PLANES.c.id))]


def named(tx: Transaction, name: str) -> Registered | None:
    """The plane of that name."""
    row = tx.execute(select(PLANES).where(PLANES.c.id == name)).one_or_none()
    return _registered(row) if row else None


def _registered(row: Any) -> Registered:
    return Registered(row.id, row.endpoint, row.profiles, row.labels, row.secret)
