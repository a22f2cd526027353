"""Where providers push data to: a token opens it, the state of the transfer closes it, and a push that broke off goes on."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from litestar import Request, Response, head, post
from litestar.exceptions import HTTPException

from egide.api.dataspace_flow import no
from egide.app.dataspace.arrivals import FOLDER, Arrival, about
from egide.app.dataspace.flowing import LOOKS_SECONDS
from egide.app.dataspace.running import DATA_PATH
from egide.dataspace.machines import Step
from egide.dataspace.planes.own import ARRIVALS, ARRIVE, arrives
from egide.dataspace.processes.steps import Move, reason_document
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from litestar.handlers import HTTPRouteHandler

    from egide.app.dataspace.running import Connector

SILENT_SECONDS = 30.0
"""Between two pieces; a stream gives a sign of life more often."""
PATH = f"{DATA_PATH}/{ARRIVALS}/{{pid:str}}"
Asking = Request[Any, Any, Any]


@dataclass(slots=True, weakref_slot=True)
class Turn:
    """Who writes what comes of a transfer: the last that began, and nobody while another begins."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    mark: object = None


def arrival_handlers(connector: Connector) -> list[HTTPRouteHandler]:
    """How much is there, and the rest of it."""
    folder, turns = connector.folder / FOLDER, WeakValueDictionary[str, Turn]()

    def stranger(request: Asking, pid: str) -> Response[Any] | None:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        named = connector.pull.tokens.read(ARRIVE, token.strip(), connector.store.now()) if scheme.lower() == "bearer" else None
        return None if named == pid else no(401, "no token for this transfer")

    @head(PATH, status_code=200)
    async def there(request: Asking, pid: str) -> Response[None]:
        if (refused := stranger(request, pid)) is not None:
            return Response(None, status_code=refused.status_code)
        if not arrives(await connector.engine.look(pid)):
            return Response(None, status_code=403)
        arrival = Arrival(folder, pid)
        known = await asyncio.to_thread(arrival.about)
        if known is None or known.version is None:
            return Response(None, headers={"upload-offset": "0"})
        return Response(None, headers={"upload-offset": str(arrival.size), "etag": f'"{known.version}"'})

    @post(PATH, status_code=200, request_max_body_size=None)
    async def push(request: Asking, pid: str) -> Response[Any]:
        if (refused := stranger(request, pid)) is not None:
            return refused
        if not arrives(await connector.engine.look(pid)):
            return no(403, "the transfer does not stand where data may come")
        said = about({name.lower(): value for name, value in request.headers.items()})
        if said is None:
            return no(400, "its Content-Range cannot be read")
        arrival, turn = Arrival(folder, pid), turns.setdefault(pid, Turn())
        try:
            async with turn.lock:
                turn.mark = mark = object()
                if not await asyncio.to_thread(arrival.begins, said):
                    return no(409, "it goes on behind a gap, or is another version")
            return await _Taking(connector, arrival, turn, mark, said.total).taken(request)
        except OSError as error:
            why = Reason("not-kept", {"error": error.strerror or str(error)}, N_("what came could not be kept: {error}"))
            await connector.engine.take(pid, Move(Step.TERMINATE, reason=[reason_document(why)]))
            return no(507, "what came could not be kept")

    return [there, push]


@dataclass(frozen=True, slots=True)
class _Taking:
    """One connection that brings data."""

    connector: Connector
    arrival: Arrival
    turn: Turn
    mark: object
    total: int | None

    async def taken(self, request: Asking) -> Response[Any]:
        """Write what comes, as long as it may; the next piece is read once the last is written."""
        looked, size = time.monotonic(), self.arrival.size
        try:
            async for piece in _in_time(request):
                size += len(piece)
                if self.total is not None and size > self.total:
                    return no(400, "more bytes than were said")
                if time.monotonic() - looked >= LOOKS_SECONDS:
                    looked = time.monotonic()
                    if not arrives(await self.connector.engine.look(self.arrival.pid)):
                        return no(403, "the transfer was stopped")
                async with self.turn.lock:
                    if self.turn.mark is not self.mark:
                        return no(409, "another connection brings the data")
                    await asyncio.to_thread(self.arrival.add, piece)
        except (HTTPException, TimeoutError):
            return no(400, "the data broke off")
        if self.total is not None and size < self.total:
            return no(400, "fewer bytes than were said")
        await asyncio.to_thread(self.arrival.settle)
        return Response(None, status_code=200, headers={"upload-offset": str(size)})


async def _in_time(request: Asking) -> AsyncIterator[bytes]:
    """The pieces of a body, however long it lasts, as long as something comes. Raises `TimeoutError`, `HTTPException` when it breaks."""
    pieces = request.stream()
    while True:
        async with asyncio.timeout(SILENT_SECONDS):
            piece = await anext(pieces, None)
        if piece is None:
            return
        yield piece
