"""The common management API, version 3, as far as its clients use it, on the management port; behind the API key.

Assets, policy definitions, contract definitions, catalogues of peers, negotiations, agreements, transfers, references to data. Not here:
secrets, the evaluation plans of policies, the registration of data planes, callbacks; asking for them is a 404.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import msgspec
from litestar import Request, Response, Router, delete, get, post, put
from litestar.connection import ASGIConnection
from litestar.exceptions import HTTPException, NotAuthorizedException
from litestar.handlers import BaseRouteHandler

from egide.api.dataspace_v3_processes import many, process_handlers, said
from egide.api.threads import in_thread
from egide.app.dataspace.managing import AbsentResourceError, InUseError, documents, one, save, take_away
from egide.dataspace.managed.defined import What, milliseconds
from egide.dataspace.managed.queries import read_query
from egide.dataspace.managed.reading import UnfitError, document
from egide.vocabulary.errors import EgideError
from egide.vocabulary.language import language

if TYPE_CHECKING:
    from litestar.handlers import HTTPRouteHandler

    from egide.app.dataspace.running import Connector

PATH = "/management/v3"
KINDS: Mapping[What, tuple[str, str]] = {
    What.ASSET: ("assets", "Asset"), What.POLICY: ("policydefinitions", "PolicyDefinition"),
    What.DEFINITION: ("contractdefinitions", "ContractDefinition"),
}  # fmt: skip


def management_v3(connector: Connector, key: str) -> Router:
    """All of it. ``key``: what a client shows as `X-Api-Key`."""

    def guard(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
        if not hmac.compare_digest(connection.headers.get("x-api-key", "").encode(), key.encode()):
            raise NotAuthorizedException("Request could not be authenticated")

    handlers: list[Any] = [*process_handlers(connector)]
    for kind, (path, type_) in KINDS.items():
        handlers += _resources(connector, kind, path, type_)
    return Router(PATH, route_handlers=handlers, guards=[guard], exception_handlers={EgideError: refused, HTTPException: _http})


def _resources(connector: Connector, kind: What, path: str, type_: str) -> list[HTTPRouteHandler]:
    store = connector.store

    @post(f"/{path}", status_code=200, name=f"make-{path}")
    async def make(request: Request[Any, Any, Any]) -> Response[Any]:
        made = await _threaded(save, store, kind, document(await request.body()))
        return said({"@type": "IdResponse", "@id": made.id, "createdAt": milliseconds(made.created_at)})

    @put([f"/{path}", f"/{path}/{{name:path}}"], status_code=204, name=f"change-{path}")
    async def change(request: Request[Any, Any, Any], name: str = "") -> None:
        body = document(await request.body())
        await _threaded(save, store, kind, body, name.removeprefix("/") or str(body.get("@id", "")) or "-")

    @post(f"/{path}/request", status_code=200, name=f"list-{path}")
    async def find(request: Request[Any, Any, Any]) -> Response[Any]:
        found = await _threaded(documents, store, kind, read_query(document(await request.body())))
        return many([{"@type": type_, **each} for each in found])

    @get(f"/{path}/{{name:path}}", status_code=200, name=f"one-{path}")
    async def show(name: str) -> Response[Any]:
        return said({"@type": type_, **await _threaded(one, store, kind, name.removeprefix("/"))})

    @delete(f"/{path}/{{name:path}}", status_code=204, name=f"delete-{path}")
    async def gone(name: str) -> None:
        await _threaded(take_away, store, kind, name.removeprefix("/"))

    return [make, change, find, show, gone]


async def _threaded(work: Callable[..., Any], *args: Any) -> Any:
    return await in_thread(work)(*args)


def refused(_: Request[Any, Any, Any], error: EgideError) -> Response[Any]:
    """An error as clients of this API read it: a list of messages, in English."""
    status, type_ = (
        (404, "ObjectNotFound") if isinstance(error, AbsentResourceError)
        else (409, "ObjectConflict") if isinstance(error, InUseError) else (400, "ValidationFailure")
    )  # fmt: skip
    path = error.path if isinstance(error, UnfitError) else None
    return _errors(status, type_, language("en").text(error.message, error.values), path)


def _http(_: Request[Any, Any, Any], error: HTTPException) -> Response[Any]:
    known = {401: "AuthenticationFailed", 404: "ObjectNotFound"}
    return _errors(error.status_code, known.get(error.status_code, "InvalidRequest"), error.detail, None)


def _errors(status: int, type_: str, message: str, path: str | None) -> Response[Any]:
    body = [{"message": message, "type": type_, "path": path, "invalidValue": None}]
    return Response(msgspec.json.encode(body), status_code=status, media_type="application/json")
