"""Who speaks to a connector: recognised by a token that it was given, and what is shown to it in return.

Tokens that never change are for trials; `claims` recognises by credentials instead.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from egide.app.dataspace.folder import Settings, UnknownPeerError
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from pathlib import Path

    from egide.app.dataspace.claims import ByClaims
    from egide.store.connection import Store

NOBODY = Reason("unauthorized", {}, N_("the request proves no identity that is known here"))


@dataclass(frozen=True, slots=True)
class Party:
    """Who sends a request. ``proven``: what its credentials say, as `claims.told` writes it; None where none are asked for."""

    participant: str
    proven: Mapping[str, Any] | None = None


Recognise = Callable[[str | None, bool], Awaitable[Party | Reason]]
"""The participant that an `Authorization` header proves, or why it proves none. True: its credentials are asked for again."""
Present = Callable[[str, str], Awaitable[Mapping[str, str]]]
"""Headers that prove who we are to a participant at an address."""


def by_token(found: Settings) -> Recognise:
    """Each peer shows the token that it was given."""
    known = found.recognised()

    async def recognise(header: str | None, fresh: bool) -> Party | Reason:
        scheme, _, token = (header or "").partition(" ")
        named = known.get(hashlib.sha256(token.strip().encode()).digest()) if scheme.lower() == "bearer" else None
        return NOBODY if named is None else Party(named)

    return recognise


async def shown(found: Settings, participant: str, address: str) -> Mapping[str, str]:
    """The header that shows our token to a peer."""
    try:
        token = found.peer(participant).receives
    except UnknownPeerError:
        return {}
    return {"Authorization": f"Bearer {token}"} if token else {}


def by_claims(folder: Path, found: Settings, store: Store) -> ByClaims:
    """Identity by credentials; what signs and verifies is loaded only then."""
    from egide.app.dataspace.claims import ByClaims

    return ByClaims(folder, found, store)
