"""Many small steps, few commits: what waits when the database is free is written together, and nobody is answered before it is on the disk.

Each piece of work reads, decides and writes through one `Unit`. When one of several fails, all are undone and each is done again in a
transaction of its own, so none is lost or hidden by another's fault. On PostgreSQL, where writers run side by side, each has its own
from the start.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar
from uuid import uuid4

from egide.dataspace.kept.tables import EVENTS
from egide.dataspace.processes.elsewhere import tell
from egide.store.chain import AppendOnly

if TYPE_CHECKING:
    from egide.dataspace.machines import Kind, Step
    from egide.dataspace.processes.process import Process
    from egide.store.connection import Store
    from egide.store.transaction import Transaction

T = TypeVar("T")
LOG = AppendOnly(EVENTS)
TOGETHER = 64
"""Pieces of work in one commit of SQLite, at most."""
SIDE_BY_SIDE = 4
"""Writers of one process on PostgreSQL."""


@dataclass(slots=True)
class Unit:
    """One piece of work: its transaction, its moment, the events that it tells."""

    tx: Transaction
    now: datetime
    events: list[dict[str, Any]] = field(default_factory=list)
    moved: dict[str, Kind] = field(default_factory=dict)
    """The processes of which something is told."""

    def tell(
        self, process: Process, what: str, step: Step | None = None, *, reason: list[dict[str, Any]] | None = None,
        message: dict[str, Any] | None = None,
    ) -> None:
        """Add an event of a process to the log. ``what``: `received`, `taken`, `delivered`, `failed`, `refused`, `noted`."""
        self.moved[process.pid] = process.kind
        self.events.append({
            "pid": process.pid, "version": process.version, "at": self.now, "what": what, "step": step.value if step else None,
            "state": process.state.value, "reason": reason,
            "message": _without_secrets(message) if message else None,
        })  # fmt: skip


@dataclass(slots=True)
class _Piece:
    work: Callable[[Unit], Any]
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Any]
    result: Any = None
    error: BaseException | None = None


class Writer:
    """Threads that write; `do` is awaited from a loop."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.name = uuid4().hex
        """How other processes know what this one wrote."""
        self.written = 0
        """Pieces of work that were committed."""
        self.commits = 0
        self._together = TOGETHER if store.address.is_file else 1
        self._queue: queue.SimpleQueue[_Piece | None] = queue.SimpleQueue()
        count = 1 if store.address.is_file else SIDE_BY_SIDE
        self._threads = [threading.Thread(target=self._run, name=f"egide-writer-{number}", daemon=True) for number in range(count)]
        for thread in self._threads:
            thread.start()

    async def do(self, work: Callable[[Unit], T]) -> T:
        """What the work returns, once it is on the disk. It may be called again from the start: it keeps nothing outside the transaction.

        Raises what it raises, and the store's errors.
        """
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._queue.put(_Piece(work, loop, future))
        return await future

    def close(self) -> None:
        """Finish what was given, then end."""
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            thread.join()

    def _run(self) -> None:
        ending = False
        while not ending:
            piece = self._queue.get()
            pieces: list[_Piece] = []
            while piece is not None:
                pieces.append(piece)
                if len(pieces) == self._together or self._queue.empty():
                    break
                piece = self._queue.get()
            ending = piece is None
            if pieces:
                self._write(pieces)
                _answer(pieces)

    def _write(self, pieces: list[_Piece]) -> None:
        try:
            self._commit(pieces)
        except BaseException as error:
            if len(pieces) == 1:
                pieces[0].error = error
                return
            for piece in pieces:
                self._write([piece])

    def _commit(self, pieces: list[_Piece]) -> None:
        with self.store.write() as tx:
            now = tx.now()
            events: list[dict[str, Any]] = []
            for piece in pieces:
                unit = Unit(tx, now)
                piece.result = piece.work(unit)
                events += unit.events
                if not self.store.address.is_file:
                    for pid, kind in unit.moved.items():
                        tell(tx, self.name, kind, pid)
            if events:
                LOG.append(tx, events)
        self.written += len(pieces)
        self.commits += 1


def _without_secrets(message: dict[str, Any]) -> dict[str, Any]:
    """A message without what opens a data address: the log is read by more people than the data."""
    address = message.get("dataAddress")
    if not isinstance(address, dict) or "endpointProperties" not in address:
        return message
    shown = [{**one, "value": "***"} for one in address["endpointProperties"]]
    return {**message, "dataAddress": {**address, "endpointProperties": shown}}


def _answer(pieces: list[_Piece]) -> None:
    by_loop: dict[asyncio.AbstractEventLoop, list[_Piece]] = {}
    for piece in pieces:
        by_loop.setdefault(piece.loop, []).append(piece)
    for loop, some in by_loop.items():
        if not loop.is_closed():
            loop.call_soon_threadsafe(_settle, some)


def _settle(pieces: list[_Piece]) -> None:
    for piece in pieces:
        if piece.future.done():  # who asked has gone
            continue
        if piece.error is not None:
            piece.future.set_exception(piece.error)
        else:
            piece.future.set_result(piece.result)
