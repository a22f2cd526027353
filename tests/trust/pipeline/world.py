"""A provider that only exists here, four credentials of it that the official shapes accept, and everything at hand to verify them."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

from tests.trust.credential_world import HOLDER, ISSUER, NOW, key, kid, page
from tests.trust.linked.world import LOIRE, V2, files_of

from egide.trust.credentials.issuing import issue, present
from egide.trust.credentials.results import Mode, Outcome, StepName
from egide.trust.dids.identifiers import did_document
from egide.trust.linked import read_bundle
from egide.trust.pipeline import Material, Question, material, verify
from egide.trust.shapes import Shapes, compile_shapes

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from egide.trust.linked import Bundle
    from egide.trust.pipeline.verifying import Checked
    from egide.trust.signing import PrivateKey

RELEASE = "gaia-x-25.11"
CONTEXTS: list[Any] = [
    V2, LOIRE, {"schema": "https://schema.org/", "vcard": "http://www.w3.org/2006/vcard/ns#", "xsd": "http://www.w3.org/2001/XMLSchema#"},
]
SITE = "https://nuage-fictif.example"
PERSON, NUMBER, TERMS, SERVICE = (f"{SITE}/{name}" for name in ("entreprise", "numero", "conditions", "stockage"))
ADDRESS = {
    "type": "gx:Address", "gx:countryCode": "FR", "gx:countryName": "France", "vcard:locality": "Exempleville",
    "vcard:postal-code": "75001", "vcard:street-address": "1 rue de l’Exemple",
}
ACCEPTED = "4bd7554097444c960292b4726c2efa1373485e8a5565d94d41195214c5e0ceb3"
"""The digest of the terms that Gaia-X asks for, as its shapes list it."""
SUBJECTS: dict[str, dict[str, Any]] = {
    "person": {"id": PERSON, "type": "gx:LegalPerson", "schema:name": "Nuage Fictif SAS", "gx:registrationNumber": {"id": NUMBER},
               "gx:headquartersAddress": ADDRESS, "gx:legalAddress": ADDRESS},
    "number": {"id": NUMBER, "type": ["gx:RegistrationNumber", "gx:LocalRegistrationNumber"], "gx:local": "000000000"},
    "terms": {"id": TERMS, "type": "gx:Issuer", "gx:gaiaxTermsAndConditions": ACCEPTED},
    "service": {"id": SERVICE, "type": "gx:ServiceOffering", "schema:name": "Stockage d’objets", "gx:keyword": ["stockage", "objets"],
                "gx:providedBy": {"id": PERSON},
                "gx:serviceOfferingTermsAndConditions": {
                    "type": "gx:TermsAndConditions", "gx:hash": "c0ffee" * 10,
                    "gx:url": {"@value": f"{SITE}/conditions.html", "@type": "xsd:anyURI"}}},
}  # fmt: skip


def claims(name: str, **more: Any) -> dict[str, Any]:
    subject = SUBJECTS[name]
    own = subject["type"] if isinstance(subject["type"], list) else [subject["type"]]
    return {
        "@context": CONTEXTS, "id": f"{SITE}/credentials/{name}", "type": ["VerifiableCredential", *own[:1]], "issuer": ISSUER,
        "validFrom": "2026-11-01T00:00:00Z", "validUntil": "2027-01-01T00:00:00Z", "credentialSubject": subject,
    } | more  # fmt: skip


def credential(name: str, signer: PrivateKey | None = None, **more: Any) -> str:
    return issue(claims(name, **more), signer or key(), kid(), NOW)


def presentation(names: tuple[str, ...] = tuple(SUBJECTS), **more: Any) -> bytes:
    """A `vp+jwt` of the four."""
    return present([credential(name, **more) for name in names], key(), kid(HOLDER), NOW).encode()


def published(*dids: str) -> dict[str, bytes]:
    """The DID documents of these, as files of a bundle."""
    return {f"{number}.json": did_document(did, [("key-1", key().public)]) for number, did in enumerate(dids or (ISSUER, HOLDER))}


def bundle(shared: Path, more: Mapping[str, bytes] | None = None) -> Bundle:
    return read_bundle({**files_of(shared), **published(), **(more or {})}, vouched=True)


@cache
def compiled(shared: Path) -> Shapes:
    return compile_shapes(read_bundle(files_of(shared)).shapes[RELEASE], RELEASE)


def at_hand(shared: Path, more: Mapping[str, bytes] | None = None) -> Material:
    return material(bundle(shared, more), {RELEASE: compiled(shared)})


def asked(content: bytes | str, hand: Material, **more: Any) -> Checked:
    question = Question(**({"now": NOW, "mode": Mode.STRICT} | more))
    return verify(content.encode() if isinstance(content, str) else content, "a file", question, hand)


def answers(found: Checked) -> dict[str, str]:
    return {step.name: step.answer.value for step in found.steps}


def codes(found: Checked, step: StepName | None = None) -> list[str]:
    return [reason.code for one in found.steps if step in (None, one.name) for reason in one.because]


def bare(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document).encode()


__all__ = [
    "HOLDER", "ISSUER", "NOW", "SERVICE", "SITE", "Mode", "Outcome", "answers", "asked", "at_hand", "bare", "bundle", "claims", "codes",
    "compiled", "credential", "key", "kid", "page", "presentation", "published",
]
