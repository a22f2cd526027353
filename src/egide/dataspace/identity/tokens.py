"""Self-issued ID tokens and the access tokens inside them (DCP 1.0.1, §4): who speaks to whom, for a few minutes, once.

A token is signed by its own subject with a key that its DID document lists under `capabilityInvocation`. It names its audience, ends soon,
and counts once: its `jti` is remembered until it has ended. The access token inside is the holder's own; it comes back to the holder's
credential service in the verifier's token, and says which verifier may see which scopes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from egide.trust.dids.documents import Document, Purpose
from egide.trust.dids.identifiers import Fetch, NotAtHand, resolve
from egide.trust.jose import read_compact, sign_compact, signature_fault
from egide.trust.jose_json import read_object
from egide.trust.signing import usual_algorithm
from egide.vocabulary.findings import Reason
from egide.vocabulary.language import N_

if TYPE_CHECKING:
    from egide.trust.jose import Compact
    from egide.trust.signing import Signer

LASTS = timedelta(minutes=5)
LONGEST = timedelta(hours=1)
"""A token for longer is refused: it would have to be remembered for as long."""
SKEW = timedelta(seconds=30)
"""How far two clocks may be apart."""
MAX_TOKEN = 64 * 1024
Remember = Callable[[str, str, datetime], bool]
"""Subject, `jti` and the moment until which it must be remembered; False when it was seen before."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who signs: a DID's key and the URL of its verification method."""

    signer: Signer
    kid: str

    @property
    def did(self) -> str:
        """Whose key it is."""
        return self.kid.partition("#")[0]


@dataclass(frozen=True, slots=True)
class Shown:
    """What a token proves."""

    did: str
    """Who speaks."""
    access: str | None
    """The access token that it carries."""
    ends: datetime


@dataclass(slots=True)
class Recent:
    """Tokens that were seen, until each has ended: a `Remember` for one process."""

    now: Callable[[], datetime]
    most: int = 100_000
    seen: dict[tuple[str, str], datetime] = field(default_factory=dict)

    def __call__(self, did: str, jti: str, until: datetime) -> bool:
        """Remember a token. False when it was seen; also when too many are remembered to be sure of another."""
        if len(self.seen) >= self.most:
            moment = self.now()
            self.seen = {one: ends for one, ends in self.seen.items() if ends > moment}
        if (did, jti) in self.seen or len(self.seen) >= self.most:
            return False
        self.seen[did, jti] = until
        return True


def self_issued(speaker: Speaker, audience: str, now: datetime, jti: str, *, access: str | None = None, lasts: timedelta = LASTS) -> str:
    """A self-issued ID token for one audience. Raises `SignerError` when it can't be signed."""
    claims: dict[str, Any] = {"iss": speaker.did, "sub": speaker.did, "aud": audience, "jti": jti, **_times(now, lasts)}
    if access is not None:
        claims["token"] = access
    return _signed(speaker, claims)


def access_token(speaker: Speaker, verifier: str, scopes: Sequence[str], now: datetime, jti: str, *, lasts: timedelta = LASTS) -> str:
    """The holder's leave for one verifier to see what these scopes name."""
    claims = {"iss": speaker.did, "aud": speaker.did, "sub": verifier, "scope": " ".join(scopes), "jti": jti, **_times(now, lasts)}
    return _signed(speaker, claims)


def _times(now: datetime, lasts: timedelta) -> dict[str, int]:
    return {"iat": int(now.timestamp()), "exp": int((now + lasts).timestamp())}


def _signed(speaker: Speaker, claims: dict[str, Any]) -> str:
    header = {"typ": "JWT", "kid": speaker.kid}
    return sign_compact(header, json.dumps(claims, ensure_ascii=False).encode(), speaker.signer, usual_algorithm(speaker.signer.public))


