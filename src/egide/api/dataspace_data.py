"""The data that is pulled: a token opens it, a renewed token keeps it open, and the state of the transfer closes it within a second."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from litestar import Request, Response, get, post

from egide.api.dataspace_flow import no, pulled
from egide.app.dataspace.opening import UnopenedError, dataset_of, opened
from egide.app.dataspace.running import DATA_PATH
from egide.dataspace.planes.pull import ACCESS, REFRESH, TOKEN_SECONDS, flows

if TYPE_CHECKING:
    from litestar.handlers import HTTPRouteHandler

    from egide.app.dataspace.running import Connector


def data_handlers(connector: Connector) -> list[HTTPRouteHandler]:
    """The data, and the renewal of its tokens (a refresh grant, RFC 6749, 6)."""

    @get(f"{DATA_PATH}/{{pid:str}}", status_code=200)
    async def data(request: Request[Any, Any, Any], pid: str) -> Response[Any]:
        if _proven(connector, request.headers.get("authorization"), ACCESS) != pid:
            return no(401, "no token for this transfer, or one that has run out")
        if not flows(await connector.engine.look(pid), connector.store.now()):
            return no(403, "the transfer does not stand at STARTED")
        found = await asyncio.to_thread(dataset_of, connector.store, pid)
        if found is None:
            return no(404, "the dataset is gone")
        try:
            return pulled(connector.engine, pid, await opened(found), request.headers.get("range", ""))
        except UnopenedError as error:
            return no(404 if error.gone else 502, str(error))

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
