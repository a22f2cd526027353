"""The credential service (DCP 1.0.1, §5): what a holder shows to a verifier that comes with the holder's own leave.

A presentation holds credentials of one profile only. An empty result is an answer; too wide a scope gets fewer presentations, never an
error; a definition that asks for what isn't read here is refused as unsupported (501).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from msgspec import UNSET

from egide.dataspace.identity import vc11
from egide.dataspace.identity.messages import PresentationQuery, PresentationResponse
from egide.dataspace.identity.scopes import Held, defined, selected
from egide.dataspace.identity.tokens import Remember, Shown, Speaker, granted, proven
from egide.trust.credentials.issuing import present
from egide.trust.credentials.opening import open_file
from egide.trust.credentials.results import Mode, What
from egide.vocabulary.errors import InputError
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.trust.dids.identifiers import Fetch, NotAtHand

VC20 = "vc20-bssl/jwt"
PROFILES = (VC20, vc11.PROFILE)
Draw = Callable[[], str]
"""A fresh identifier."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who answers, with which key, and what it keeps."""

    speaker: Speaker
    held: Sequence[Held]


def held(token: str) -> Held | Reason:
    """A credential as it is kept: its profile and what it says; nothing of it is verified here."""
    if (old := vc11.document_in(token)) is not None:
        return Held(token, vc11.PROFILE, old)
    try:
        parts = open_file(token.encode(), "credential", Mode.STRICT)
    except InputError as error:
        return Reason("not-a-credential", error.values, error.message)
    if len(parts) != 1 or parts[0].what is not What.CREDENTIAL or parts[0].faults:
        return parts[0].faults[0] if parts and parts[0].faults else Reason("not-a-credential", {}, N_("a token that is no credential"))
    return Held(token, VC20, parts[0].document)


def authorised(
    token: str, holder: Holder, now: datetime, fetch: Fetch, remember: Remember
) -> tuple[Shown, tuple[str, ...]] | Reason | NotAtHand:
    """The verifier that asks, and the scopes that our own access token gives it (§5.2)."""
    shown = proven(token, holder.speaker.did, now, fetch, remember)
    if not isinstance(shown, Shown):
        return shown
    if shown.access is None:
        return Reason("no-access-token", {}, N_("the token carries no access token"))
    leave = granted(shown.access, holder.speaker, shown.did, now)
    return leave if isinstance(leave, Reason) else (shown, leave)


def answer(
    query: PresentationQuery, holder: Holder, verifier: str, leave: Sequence[str], now: datetime, draw: Draw
) -> PresentationResponse:
    """The presentations that a query gets. Raises `UnsupportedDefinitionError`, `SignerError`."""
    if query.definition is not UNSET:
        matched = defined(query.definition, leave, holder.held)
        chosen = tuple({one.token: one for _, one in matched}.values())
    else:
        matched, chosen = (), selected(query.scope or (), leave, holder.held)
    presentations: list[dict[str, Any] | str] = []
    places: dict[str, tuple[int, int]] = {}
    for profile in PROFILES:
        tokens = [one.token for one in chosen if one.profile == profile]
        if tokens:
            places |= {token: (len(presentations), index) for index, token in enumerate(tokens)}
            presentations.append(_presented(profile, tokens, holder.speaker, verifier, now, draw))
    response = PresentationResponse(presentation=presentations)
    if query.definition is not UNSET and matched:
        response.submission = _submission(query.definition, matched, places, draw)
    return response


def _presented(profile: str, tokens: list[str], speaker: Speaker, verifier: str, now: datetime, draw: Draw) -> str:
    if profile == VC20:
        return present(tokens, speaker.signer, speaker.kid, now, lasts=vc11.PRESENTED_FOR, identifier=f"urn:uuid:{draw()}")
    return vc11.present_old(tokens, speaker, verifier, now, draw())


def _submission(
    definition: dict[str, Any], matched: Sequence[tuple[str, Held]], places: dict[str, tuple[int, int]], draw: Draw
) -> dict[str, Any]:
    """Which descriptor is met where (Presentation Exchange 2, §6)."""
    entries = []
    for descriptor, one in matched:
        outer, inner = places[one.token]
        nested = "$.vp.verifiableCredential" if one.profile == vc11.PROFILE else "$.verifiableCredential"
        entries.append({
            "id": descriptor, "format": "jwt_vp", "path": f"$.presentation[{outer}]",
            "path_nested": {"id": descriptor, "format": "jwt_vc", "path": f"{nested}[{inner}]"},
        })  # fmt: skip
    return {"id": draw(), "definition_id": str(definition.get("id", "")), "descriptor_map": entries}
