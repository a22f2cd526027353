"""The data that is pulled: a token opens it, a renewed token keeps it open, and the state of the transfer closes it within a second."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from litestar import Request, Response, get, post
from litestar.response import Stream

from egide.app.dataspace_running import DATA_PATH
from egide.dataspace.deciding import agreement
from egide.dataspace.machines import Side
from egide.dataspace.offering import offered
from egide.dataspace.planes.pull import ACCESS, REFRESH, TOKEN_SECONDS, flows
from egide.dataspace.processes.process import find
from egide.dataspace.wire.client import FAULTS, Client
from egide.dataspace.wire.reach import Reach

if TYPE_CHECKING:
    from litestar.handlers import HTTPRouteHandler

    from egide.app.dataspace_running import Connector

PIECE = 256 * 1024
LOOKS_SECONDS = 0.5
"""How often a stream looks whether it may go on."""
RANGE = re.compile(r"^bytes=(\d{1,18})-(\d{0,18})$")


def data_handlers(connector: Connector) -> list[HTTPRouteHandler]:
    """The data, and the renewal of its tokens (a refresh grant, RFC 6749, 6)."""

    @get(f"{DATA_PATH}/{{pid:str}}", status_code=200)
    async def data(request: Request[Any, Any, Any], pid: str) -> Response[Any]:
        if _proven(connector, request.headers.get("authorization"), ACCESS) != pid:
            return _no(401, "no token for this transfer, or one that has run out")
        if not flows(await connector.engine.look(pid), connector.store.now()):
            return _no(403, "the transfer does not stand at STARTED")
        found = await asyncio.to_thread(_dataset, connector, pid)
        if found is None:
            return _no(404, "the dataset is gone")
        if "://" in found.source:
            return await _relayed(connector, pid, found)
        return _file(connector, pid, found, request.headers.get("range", ""))

    @post(f"{DATA_PATH}/token", status_code=200)
    async def renew(request: Request[Any, Any, Any]) -> Response[Any]:
        form = parse_qs((await request.body()).decode("latin-1"))
        pid = connector.pull.tokens.read(REFRESH, form.get("refresh_token", [""])[0], connector.store.now())
        if form.get("grant_type") != ["refresh_token"] or pid is None or not flows(await connector.engine.look(pid), connector.store.now()):
            return Response({"error": "invalid_grant"}, status_code=400, media_type="application/json")
        granted = connector.pull.grant(pid, connector.store.now())
        return Response({
            "access_token": granted["authorization"], "token_type": "Bearer", "expires_in": TOKEN_SECONDS,
            "refresh_token": granted["refreshToken"],
        }, media_type="application/json", headers={"cache-control": "no-store"})  # fmt: skip

    return [data, renew]


def _proven(connector: Connector, header: str | None, use: str) -> str | None:
    scheme, apart, token = (header or "").partition(" ")
    bare = scheme if not apart else token.strip()  # clients of the common management API send the token alone
    return connector.pull.tokens.read(use, bare, connector.store.now()) if not apart or scheme.lower() == "bearer" else None


def _no(status: int, why: str) -> Response[Any]:
    return Response({"type": "about:blank", "status": status, "detail": why}, status_code=status, media_type="application/problem+json")


def _dataset(connector: Connector, pid: str) -> offered.Offered | None:
    with connector.store.read() as tx:
        process = find(tx, pid)
        agreed = agreement(tx, process.subject, Side.PROVIDER, process.peer) if process else None
        return offered.one(tx, agreed.subject) if agreed else None


def _file(connector: Connector, pid: str, found: offered.Offered, asked: str) -> Response[Any]:
    path = Path(found.source)
    try:
        handle = path.open("rb")
    except OSError:
        return _no(404, "the dataset is gone")
    size = os.fstat(handle.fileno()).st_size
    span = RANGE.match(asked)
    first, last = (int(span[1]), min(int(span[2] or size - 1), size - 1)) if span else (0, size - 1)
    if span and first > last:
        handle.close()
        return Response(b"", status_code=416, headers={"content-range": f"bytes */{size}"})

    async def pieces() -> AsyncIterator[bytes]:
        with handle:
            handle.seek(first)
            left = last - first + 1
            while left > 0 and (piece := await asyncio.to_thread(handle.read, min(PIECE, left))):
                left -= len(piece)
                yield piece

    named = re.sub(r"[^\w.-]", "_", path.name, flags=re.ASCII)
    headers = {
        "content-length": str(last - first + 1), "accept-ranges": "bytes", "content-disposition": f'attachment; filename="{named}"',
    }  # fmt: skip
    if span:
        headers["content-range"] = f"bytes {first}-{last}/{size}"
    media = found.media_type or "application/octet-stream"
    return Stream(_while_it_may(connector, pid, pieces()), status_code=206 if span else 200, media_type=media, headers=headers)


async def _relayed(connector: Connector, pid: str, found: offered.Offered) -> Response[Any]:
    """Data that lies behind an address of ours."""
    client = Client(Reach(private=True))
    stream = client.stream(found.source, {})
    try:
        status, headers, pieces = await stream.__aenter__()
    except (*FAULTS, TimeoutError):
        return _no(502, "the source does not answer")
    if status != 200:
        await stream.__aexit__(None, None, None)
        return _no(502, f"the source answers {status}")

    async def through() -> AsyncIterator[bytes]:
        try:
            async for piece in pieces:
                yield piece
        finally:
            await stream.__aexit__(None, None, None)

    media = found.media_type or headers.get("content-type", "application/octet-stream")
    given = {"content-length": headers["content-length"]} if "content-length" in headers else {}
    return Stream(_while_it_may(connector, pid, through()), media_type=media, headers=given)


async def _while_it_may(connector: Connector, pid: str, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The pieces, until the transfer leaves STARTED: then the connection breaks, so that nobody takes a part for the whole."""
    loop = asyncio.get_running_loop()
    looked = loop.time()
    async for piece in pieces:
        if loop.time() - looked > LOOKS_SECONDS:
            looked = loop.time()
            if not flows(await connector.engine.look(pid), connector.store.now()):
                raise ConnectionAbortedError("the transfer was stopped")
        yield piece