def proven(token: str, audience: str, now: datetime, fetch: Fetch, remember: Remember) -> Shown | Reason | NotAtHand:
    """Who speaks to us with a self-issued token; or why it proves nobody (§4.3.3).

    The signature is checked before the `jti` is remembered, so that nobody can use up another's token.
    """
    found = _opened(token)
    if isinstance(found, Reason):
        return found
    compact, claims = found
    did = claims.get("iss")
    if not isinstance(did, str) or claims.get("sub") != did:
        return Reason("not-self-issued", {}, N_("the token is not issued by its own subject"))
    if refused := _addressed(claims, audience, now):
        return refused
    key = key_of(compact, did, fetch, Purpose.CAPABILITY)
    if isinstance(key, (Reason, NotAtHand)):
        return key
    ends = datetime.fromtimestamp(claims["exp"], UTC)
    if not remember(did, claims["jti"], ends + SKEW):
        return Reason("replayed", {"jti": claims["jti"][:80]}, N_("the token was used before"))
    access = claims.get("token")
    if access is not None and not isinstance(access, str):
        return _malformed("token")
    return Shown(did, access, ends)


def granted(token: str, holder: Speaker, verifier: str, now: datetime) -> tuple[str, ...] | Reason:
    """The scopes that our own access token gives to a verifier; or why it gives none."""
    found = _opened(token)
    if isinstance(found, Reason):
        return found
    compact, claims = found
    if fault := signature_fault(compact, holder.signer.public):
        return fault
    if claims.get("iss") != holder.did or claims.get("sub") != verifier:
        return Reason("access-of-another", {}, N_("the access token was given to somebody else"))
    if refused := _addressed(claims, holder.did, now):
        return refused
    scope = claims.get("scope")
    return tuple(scope.split()) if isinstance(scope, str) else _malformed("scope")


def key_of(compact: Compact, did: str, fetch: Fetch, purpose: Purpose) -> Reason | NotAtHand | None:
    """Why the token isn't signed by a key that the DID's document lists for the purpose; nothing when it is."""
    document = resolve(did, fetch)
    if not isinstance(document, Document):
        return document
    kid = compact.header.get("kid")
    if not isinstance(kid, str):
        return _malformed("kid")
    if "#" in kid:
        method: str | None = kid if not kid.startswith("#") else did + kid
    else:
        method = document.named(kid)
    if method is None or method.partition("#")[0] != did:
        return Reason("key-of-another", {"kid": kid[:200], "did": did}, N_("the key `{kid}` is not one of {did}"))
    key = document.key_for(method, (purpose,))
    return key if isinstance(key, Reason) else signature_fault(compact, key)


def _opened(token: str) -> tuple[Compact, dict[str, Any]] | Reason:
    if len(token) > MAX_TOKEN:
        return Reason("token-too-large", {"bytes": len(token), "limit": MAX_TOKEN},
                      N_("a token of {bytes} bytes; at most {limit} are read"))
    compact = read_compact(token.encode("utf-8", "replace"))
    if isinstance(compact, Reason):
        return compact
    claims = read_object(compact.payload)
    return claims if isinstance(claims, Reason) else (compact, dict(claims))


def _addressed(claims: dict[str, Any], audience: str, now: datetime) -> Reason | None:
    """Why the token isn't for us, now, and once; nothing when it is."""
    aud = claims.get("aud")
    if aud not in (audience, [audience]):
        return Reason("other-audience", {"audience": audience}, N_("the token is not addressed to {audience} alone"))
    for name in ("iat", "exp", "nbf"):
        if (name in claims or name != "nbf") and not _is_time(claims.get(name)):
            return _malformed(name)
    if not isinstance(claims.get("jti"), str) or not 1 <= len(claims["jti"]) <= 256:
        return _malformed("jti")
    moment, skew = now.timestamp(), SKEW.total_seconds()
    if claims["exp"] + skew <= moment:
        return Reason("token-ended", {}, N_("the token has ended"))
    if claims["iat"] > moment + skew or claims.get("nbf", 0) > moment + skew:
        return Reason("token-of-the-future", {}, N_("the token is not valid yet"))
    if claims["exp"] - claims["iat"] > LONGEST.total_seconds():
        return Reason("token-too-long", {"minutes": int(LONGEST.total_seconds() // 60)},
                      N_("the token lasts longer than {minutes} minutes"))
    return None


def _is_time(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < 253_402_300_000


def _malformed(name: str) -> Reason:
    return Reason("claim-malformed", {"name": name}, N_("the claim `{name}` of the token is absent or malformed"))
