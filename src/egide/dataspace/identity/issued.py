"""What a connector can issue: for each type of credential, one offer in either profile (DCP 1.0.1, A.1), and how each is signed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from egide.dataspace.identity import vc11
from egide.dataspace.identity.messages import Supported

if TYPE_CHECKING:
    from egide.dataspace.identity.tokens import Speaker

NEW, OLD = "vc20-bssl/jwt", vc11.PROFILE
OLDER = ".vc11"
"""Behind the type, in the identifier of what is issued in the older profile."""


def supported(types: Sequence[str]) -> dict[str, Supported]:
    """What may be asked for, by identifier: the type, and the type in the older profile."""
    return {name: Supported(
        id=name, kind=kind, schema=f"urn:egide:credential:{kind}", reason="issue", binding=["did:web"], profile=profile,
    ) for kind in types for name, profile in ((kind, NEW), (kind + OLDER, OLD))}  # fmt: skip


def signed(offer: Supported, subject: Mapping[str, Any], speaker: Speaker, name: str, now: datetime, lasts: timedelta) -> str:
    """A credential of what was asked for. ``subject``: whom it is about, as `id`, and what it says. ``name``: of the credential."""
    from egide.trust.credentials.issuing import issue  # noqa: PLC0415 - loads when something is issued

    claims: dict[str, Any] = {"id": name, "type": ["VerifiableCredential", str(offer.kind)], "credentialSubject": dict(subject)}
    if offer.profile == OLD:
        return vc11.issue_old(claims, speaker, now, lasts=lasts)
    claims["validUntil"] = (now + lasts).isoformat(timespec="seconds").replace("+00:00", "Z")
    return issue(claims, speaker.signer, speaker.kid, now)
