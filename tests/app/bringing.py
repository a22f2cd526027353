"""Signed offers of invented providers, whose keys are in their identifiers: anybody can verify them without asking anybody."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from tests.conftest import SHARED

from egide.app.intake.checking import Checking
from egide.catalogue import shipped
from egide.catalogue.intake import Terms
from egide.trust.credentials.issuing import issue, present
from egide.trust.credentials.results import Mode
from egide.trust.dids.identifiers import did_key
from egide.trust.jose import sign_compact
from egide.trust.jose_json import canonical
from egide.trust.keys import Kind
from egide.trust.linked import Bundle, read_bundle
from egide.trust.pipeline import scope_named
from egide.trust.signing import PrivateKey, new_key

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
CONTEXTS = ["https://www.w3.org/ns/credentials/v2", "https://w3id.org/gaia-x/development#", {"schema": "https://schema.org/"}]


@cache
def key(who: str) -> PrivateKey:
    return new_key(Kind.P256)


def did(who: str = "provider") -> str:
    return did_key(key(who).public)


def kid(who: str = "provider") -> str:
    return f"{did(who)}#{did(who).removeprefix('did:key:')}"


def subject(number: int = 1) -> str:
    return f"https://nuage-fictif.example/offers/{number}#cs"


def claims(
    number: int = 1, issued: str = "2026-11-01T00:00:00Z", until: str = "2027-01-01T00:00:00Z", said: Mapping[str, Any] | None = None,
    **more: Any,
) -> dict[str, Any]:
    return {
        "@context": CONTEXTS, "id": f"https://nuage-fictif.example/offers/{number}", "type": ["VerifiableCredential", "gx:ServiceOffering"],
        "validFrom": issued, "validUntil": until,
        "credentialSubject": {"id": subject(number), "type": "gx:ServiceOffering", "schema:name": f"Offre fictive {number}",
                              "gx:providedBy": {"id": "https://nuage-fictif.example/person#cs"}} | dict(said or {}),
    } | more  # fmt: skip


def credential(
    number: int = 1, who: str = "provider", issued: str = "2026-11-01T00:00:00Z", until: str = "2027-01-01T00:00:00Z",
    said: Mapping[str, Any] | None = None, signed: datetime = NOW, **more: Any,
) -> str:
    return issue(claims(number, issued, until, said, **more), key(who), kid(who), signed)


def presentation(*tokens: str, who: str = "provider") -> str:
    return present(list(tokens), key(who), kid(who), NOW, lasts=timedelta(days=60))


def raw(payload: bytes | Mapping[str, Any], header: Mapping[str, Any] | None = None, who: str = "provider") -> str:
    """A token with whatever in it, signed in earnest."""
    content = payload if isinstance(payload, bytes) else canonical(payload)
    assert isinstance(content, bytes)
    return sign_compact({"typ": "vc+jwt", "cty": "vc", "kid": kid(who), "iss": did(who)} | dict(header or {}), content, key(who), "ES256")


@cache
def bundle() -> Bundle:
    """The contexts of ../shared; no shapes, so that a test doesn't wait for them to be compiled."""
    folder = SHARED / "data/gaia-x/contexts"
    return read_bundle({path.name: path.read_bytes() for path in sorted(folder.iterdir())}, vouched=True)


def how(mode: Mode = Mode.STRICT, now: datetime = NOW, scope: str = "vc-2.0", **terms: Any) -> Checking:
    return Checking(mode, now, Terms(**terms), shipped(), bundle(), scope_named(scope))
