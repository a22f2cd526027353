"""Presentations of four credentials verified in a second of one core, beside the bare signatures in the same run.

    python benchmarks/credentials.py

Ours reads the tokens strictly, resolves the issuers, checks the model, the digests, the signatures, who signed and the dates. The peers do
less: `cryptography` only verifies the five signatures over bytes made ready for it; PyJWT also decodes the five tokens, with the key in its
hand.
"""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import jwt
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from measuring import Line, in_a_process, printed

from egide.trust.credentials.issuing import issue, present
from egide.trust.credentials.results import Mode, Outcome
from egide.trust.credentials.verifying import verify
from egide.trust.credentials.world import World
from egide.trust.dids.identifiers import Fetched, did_document, offline
from egide.trust.jose import Compact, read_compact
from egide.trust.keys import USUAL, Kind
from egide.trust.signing import PrivateKey, new_key

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
DID = "did:web:nuage-fictif.example"
KID = f"{DID}#key-1"
TIMES = 200
MOST_TIMES_RAW = 3.5


def claims(number: int) -> dict[str, Any]:
    """An offering of about the size of a real one."""
    subject = {"id": f"https://nuage-fictif.example/services/{number}", "gx:name": f"Stockage d’objets n° {number}"}
    return {
        "@context": ["https://www.w3.org/ns/credentials/v2", "https://w3id.org/gaia-x/development#"],
        "id": f"https://nuage-fictif.example/credentials/{number}", "type": ["VerifiableCredential", "gx:ServiceOffering"],
        "validFrom": "2026-11-01T00:00:00Z", "validUntil": "2027-01-01T00:00:00Z",
        "credentialSubject": subject | {f"gx:property{place}": {"gx:value": "a value of some length",
        "gx:unit": "GiB"} for place in range(14)},
    }  # fmt: skip


def signature_alone(key: PrivateKey, compact: Compact) -> Callable[[], None]:
    """The verification that cryptography does, everything made ready."""
    public: Any = key.public.native
    if key.public.kind is Kind.P256:
        half = len(compact.signature) // 2
        numbers = (int.from_bytes(compact.signature[:half], "big"), int.from_bytes(compact.signature[half:], "big"))
        der, how = encode_dss_signature(*numbers), ECDSA(SHA256())
        return lambda: public.verify(der, compact.signed, how)
    if key.public.kind is Kind.RSA:
        padding = PSS(MGF1(SHA256()), 32)
        return lambda: public.verify(compact.signature, compact.signed, padding, SHA256())
    return lambda: public.verify(compact.signature, compact.signed)


def seconds_of_a_core(work: Callable[[], object]) -> float:
    """The least processor time that one of several rounds took, for one piece of work."""
    taken = []
    for _ in range(5):
        start = time.process_time()
        for _ in range(TIMES):
            work()
        taken.append((time.process_time() - start) / TIMES)
    return min(taken)


def beside(kind: Kind) -> Line:
    key, algorithm = new_key(kind), USUAL[kind]
    tokens = [issue(claims(number), key, KID, NOW) for number in range(4)]
    presentation = present(tokens, key, KID, NOW)
    document = Fetched(did_document(DID, [("key-1", key.public)]))
    world = World(fetch=lambda address: document if address == "https://nuage-fictif.example/.well-known/did.json" else offline(address))
    whole = presentation.encode()
    compacts = [one for one in map(read_compact, (token.encode() for token in (presentation, *tokens))) if isinstance(one, Compact)]
    alone = [signature_alone(key, compact) for compact in compacts]
    try:
        for one in alone:
            one()
    except InvalidSignature:
        raise SystemExit("a signature that is ours is not verified by cryptography") from None
    verified = verify(whole, "a presentation", Mode.STRICT, NOW, world).outcome is Outcome.VERIFIED
    ours = seconds_of_a_core(lambda: verify(whole, "a presentation", Mode.STRICT, NOW, world))
    raw = seconds_of_a_core(lambda: [one() for one in alone])
    public: Any = key.public.native
    options: Any = {"verify_exp": False, "verify_iat": False}
    theirs = seconds_of_a_core(lambda: [jwt.decode(token, public, algorithms=[algorithm], options=options) for token in (presentation,
        *tokens)])
    return Line(
        f"presentations of 4 credentials verified, {algorithm} (5 signatures)",
        f"{1 / ours:,.0f}/s of a core, {ours / raw:.1f} × the bare signatures' time",
        f"at most {MOST_TIMES_RAW} ×", verified and ours / raw <= MOST_TIMES_RAW,
        f"bare signatures {1 / raw:,.0f}/s; PyJWT, signatures and decoding only, {1 / theirs:,.0f}/s; {len(whole):,} bytes",
    )  # fmt: skip


def measure() -> list[Line]:
    return [in_a_process(beside, kind) for kind in (Kind.P256, Kind.ED25519, Kind.RSA)]


if __name__ == "__main__":
    sys.exit(printed(measure()))
