"""The two triggers of a scripted connector: have it begin as a consumer, as a conformance suite asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from litestar import Request, Response, post

from egide.app.dataspace.script import TriggerNegotiation, TriggerTransfer, trigger_negotiation, trigger_transfer

if TYPE_CHECKING:
    from litestar.handlers import HTTPRouteHandler

    from egide.app.dataspace.running import Connector


def triggers(connector: Connector) -> list[HTTPRouteHandler]:
    """`POST /trigger/negotiation` and `/trigger/transfer`."""

    @post("/trigger/negotiation", status_code=200)
    async def negotiation(request: Request[Any, Any, Any]) -> Response[Any]:
        asked = msgspec.json.decode(await request.body(), type=TriggerNegotiation)
        return Response({"consumerPid": (await trigger_negotiation(connector, asked)).pid})

    @post("/trigger/transfer", status_code=200)
    async def transfer(request: Request[Any, Any, Any]) -> Response[Any]:
        asked = msgspec.json.decode(await request.body(), type=TriggerTransfer)
        return Response({"consumerPid": (await trigger_transfer(connector, asked)).pid})

    return [negotiation, transfer]
