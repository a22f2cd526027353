"""Data on its way to a peer: for as long as the transfer may go on, and how much of it went."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

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

    It looks also while no piece comes. How many bytes went is noted in the log of the transfer. ``sign``: sent where nothing comes for a
    while, so that the other side knows that the stream still stands. ``counted``: told how many bytes went so far.
    """
    loop = asyncio.get_running_loop()
    looked, moved, sent = loop.time(), loop.time(), 0
    coming: asyncio.Task[bytes | None] | None = None
    try:
        while True:
            coming = coming or asyncio.ensure_future(_next(pieces))
            await asyncio.wait({coming}, timeout=LOOKS_SECONDS)
            if loop.time() - looked >= LOOKS_SECONDS:
                looked = loop.time()
                if not flows(await engine.look(pid), engine.store.now()):
                    raise StoppedError("the transfer was stopped")
            if not coming.done():
                if sign and loop.time() - moved > SIGN_SECONDS:
                    moved = loop.time()
                    yield sign
                continue
            piece, coming = coming.result(), None
            if piece is None:
                return
            sent, moved = sent + len(piece), loop.time()
            counted(sent)
            yield piece
    finally:
        engine.note(pid, Reason("sent", {"bytes": sent}, N_("{bytes} bytes went to the peer")))
        if coming is not None:
            coming.cancel()
            await asyncio.gather(coming, return_exceptions=True)
        await pieces.aclose()


async def _next(pieces: Pieces) -> bytes | None:
    return await anext(pieces, None)
