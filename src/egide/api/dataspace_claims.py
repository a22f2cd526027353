"""What identity by credentials publishes: the DID document where did:web looks for it, and the credential service beside the protocol."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from litestar import Response, Router, get

from egide.api.dataspace_identity import Desk, credential_service, issuer_service, storage
from egide.app.dataspace.claims import CLAIMS_PATH, ISSUER_PATH
from egide.trust.dids.identifiers import address_of, read_did
from egide.vocabulary.errors import InputError
from egide.vocabulary.findings import Reason

if TYPE_CHECKING:
    from litestar.types import ControllerRouterHandler

    from egide.app.dataspace.claims import ByClaims
    from egide.dataspace.identity.messages import CredentialOffer


def claims_handlers(claims: ByClaims, root: str, participant: str) -> list[ControllerRouterHandler]:
    """``root``: the path under which the connector stands. Raises `InputError` for a DID that is no did:web."""
    did = read_did(participant)
    address = did if isinstance(did, Reason) else address_of(did)
    if isinstance(address, Reason):
        raise InputError(address.message, values=dict(address.args))
    content, around = claims.document(), claims.around

    @get(urlsplit(address).path, status_code=200)
    async def document() -> Response[bytes]:
        return Response(content, media_type="application/did+json")

    desk = Desk(claims.wallet.holder, claims.store.now, around.draw, around.fetch, around.remember, _told)
    held = Router(root + CLAIMS_PATH, route_handlers=[*credential_service(desk), *storage(desk, claims.wallet, _offered)])
    if not claims.issuer.supported:
        return [document, held]
    base = claims.settings.address.rstrip("/") + ISSUER_PATH
    return [document, held, Router(root + ISSUER_PATH, route_handlers=issuer_service(desk, claims.issuer, base))]


def _offered(issuer: str, offer: CredentialOffer) -> None:
    kinds = ", ".join(str(one.kind or one.id) for one in offer.credentials)
    logging.getLogger("egide.dataspace").warning("%s offers credentials: %s (egide dataspace claims ask)", issuer, kinds)


def _told(reason: Reason) -> None:
    logging.getLogger("egide.dataspace").info("the credential service turned somebody away: %s", reason.code)
