"""Data on its way to a peer: the part that was asked for, for as long as the transfer may go on, and how much of it went."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Callable
from typing import TYPE_CHECKING, Any

from litestar import Response
from litestar.response import Stream

from egide.dataspace.planes.pull import flows
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.app.dataspace.running import Connector
    from egide.dataspace.offering.offered import Offered

LOOKS_SECONDS = 0.5
"""How often a stream looks whether it may go on."""
SIGN_SECONDS = 3.0
RANGE = re.compile(r"^bytes=(\d{1,18})-(\d{0,18})$")
Pieces = AsyncGenerator[bytes, None]


def no(status: int, why: str) -> Response[Any]:
    """A refusal."""
    return Response({"type": "about:blank", "status": status, "detail": why}, status_code=status, media_type="application/problem+json")


def spanned(
    connector: Connector, pid: str, found: Offered, asked: str, name: str, size: int, pieces: Callable[[int, int], Pieces],
) -> Response[Any]:
    """Data of a known size, or the one part of it that a `Range` asks for. ``pieces``: from the first byte to the last."""
    span = RANGE.match(asked)
    first, last = (int(span[1]), min(int(span[2] or size - 1), size - 1)) if span else (0, size - 1)
    if span and first > last:
        return Response(b"", status_code=416, headers={"content-range": f"bytes */{size}"})
    named = re.sub(r"[^\w.-]", "_", name, flags=re.ASCII)
    headers = {
        "content-length": str(last - first + 1), "accept-ranges": "bytes", "content-disposition": f'attachment; filename="{named}"',
    }  # fmt: skip
    if span:
        headers["content-range"] = f"bytes {first}-{last}/{size}"
    media = found.media_type or "application/octet-stream"
    return Stream(while_it_may(connector, pid, pieces(first, last)), status_code=206 if span else 200, media_type=media, headers=headers)


async def while_it_may(connector: Connector, pid: str, pieces: Pieces, sign: bytes = b"") -> Pieces:
    """The pieces, until the transfer leaves STARTED: then the connection breaks, so that nobody takes a part for the whole.

    It looks also while no piece comes. How many bytes went is noted in the log of the transfer. ``sign``: sent where nothing comes for a
    while, so that the other side knows that the stream still stands.
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
                if not flows(await connector.engine.look(pid), connector.store.now()):
                    raise ConnectionAbortedError("the transfer was stopped")
            if not coming.done():
                if sign and loop.time() - moved > SIGN_SECONDS:
                    moved = loop.time()
                    yield sign
                continue
            piece, coming = coming.result(), None
            if piece is None:
                return
            sent, moved = sent + len(piece), loop.time()
            yield piece
    finally:
        connector.engine.note(pid, Reason("sent", {"bytes": sent}, N_("{bytes} bytes went to the peer")))
        if coming is not None:
            coming.cancel()
            await asyncio.gather(coming, return_exceptions=True)
        await pieces.aclose()


async def _next(pieces: Pieces) -> bytes | None:
    return await anext(pieces, None)
