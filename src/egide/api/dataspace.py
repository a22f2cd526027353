"""What a connector serves beside the protocol's messages: its catalogue, the data that is pulled and pushed, our own commands."""

from __future__ import annotations

import gzip
import logging
import zlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

import msgspec
from litestar import Litestar, Request, Response, Router, get, post
from litestar.exceptions import HTTPException

from egide.api.dataspace_arrivals import arrival_handlers
from egide.api.dataspace_data import data_handlers
from egide.api.dataspace_management import management
from egide.api.dataspace_messages import PACKED_FROM, STATUS, unrecognised
from egide.api.dataspace_signaling import signaling
from egide.api.guard import SlowError
from egide.app.dataspace.folder import PROTOCOL_PATH
from egide.dataspace.messages import MAX_BODY_BYTES
from egide.dataspace.protocol.service import PAGE, Reply
from egide.dataspace.wire.client import unpacked
from egide.store.errors import StoreError
from egide.vocabulary.findings import Reason

if TYPE_CHECKING:
    from litestar.handlers import HTTPRouteHandler
    from litestar.types import ASGIApp

    from egide.app.dataspace.running import Connector

MOST_IN_A_PAGE = 500
JSON = "application/json"
RETRY = {"retry-after": "1"}


def behind(connector: Connector, control: str, *, scripted: bool = False) -> ASGIApp:
    """What stands behind the protocol's messages. ``control``: the token that our own commands show; ``scripted``: with the triggers."""
    root = urlsplit(connector.settings.address).path.rstrip("/")
    handlers: list[Any] = [*_catalogue(connector), *data_handlers(connector), *arrival_handlers(connector)]
    handlers += [*_triggers(connector, scripted=scripted), signaling(connector), management(connector, control)]
    return Litestar(
        [Router(root or "/", route_handlers=handlers), *_published(connector, root)], openapi_config=None,
        request_max_body_size=MAX_BODY_BYTES, logging_config=None,
        exception_handlers={HTTPException: _http, SlowError: _slow, StoreError: _unkept, Exception: _fault},
    )  # fmt: skip


def _triggers(connector: Connector, *, scripted: bool) -> list[HTTPRouteHandler]:
    if not scripted:
        return []
    from egide.api.dataspace_trigger import triggers

    return triggers(connector)


def _published(connector: Connector, root: str) -> list[Any]:
    if connector.claims is None:
        return []
    from egide.api.dataspace_claims import claims_handlers

    return claims_handlers(connector.claims, root, connector.settings.participant)


def _catalogue(connector: Connector) -> list[HTTPRouteHandler]:
    base = f"{PROTOCOL_PATH}/catalog"

    @post(f"{base}/request", status_code=200)
    async def catalogue(request: Request[Any, Any, Any]) -> Response[bytes]:
        party = await connector.recognise(request.headers.get("authorization"), True)
        if isinstance(party, Reason):
            return _stranger(request, party)
        asked = request.query_params.get("limit", "")
        most = min(int(asked), MOST_IN_A_PAGE) if asked.isdigit() and int(asked) else PAGE
        reply = await connector.service.catalogue(await body(request), request.query_params.get("after", ""), most, party.participant,
                                                      party.proven)  # fmt: skip
        return _replied(request, reply, _link(f"{connector.settings.base}/catalog/request?limit={most}&after=", reply.next))

    @get(f"{base}/datasets/{{name:path}}", status_code=200)
    async def dataset(request: Request[Any, Any, Any], name: str) -> Response[bytes]:
        party = await connector.recognise(request.headers.get("authorization"), True)
        if isinstance(party, Reason):
            return _stranger(request, party)
        return _replied(request, await connector.service.dataset(name.removeprefix("/"), party.participant, party.proven))

    return [catalogue, dataset]


def _link(address: str, name: str | None) -> dict[str, str]:
    """Where the next page is (RFC 8288)."""
    return {} if name is None else {"link": f'<{address}{quote(name, safe="")}>; rel="next"'}


async def body(request: Request[Any, Any, Any]) -> bytes:
    """The body, unpacked within the bound. Raises `HTTPException`."""
    content = await request.body()
    coding = request.headers.get("content-encoding", "identity").lower()
    if coding == "identity":
        return content
    if coding != "gzip":
        raise HTTPException(status_code=415, detail="only gzip is unpacked")
    try:
        return unpacked(content, MAX_BODY_BYTES)
    except (ValueError, zlib.error) as error:
        raise HTTPException(status_code=400, detail=str(error)) from error


def answer(
    request: Request[Any, Any, Any], said: Mapping[str, Any], status: int, headers: Mapping[str, str] | None = None,
) -> Response[bytes]:
    """A JSON answer, packed when the other side takes it so and it is long enough."""
    content = msgspec.json.encode(said)
    given = {**(headers or {}), "vary": "accept-encoding"}
    if len(content) >= PACKED_FROM and "gzip" in request.headers.get("accept-encoding", "").lower():
        content = gzip.compress(content, 5, mtime=0)
        given["content-encoding"] = "gzip"
    return Response(content, status_code=status, media_type=JSON, headers=given)


def _replied(request: Request[Any, Any, Any], reply: Reply, headers: Mapping[str, str] | None = None) -> Response[bytes]:
    status = STATUS[reply.fault] if reply.fault else 201 if reply.opened else 200
    return answer(request, reply.body, status, headers)


def _stranger(request: Request[Any, Any, Any], why: Reason) -> Response[bytes]:
    """Nobody that we know, or whose credentials don't suffice."""
    return answer(request, unrecognised("CatalogError", why), 401, {"www-authenticate": "Bearer"})


def _http(request: Request[Any, Any, Any], error: HTTPException) -> Response[bytes]:
    return answer(request, {"type": "about:blank", "status": error.status_code, "detail": error.detail}, error.status_code)


def _slow(request: Request[Any, Any, Any], error: SlowError) -> Response[bytes]:
    return answer(request, {"type": "about:blank", "status": 408, "detail": f"the body did not arrive in {error.seconds} s"}, 408)


def _unkept(request: Request[Any, Any, Any], error: StoreError) -> Response[bytes]:
    """Nothing was kept, so nothing is promised: the peer comes again."""
    _told(error)
    return answer(request, {"type": "about:blank", "status": 503, "detail": "the message could not be kept"}, 503, RETRY)


def _fault(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
    _told(error)
    return answer(request, {"type": "about:blank", "status": 500, "detail": "an internal fault"}, 500)


def _told(error: Exception) -> None:
    """Its kind, and no more: a message may hold what nobody should read."""
    logging.getLogger("egide.dataspace").error("internal fault: %s", type(error).__name__)

