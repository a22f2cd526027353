"""Whatever is sent, the server answers with a code that says whose fault it is, and never with one of its own."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .calling import BASE, EXAMPLES, Server, claims, holder, holding, signed

PATHS = (
    "/credentials/issue",
    "/credentials/verify",
    "/credentials/status",
    "/presentations",
    "/presentations/prove",
    "/presentations/verify",
)
NAMES = (
    "credential", "options", "verifiableCredential", "verifiablePresentation", "presentation", "credentialId", "credentialStatus",
    "status", "@context", "type", "id", "issuer", "holder", "credentialSubject", "proof", "proofValue", "proofPurpose",
    "verificationMethod", "cryptosuite", "created", "domain", "challenge", "mediaType", "statusPurposes", "statusPurpose",
    "statusListIndex", "statusListCredential", "statusSize", "statusMessage", "validFrom", "validUntil", "relatedResource", "digestSRI",
    "digestMultibase", "name", "@value", "@language", "@direction", "@type", "@id", "@graph", "@reverse", "vc", "termsOfUse", "evidence",
    "encodedList", "ttl", "previousProof", "mandatoryPointers", "returnResults",
)  # fmt: skip
WORDS = (
    BASE, EXAMPLES, "VerifiableCredential", "VerifiablePresentation", "EnvelopedVerifiableCredential", "EnvelopedVerifiablePresentation",
    "BitstringStatusListEntry", "BitstringStatusListCredential", "DataIntegrityProof", "eddsa-rdfc-2022", "eddsa-jcs-2022",
    "application/vc+jwt",
    "did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2", "did:jwk:e30", "did:web:localhost", "data:application/vc+jwt,e30.e30.AA",
    "data:application/vc+jwt,", "2026-01-01T00:00:00Z", "revocation", "u", "z", "_:a", "urn:uuid:1", "", "\u0000", "é", "assertionMethod",
)  # fmt: skip
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**53), 2**53),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(WORDS),
    st.text(),
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=5), inner, max_size=6)
)
SETTINGS = settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def answered(server: Server, path: str, body: bytes) -> None:
    answer = server.call("POST", path, body)
    assert answer.status in (200, 201, 400, 404), (path, answer.status, body[:2000])
    assert isinstance(answer.body, dict)
    if answer.status >= 400:
        problems = answer.body["problemDetails"]
        assert problems
        assert all(problem["type"].startswith("https://www.w3.org/") and problem["title"] and problem["detail"] for problem in problems)


@SETTINGS
@given(path=st.sampled_from(PATHS), document=VALUES)
def test_any_json_is_answered(server: Server, path: str, document: Any) -> None:
    answered(server, path, json.dumps(document).encode())


@SETTINGS
@given(path=st.sampled_from(PATHS), body=st.binary(max_size=200))
def test_any_bytes_are_answered(server: Server, path: str, body: bytes) -> None:
    answered(server, path, body)


@pytest.fixture(scope="module")
def whole(server: Server) -> list[tuple[str, Any]]:
    """Requests that are answered well, to be altered."""
    token = server.issued(claims(), mediaType="application/vc+jwt")
    proved = server.issued(claims(id="urn:uuid:fuzz", name={"@value": "Nuage", "@language": "fr"}), statusPurposes=["revocation"])
    presentation = signed(holding([proved, token], holder=holder()), server.contexts)
    entry = {"type": "BitstringStatusListEntry", "statusPurpose": "suspension"}
    return [
        ("/credentials/issue", {"credential": claims(relatedResource={"id": BASE, "digestSRI": "sha256-AAAA"}),
         "options": {"credentialId": "a", "statusPurposes": ["refresh"]}}),
        ("/credentials/verify", {"verifiableCredential": proved, "options": {"returnResults": True}}),
        ("/credentials/verify", {"verifiableCredential": token, "options": {"returnCredential": True}}),
        ("/presentations/verify", {"verifiablePresentation": presentation, "options": {"challenge": "a", "domain": ["b"]}}),
        ("/presentations", {"presentation": holding([proved, token]), "options": {"challenge": "a"}}),
        ("/credentials/status", {"credentialId": "urn:uuid:fuzz", "credentialStatus": entry, "status": True}),
    ]  # fmt: skip


@SETTINGS
@given(data=st.data())
def test_a_good_request_altered_anywhere_is_answered(server: Server, whole: list[tuple[str, Any]], data: st.DataObject) -> None:
    path, request = data.draw(st.sampled_from(whole))
    document = copy.deepcopy(request)
    for _ in range(data.draw(st.integers(1, 3))):
        holder_of, key = data.draw(st.sampled_from(_places(document)))
        change = data.draw(st.sampled_from(("set", "drop", "wrap", "rename", "cut")))
        if change == "drop":
            del holder_of[key]
        elif change == "wrap":
            holder_of[key] = [holder_of[key], holder_of[key]]
        elif change == "rename" and isinstance(holder_of, dict):
            holder_of[data.draw(st.sampled_from(NAMES))] = holder_of.pop(key)
        elif change == "cut" and isinstance(holder_of[key], str):
            holder_of[key] = holder_of[key][: data.draw(st.integers(0, len(holder_of[key])))]
        else:
            holder_of[key] = data.draw(VALUES)
        if not _places(document):
            break
    answered(server, path, json.dumps(document).encode())


def _places(document: Any) -> list[tuple[Any, Any]]:
    found: list[tuple[Any, Any]] = []
    for key, value in list(document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else []):
        found.append((document, key))
        found.extend(_places(value))
    return found
