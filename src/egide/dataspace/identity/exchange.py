"""Both sides of an introduction (DCP 1.0.1, §4 and §5): what a party shows with a request, and what the other side makes of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from egide.dataspace.identity.documents import CREDENTIAL_SERVICE, service_of
from egide.dataspace.identity.messages import PresentationQuery, PresentationResponse, UnfitClaimsMessageError, encode, read
from egide.dataspace.identity.presenting import Draw
from egide.dataspace.identity.tokens import Remember, Shown, Speaker, access_token, proven, self_issued
from egide.dataspace.identity.verifying import Claims, Trusted, verified
from egide.trust.dids.identifiers import NotAtHand
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.trust.dids.identifiers import Fetch

Post = Callable[[str, str, bytes], tuple[int, bytes]]
"""Address, `Authorization` header and body to status and body. Raises `OSError` when nobody answers."""
QUERY = "/presentations/query"
OK = 200


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a participant needs of the world to speak and to check: its key, the web, identifiers, a memory, whom it trusts."""

    speaker: Speaker
    fetch: Fetch
    post: Post
    draw: Draw
    remember: Remember
    trusted: Trusted


def introduced(around: Surroundings, audience: str, scopes: Sequence[str], now: datetime) -> str:
    """The token that goes with a request to a peer: who we are, and its leave to see what these scopes name."""
    leave = access_token(around.speaker, audience, scopes, now, around.draw()) if scopes else None
    return self_issued(around.speaker, audience, now, around.draw(), access=leave)


def recognised(around: Surroundings, token: str, scopes: Sequence[str], now: datetime) -> Claims | Reason | NotAtHand:
    """Who sends a request, and what its credentials prove; or why it proves nothing.

    A party that gives no leave to see anything is known by its DID alone.
    """
    shown = proven(token, around.speaker.did, now, around.fetch, around.remember)
    if not isinstance(shown, Shown):
        return shown
    if shown.access is None or not scopes:
        return Claims(shown.did, (), ())
    response = asked(around, shown, scopes, now)
    if not isinstance(response, PresentationResponse):
        return response
    return verified(response, shown.did, around.speaker.did, now, around.fetch, around.trusted)


def asked(around: Surroundings, shown: Shown, scopes: Sequence[str], now: datetime) -> PresentationResponse | Reason | NotAtHand:
    """The presentations that a party's credential service gives for its own leave."""
    place = service_of(shown.did, CREDENTIAL_SERVICE, around.fetch)
    if not isinstance(place, str):
        return place
    token = self_issued(around.speaker, shown.did, now, around.draw(), access=shown.access)
    try:
        status, body = around.post(place + QUERY, f"Bearer {token}", encode(PresentationQuery(scope=list(scopes))))
    except OSError as error:
        return NotAtHand(Reason("service-silent", {"address": place, "error": str(error)[:200]},
                                N_("the credential service at {address} does not answer: {error}")))
    if status != OK:
        return Reason("service-refused", {"address": place, "status": status}, N_("the credential service at {address} answers {status}"))
    try:
        return read(body, PresentationResponse)
    except UnfitClaimsMessageError as error:
        return Reason("service-unreadable", error.values, error.message)
