"""The credential service over HTTP (DCP 1.0.1, §5.4): thin, as everything is decided in `egide.dataspace.identity`.

401 for a token that proves nobody, 400 for what is no message, 501 for a definition that is not supported; why is said in the log of the
holder and never to whoever asks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from litestar import Request, Response, post

from egide.dataspace.identity.messages import MAX_BODY_BYTES, PresentationQuery, UnfitClaimsMessageError, encode, read
from egide.dataspace.identity.presenting import Draw, Holder, answer, authorised
from egide.dataspace.identity.scopes import UnsupportedDefinitionError
from egide.dataspace.identity.tokens import Remember
from egide.trust.dids import NotAtHand

if TYPE_CHECKING:
    from litestar.handlers import HTTPRouteHandler

    from egide.trust.dids import Fetch
    from egide.vocabulary.findings import Reason

JSON = "application/json"
UNAUTHORISED, UNREADABLE, UNSUPPORTED = 401, 400, 501


@dataclass(frozen=True, slots=True)
class Desk:
    """What answers at the credential service."""

    holder: Callable[[], Holder]
    """The holder with what it keeps at that moment."""
    now: Callable[[], datetime]
    draw: Draw
    fetch: Fetch
    remember: Remember
    told: Callable[[Reason], None]
    """Why somebody was turned away, for the holder's own log."""


def credential_service(desk: Desk) -> list[HTTPRouteHandler]:
    """The handlers to mount under the address that the DID document names."""

    @post("/presentations/query", status_code=200, sync_to_thread=True, request_max_body_size=MAX_BODY_BYTES)
    def query(request: Request[Any, Any, Any], body: bytes) -> Response[bytes]:
        return _query(desk, request.headers.get("authorization", ""), body)

    return [query]


def _query(desk: Desk, header: str, body: bytes) -> Response[bytes]:
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer":
        return _refused(UNAUTHORISED, "a bearer token is wanted")
    holder, now = desk.holder(), desk.now()
    known = authorised(token.strip(), holder, now, desk.fetch, desk.remember)
    if not isinstance(known, tuple):
        desk.told(known.reason if isinstance(known, NotAtHand) else known)
        return _refused(UNAUTHORISED, "the token is not accepted")
    shown, leave = known
    try:
        found = answer(read(body, PresentationQuery), holder, shown.did, leave, now, desk.draw)
    except UnsupportedDefinitionError as error:
        return _refused(UNSUPPORTED, str(error))
    except UnfitClaimsMessageError as error:
        return _refused(UNREADABLE, str(error))
    return Response(encode(found), media_type=JSON)


def _refused(status: int, detail: str) -> Response[bytes]:
    from json import dumps  # noqa: PLC0415 - only a refusal needs it

    return Response(dumps({"title": detail, "status": status}).encode(), status_code=status, media_type="application/problem+json")
