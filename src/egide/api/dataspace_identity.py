"""The credential service and the issuer service over HTTP (DCP 1.0.1, §5.4 and §6): thin, as `egide.dataspace.identity` decides everything.

401 for a token that proves nobody, 400 for what is no message, 501 for a definition that is not supported; why is said in the log of the
holder and never to whoever asks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from litestar import Request, Response, get, post

from egide.dataspace.identity.messages import (
    MAX_BODY_BYTES,
    CredentialMessage,
    CredentialOffer,
    CredentialRequest,
    PresentationQuery,
    UnfitClaimsMessageError,
    encode,
    read,
)
from egide.dataspace.identity.presenting import Draw, Holder, answer, authorised
from egide.dataspace.identity.scopes import UnsupportedDefinitionError
from egide.dataspace.identity.tokens import Remember, Shown, proven
from egide.trust.dids.identifiers import NotAtHand

if TYPE_CHECKING:
    from litestar.handlers import HTTPRouteHandler

    from egide.dataspace.identity.kept.holding import Wallet
    from egide.dataspace.identity.kept.issuing import Issuer
    from egide.trust.dids.identifiers import Fetch
    from egide.vocabulary.findings import Reason

JSON = "application/json"
UNAUTHORISED, UNREADABLE, ABSENT, UNSUPPORTED = 401, 400, 404, 501


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


def storage(desk: Desk, wallet: Wallet, offered: Callable[[str, CredentialOffer], None]) -> list[HTTPRouteHandler]:
    """What an issuer calls at the credential service: deliveries, and offers, which are told and promise nothing."""

    @post("/credentials", status_code=200, sync_to_thread=True, request_max_body_size=MAX_BODY_BYTES)
    def store(request: Request[Any, Any, Any], body: bytes) -> Response[bytes]:
        def taken(issuer: str) -> Response[bytes]:
            faults = wallet.receive(read(body, CredentialMessage), issuer)
            for fault in faults:
                desk.told(fault)
            return _refused(UNREADABLE, "what is delivered was not asked for, or is not in order") if faults else Response(b"")

        return _for(desk, request, taken)

    @post("/offers", status_code=200, sync_to_thread=True, request_max_body_size=MAX_BODY_BYTES)
    def offers(request: Request[Any, Any, Any], body: bytes) -> Response[bytes]:
        def taken(issuer: str) -> Response[bytes]:
            offer = read(body, CredentialOffer)
            if offer.issuer != issuer:
                return _refused(UNREADABLE, "an offer is its issuer's own")
            offered(issuer, offer)
            return Response(b"")

        return _for(desk, request, taken)

    return [store, offers]


def issuer_service(desk: Desk, issuer: Issuer, base: str) -> list[HTTPRouteHandler]:
    """The handlers to mount under the address of the issuer service, which is ``base``."""

    @get("/metadata", sync_to_thread=True)
    def metadata(request: Request[Any, Any, Any]) -> Response[bytes]:
        return _for(desk, request, lambda party: Response(encode(issuer.metadata()), media_type=JSON))

    @post("/credentials", status_code=201, sync_to_thread=True, request_max_body_size=MAX_BODY_BYTES)
    def asked(request: Request[Any, Any, Any], body: bytes) -> Response[bytes]:
        def kept(party: str) -> Response[bytes]:
            made = issuer.ask(read(body, CredentialRequest), party)
            return Response(b"", status_code=201, headers={"Location": f"{base}/requests/{made}"})

        return _for(desk, request, kept)

    @get("/requests/{pid:str}", sync_to_thread=True)
    def standing(request: Request[Any, Any, Any], pid: str) -> Response[bytes]:
        def told(party: str) -> Response[bytes]:
            found = issuer.status(pid, party)
            return _refused(ABSENT, "no request of yours by that name") if found is None else Response(encode(found), media_type=JSON)

        return _for(desk, request, told)

    return [metadata, asked, standing]


def _for(desk: Desk, request: Request[Any, Any, Any], answered: Callable[[str], Response[bytes]]) -> Response[bytes]:
    """Answer whoever proves who it is."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return _refused(UNAUTHORISED, "a bearer token is wanted")
    shown = proven(token.strip(), desk.holder().speaker.did, desk.now(), desk.fetch, desk.remember)
    if not isinstance(shown, Shown):
        desk.told(shown.reason if isinstance(shown, NotAtHand) else shown)
        return _refused(UNAUTHORISED, "the token is not accepted")
    try:
        return answered(shown.did)
    except UnfitClaimsMessageError as error:
        return _refused(UNREADABLE, str(error))


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
    from json import dumps

    return Response(dumps({"title": detail, "status": status}).encode(), status_code=status, media_type="application/problem+json")
