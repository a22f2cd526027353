"""The data that is pulled: a token opens it, a renewed token keeps it open, and the state of the transfer closes it within a second."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from litestar import Request, Response, get, post

from egide.api.dataspace_flow import Pieces, no, spanned
from egide.api.dataspace_sources import opened_elsewhere
from egide.app.dataspace.running import DATA_PATH
from egide.dataspace.deciding import agreement
from egide.dataspace.machines import Side
from egide.dataspace.offering import offered
from egide.dataspace.planes.pull import ACCESS, REFRESH, TOKEN_SECONDS, flows
from egide.dataspace.processes.process import find

if TYPE_CHECKING:
    from litestar.handlers import HTTPRouteHandler

    from egide.app.dataspace.running import Connector

PIECE = 1024 * 1024
"""Bytes that are read at one time: a quarter of it takes three times as long over loopback."""


def data_handlers(connector: Connector) -> list[HTTPRouteHandler]:
    """The data, and the renewal of its tokens (a refresh grant, RFC 6749, 6)."""

    @get(f"{DATA_PATH}/{{pid:str}}", status_code=200)
    async def data(request: Request[Any, Any, Any], pid: str) -> Response[Any]:
        if _proven(connector, request.headers.get("authorization"), ACCESS) != pid:
            return no(401, "no token for this transfer, or one that has run out")
        if not flows(await connector.engine.look(pid), connector.store.now()):
            return no(403, "the transfer does not stand at STARTED")
        found = await asyncio.to_thread(_dataset, connector, pid)
        if found is None:
            return no(404, "the dataset is gone")
        if "://" in found.source:
            return await opened_elsewhere(connector, pid, found, request.headers.get("range", ""))
        return _file(connector, pid, found, request.headers.get("range", ""))

    @post(f"{DATA_PATH}/token", status_code=200)
    async def renew(request: Request[Any, Any, Any]) -> Response[Any]:
        form = parse_qs((await request.body()).decode("latin-1"))
        now = connector.store.now()
        pid = connector.pull.tokens.read(REFRESH, form.get("refresh_token", [""])[0], now)
        if form.get("grant_type") != ["refresh_token"] or pid is None or not flows(await connector.engine.look(pid), now):
            return Response({"error": "invalid_grant"}, status_code=400, media_type="application/json")
        granted = connector.pull.grant(pid, now)
        return Response({
            "access_token": granted["authorization"], "token_type": "Bearer", "expires_in": TOKEN_SECONDS,
            "refresh_token": granted["refreshToken"],
        }, media_type="application/json", headers={"cache-control": "no-store"})  # fmt: skip

    return [data, renew]


def _proven(connector: Connector, header: str | None, use: str) -> str | None:
    scheme, apart, token = (header or "").partition(" ")
    bare = scheme if not apart else token.strip()  # clients of the common management API send the token alone
    return connector.pull.tokens.read(use, bare, connector.store.now()) if not apart or scheme.lower() == "bearer" else None


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
        return no(404, "the dataset is gone")
    size = os.fstat(handle.fileno()).st_size

    async def pieces(first: int, last: int) -> Pieces:
        with handle:
            handle.seek(first)
            left = last - first + 1
            while left > 0 and (piece := await asyncio.to_thread(handle.read, min(PIECE, left))):
                left -= len(piece)
                yield piece

    answer = spanned(connector, pid, found, asked, path.name, size, pieces)
    if answer.status_code == 416:
        handle.close()
    return answer
