"""Issuers, holders and a web that only exists here, for the tests of credentials."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from egide.trust.credentials.issuing import issue, present
from egide.trust.credentials.results import Mode, Verification
from egide.trust.credentials.verifying import verify
from egide.trust.credentials.world import World
from egide.trust.dids.identifiers import Fetched, NotAtHand, address_of, did_document, offline, read_did
from egide.trust.jose import sign_compact
from egide.trust.jose_json import canonical
from egide.trust.keys import Kind
from egide.trust.signing import PrivateKey, new_key

if TYPE_CHECKING:
    from collections.abc import Mapping

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LATER = NOW + timedelta(days=90)
CONTEXTS = ["https://www.w3.org/ns/credentials/v2", "https://w3id.org/gaia-x/development#"]
ISSUER = "did:web:nuage-fictif.example"
HOLDER = "did:web:acheteur-fictif.example:services"


def key(kind: Kind = Kind.P256, which: str = "issuer") -> PrivateKey:
    """One key for each kind and use in a whole run: RSA takes long to draw."""
    return _key(kind, which)


@cache
def _key(kind: Kind, which: str) -> PrivateKey:
    return new_key(kind)


def kid(did: str = ISSUER) -> str:
    return f"{did}#key-1"


def web(pages: Mapping[str, bytes | Fetched] | None = None, kind: Kind = Kind.P256, **more: Any) -> World:
    """A world in which the issuer and the holder publish their documents, and whatever else is given."""
    behind: dict[str, bytes | Fetched] = {page(did): did_document(did, [("key-1", key(kind).public)]) for did in (ISSUER, HOLDER)}
    behind.update(pages or {})

    def fetch(address: str) -> Fetched | NotAtHand:
        found = behind.get(address)
        return offline(address) if found is None else found if isinstance(found, Fetched) else Fetched(found)

    return World(fetch=fetch, **more)


def page(did: str) -> str:
    read = read_did(did)
    address = address_of(read)  # type: ignore[arg-type]
    assert isinstance(address, str)
    return address


def claims(number: int = 1, **more: Any) -> dict[str, Any]:
    return {
        "@context": CONTEXTS, "id": f"https://nuage-fictif.example/credentials/{number}",
        "type": ["VerifiableCredential", "gx:ServiceOffering"],
        "issuer": ISSUER, "validFrom": "2026-11-01T00:00:00Z", "validUntil": "2027-01-01T00:00:00Z",
        "credentialSubject": {"id": f"https://nuage-fictif.example/services/{number}", "gx:name": "Stockage d’objets n° 1"},
    } | more  # fmt: skip


def credential(number: int = 1, signer: PrivateKey | None = None, **more: Any) -> str:
    return issue(claims(number, **more), signer or key(), kid(), NOW)


def presentation(tokens: list[str] | None = None) -> str:
    return present(tokens or [credential(1), credential(2)], key(), kid(HOLDER), NOW)


def token(document: Mapping[str, Any] | bytes, header: Mapping[str, Any] | None = None, signer: PrivateKey | None = None,
    did: str = ISSUER) -> str:
    """A token with whatever header and payload, signed in earnest."""
    payload = document if isinstance(document, bytes) else canonical(document)
    assert isinstance(payload, bytes)
    whole = {"typ": "vc+jwt", "cty": "vc", "kid": kid(did), "iss": did} | dict(header or {})
    signer = signer or key()
    algorithm = whole.pop("alg", None) or {"P-256": "ES256", "Ed25519": "EdDSA", "RSA": "PS256"}[signer.public.kind]
    return sign_compact({name: value for name, value in whole.items() if value is not None}, payload, signer, algorithm)


def asked(content: str | bytes, world: World | None = None, mode: Mode = Mode.STRICT, now: datetime = NOW) -> Verification:
    return verify(content.encode() if isinstance(content, str) else content, "a file", mode, now, world or web())


def codes(found: Verification, step: str | None = None) -> list[str]:
    return [reason.code for one in found.steps if step in (None, one.name) for reason in one.because]


def answers(found: Verification) -> dict[str, str]:
    return {step.name: step.answer.value for step in found.steps}
