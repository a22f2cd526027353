"""Data on its way to a peer: for as long as the transfer may go on, and how much of it went."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from egide.dataspace.planes.pull import flows
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from collections.abc import Callable

    from egide.app.dataspace.opening import Pieces
    from egide.dataspace.processes.engine import Engine

LOOKS_SECONDS = 0.5
"""How often a stream looks whether it may go on."""
SIGN_SECONDS = 3.0


class StoppedError(ConnectionAbortedError):
    """The transfer was stopped while its data moved."""


async def while_it_may(
    engine: Engine, pid: str, pieces: Pieces, sign: bytes = b"", counted: Callable[[int], None] = lambda sent: None,
) -> Pieces:
    """The pieces, until the transfer leaves STARTED: then `StoppedError`, so that nobody takes a part for the whole.

    Once this process has kept that the transfer has stopped, no piece more goes on, and none is waited for; what another process of ours
    has kept is looked up every half second. How many bytes went is noted in the log of the transfer. ``sign``: sent where nothing comes for
    a while, so that the other side knows that the stream still stands. ``counted``: told how many bytes went so far.
    """
    loop = asyncio.get_running_loop()
    looked, came, sent = 0.0, loop.time(), 0
    coming: asyncio.Future[Any] | None = None
    moved: asyncio.Future[Any] = engine.moves(pid)
    try:
        while True:
            coming = coming or asyncio.ensure_future(_next(pieces))
            await asyncio.wait({coming, moved}, timeout=LOOKS_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            if moved.done() or loop.time() - looked >= LOOKS_SECONDS:
                looked, moved = loop.time(), engine.moves(pid) if moved.done() else moved
                if not flows(await engine.look(pid), engine.store.now()):
                    raise StoppedError("the transfer was stopped")
            if not coming.done():
                if sign and loop.time() - came > SIGN_SECONDS:
                    came = loop.time()
                    yield sign
                continue
            piece, coming = coming.result(), None
            if piece is None:
                return
            sent, came = sent + len(piece), loop.time()
            counted(sent)
            yield piece
    finally:
        engine.looks_away(pid, moved)
        engine.note(pid, Reason("sent", {"bytes": sent}, N_("{bytes} bytes went to the peer")))
        if coming is not None:
            coming.cancel()
            await asyncio.gather(coming, return_exceptions=True)
        await pieces.aclose()


async def _next(pieces: Pieces) -> bytes | None:
    return await anext(pieces, None)
