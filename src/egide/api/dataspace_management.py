"""What a connector's own commands ask it to do, over HTTP on this machine, with a token that only the owner of its folder reads."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import msgspec
from litestar import Request, Response, Router, get, post
from litestar.connection import ASGIConnection
from litestar.exceptions import NotAuthorizedException
from litestar.handlers import BaseRouteHandler

from egide.app.dataspace.asking import Asked, AskTransfer, negotiate, propose, step, transfer
from egide.dataspace.machines import Refusal
from egide.dataspace.processes.process import Process
from egide.dataspace.processes.watching import stuck
from egide.vocabulary.errors import EgideError

if TYPE_CHECKING:
    from egide.app.dataspace.running import Connector

PATH = "/management"
LONGEST_WAIT_SECONDS = 25.0


def management(connector: Connector, token: str) -> Router:
    """Negotiate, transfer, step, wait, see what is stuck."""

    def guard(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
        given = connection.headers.get("authorization", "").removeprefix("Bearer ")
        if not hmac.compare_digest(given.encode(), token.encode()):
            raise NotAuthorizedException("the control token of this connector is wanted")

    @post("/negotiations", status_code=201)
    async def begin_negotiation(request: Request[Any, Any, Any]) -> Response[Any]:
        return said(await negotiate(connector, msgspec.json.decode(await request.body(), type=Asked)), 201)

    @post("/offers", status_code=201)
    async def make_offer(request: Request[Any, Any, Any]) -> Response[Any]:
        return said(await propose(connector, msgspec.json.decode(await request.body(), type=Asked)), 201)

    @post("/transfers", status_code=201)
    async def begin_transfer(request: Request[Any, Any, Any]) -> Response[Any]:
        return said(await transfer(connector, msgspec.json.decode(await request.body(), type=AskTransfer)), 201)

    @get("/processes/{pid:str}", status_code=200)
    async def process(pid: str, after: int = 0, seconds: float = 0.0) -> Response[Any]:
        found = await connector.engine.wait(pid, after, min(seconds, LONGEST_WAIT_SECONDS))
        return said(found) if found else Response({"detail": "unknown"}, status_code=404)

    @post("/processes/{pid:str}/{name:str}", status_code=200)
    async def take(request: Request[Any, Any, Any], pid: str, name: str) -> Response[Any]:
        given = await request.body()
        reason = msgspec.json.decode(given, type=dict[str, str]).get("reason") if given else None
        taken = await step(connector, pid, name, reason)
        if isinstance(taken, Refusal):
            return Response({"code": taken.reason.code, "message": taken.reason.message, "args": dict(taken.reason.args)}, status_code=409)
        return said(taken)

    @get("/stuck", status_code=200)
    async def what_is_stuck() -> Response[Any]:
        with connector.store.read() as tx:
            found = stuck(tx, connector.store.now())
        return Response([{**document(one.process), "since": one.since.isoformat(), "why": asdict(one.because)} for one in found])

    return Router(
        PATH, route_handlers=[begin_negotiation, make_offer, begin_transfer, process, take, what_is_stuck], guards=[guard],
        exception_handlers={EgideError: _refused, msgspec.MsgspecError: _unreadable},
    )  # fmt: skip


def document(process: Process) -> Mapping[str, Any]:
    """A process as JSON. What the data address holds is a secret between both sides and this machine's owner."""
    made: dict[str, Any] = msgspec.to_builtins(process)
    return made


def said(process: Process, status: int = 200) -> Response[Any]:
    """A process as an answer."""
    return Response(document(process), status_code=status, media_type="application/json")


def _refused(_: Request[Any, Any, Any], error: EgideError) -> Response[Any]:
    values = {name: str(value) for name, value in error.values.items()}
    return Response({"message": error.message, "values": values, "hint": error.hint}, status_code=422)


def _unreadable(_: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    return Response({"message": str(error), "values": {}, "hint": ""}, status_code=400)
